// 1 / number for a modulus a little below 2^256, the same time for every number; holds no state.
#ifndef WATTSEAL_INVERSE_H
#define WATTSEAL_INVERSE_H

#include <stdint.h>

// 32 bytes each, the highest first; `modulus` odd, its first four bytes 255, `number` below it.
// All ones when there is an inverse, which then replaces `number`, else 0.
uint32_t inverse(uint8_t *number, const uint8_t *modulus);

#endif
