// Numbers modulo the prime p of P-256, the same time for every number; holds no state.
//
// An element is 8 words of 32 bits, the lowest first; any number below 2^256 stands for its residue
// and is a valid argument, canonical or not. `out` may be one of the arguments.
#ifndef WATTSEAL_FIELD_H
#define WATTSEAL_FIELD_H

#include <stdint.h>

#define FIELD_WORDS 8
#define FIELD_BYTES 32

typedef uint32_t element[FIELD_WORDS];

void field_multiply(element out, const element a, const element b);
void field_square(element out, const element a);
void field_add(element out, const element a, const element b);
void field_subtract(element out, const element a, const element b);

// The least number of the residue class.
void field_canonical(element a);
// All ones when a is 0 modulo p, else 0.
uint32_t field_is_zero(const element a);
// out = mask ? a : b, with mask all ones or 0.
void field_select(element out, const element a, const element b, uint32_t mask);

// 32 bytes, the highest first, at any address.
void field_load(element out, const uint8_t *bytes);
void field_store(uint8_t *bytes, const element a);

#endif
