// SHA-256 (FIPS 180-4) of messages that lie in one piece behind a first block; holds no state.
#ifndef WATTSEAL_SHA256_H
#define WATTSEAL_SHA256_H

#include <stddef.h>
#include <stdint.h>

#define DIGEST_BYTES 32
#define BLOCK_BYTES 64

// out = SHA-256(first | message), with a `first` of BLOCK_BYTES.
void sha256(uint8_t *out, const uint8_t *first, const uint8_t *message, size_t bytes);

#endif
