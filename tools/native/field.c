// The part of field.h that costs little time and is the same for every processor.

#include "field.h"

// p has ones in the words 0 to 2 and 7, and a 1 in word 6.
static uint32_t word_of_p(int i, uint32_t mask) {
    return i < 3 || i == 7 ? mask : i == 6 ? mask & 1 : 0;
}

void field_select(element out, const element a, const element b, uint32_t mask) {
    for (int i = 0; i < FIELD_WORDS; i++) {
        out[i] = (a[i] & mask) | (b[i] & ~mask);
    }
}

void field_canonical(element a) {
    element less;
    uint64_t carry = 1;  // less = a - p = a + ~p + 1
    for (int i = 0; i < FIELD_WORDS; i++) {
        carry += (uint64_t)a[i] + (uint32_t)~word_of_p(i, ~0u);
        less[i] = (uint32_t)carry;
        carry >>= 32;
    }
    field_select(a, less, a, -(uint32_t)carry);  // a carry: a was not less than p
}

// All ones when no bit is set, else 0.
static uint32_t none(uint32_t bits) {
    return ((bits | -bits) >> 31) - 1;
}

uint32_t field_is_zero(const element a) {
    uint32_t not_0 = 0, not_p = 0;
    for (int i = 0; i < FIELD_WORDS; i++) {
        not_0 |= a[i];
        not_p |= a[i] ^ word_of_p(i, ~0u);
    }
    return none(not_0) | none(not_p);
}

void field_load(element out, const uint8_t *bytes) {
    for (int i = 0; i < FIELD_WORDS; i++) {
        const uint8_t *word = bytes + FIELD_BYTES - 4 - 4 * i;
        out[i] = (uint32_t)word[0] << 24 | (uint32_t)word[1] << 16
            | (uint32_t)word[2] << 8 | word[3];
    }
}

void field_store(uint8_t *bytes, const element a) {
    for (int i = 0; i < FIELD_WORDS; i++) {
        uint8_t *word = bytes + FIELD_BYTES - 4 - 4 * i;
        word[0] = (uint8_t)(a[i] >> 24);
        word[1] = (uint8_t)(a[i] >> 16);
        word[2] = (uint8_t)(a[i] >> 8);
        word[3] = (uint8_t)a[i];
    }
}
