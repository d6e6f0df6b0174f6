// See points.h. The number of field operations of each function is fixed.

#include <string.h>

#include "inverse.h"
#include "points.h"

#define SUB_TABLE_BYTES 8192
#define ENTRY_BYTES (2 * FIELD_BYTES)
#define ENTRIES (SUB_TABLE_BYTES / ENTRY_BYTES)
#define FIRST_COLUMN 15
#define LAST_TOOTH 7
#define OTHER_TEETH 0x7f

static const element ZERO = {0};
static const element THREE = {3};
static const element CURVE_B = {
    0x27d2604b, 0x3bce3c3e, 0xcc53b0f6, 0x651d06b0, 0x769886bc, 0xb3ebbd55, 0xaa3a93e7, 0x5ac635d8,
};
static const uint8_t P_BYTES[FIELD_BYTES] = {
    255, 255, 255, 255, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
};

static uint32_t digit(const comb *sum, unsigned column) {
    uint32_t bits = 0;
    for (int tooth = 0; tooth <= LAST_TOOTH; tooth++) {
        bits |= (sum->signs[tooth] >> column & 1) << tooth;
    }
    return bits;
}

// Which entry is read is a secret. A Cortex-M0+ has no cache that could tell it, provided that
// the table lies in RAM; elsewhere every entry of the sub-table is read, and all but one masked.
static const uint8_t *pick(uint8_t *copy, const uint8_t *sub_table, uint32_t index) {
#ifdef __ARM_ARCH_6M__
    (void)copy;
    return sub_table + index * ENTRY_BYTES;
#else
    uint64_t words[ENTRY_BYTES / 8] = {0};
    for (uint32_t i = 0; i < ENTRIES; i++, sub_table += ENTRY_BYTES) {
        uint64_t mask = (uint64_t)(int64_t)((int32_t)((i ^ index) - 1) >> 31);
        for (int j = 0; j < ENTRY_BYTES / 8; j++) {
            uint64_t word;
            memcpy(&word, sub_table + 8 * j, 8);
            words[j] |= word & mask;
        }
    }
    memcpy(copy, words, ENTRY_BYTES);
    return copy;
#endif
}

// The table holds the half with the last tooth positive.
static void load_entry(
    element x, element y, const comb *sum, const uint8_t *table, unsigned column
) {
    uint8_t copy[ENTRY_BYTES];
    element negative;
    uint32_t teeth = digit(sum, column), minus = (teeth >> LAST_TOOTH) - 1;
    const uint8_t *sub_table = table + (column >> 4) * SUB_TABLE_BYTES;
    const uint8_t *entry = pick(copy, sub_table, (teeth ^ minus) & OTHER_TEETH);
    field_load(x, entry);
    field_load(y, entry + FIELD_BYTES);
    field_subtract(negative, ZERO, y);
    field_select(y, negative, y, minus);
}

void comb_start(comb *sum, const uint8_t *table, const uint8_t *k, const uint8_t *z) {
    element number;
    field_load(number, k);
    for (int i = 0; i < FIELD_WORDS; i++) {  // (k + 2^256 - 1) / 2
        uint32_t above = i < FIELD_WORDS - 1 ? number[i + 1] : 1;
        sum->signs[i] = number[i] >> 1 | above << 31;
    }
    field_load(number, z);
    field_square(sum->zz, number);
    field_multiply(sum->zzz, sum->zz, number);
    load_entry(sum->x, sum->y, sum, table, FIRST_COLUMN);
    field_multiply(sum->x, sum->x, sum->zz);
    field_multiply(sum->y, sum->y, sum->zzz);
}

// No sum meets its own entry but with negligible chance, which comb_finish then finds.
void comb_add(comb *sum, const uint8_t *table, unsigned column) {
    element h, r, hh, hhh, q;
    load_entry(h, r, sum, table, column);
    field_multiply(h, h, sum->zz);
    field_subtract(h, h, sum->x);
    field_multiply(r, r, sum->zzz);
    field_subtract(r, r, sum->y);
    field_square(hh, h);
    field_multiply(hhh, h, hh);
    field_multiply(q, sum->x, hh);
    field_square(sum->x, r);
    field_subtract(sum->x, sum->x, hhh);
    field_subtract(sum->x, sum->x, q);
    field_subtract(sum->x, sum->x, q);
    field_subtract(q, q, sum->x);
    field_multiply(r, r, q);
    field_multiply(sum->y, sum->y, hhh);
    field_subtract(sum->y, r, sum->y);
    field_multiply(sum->zz, sum->zz, hh);
    field_multiply(sum->zzz, sum->zzz, hhh);
}

void comb_double(comb *sum) {
    element u, v, w, s, m;
    field_add(u, sum->y, sum->y);
    field_square(v, u);
    field_multiply(w, u, v);
    field_multiply(s, sum->x, v);
    field_subtract(u, sum->x, sum->zz);
    field_add(m, sum->x, sum->zz);
    field_multiply(u, u, m);
    field_add(m, u, u);
    field_add(m, m, u);
    field_square(sum->x, m);
    field_subtract(sum->x, sum->x, s);
    field_subtract(sum->x, sum->x, s);
    field_subtract(s, s, sum->x);
    field_multiply(m, m, s);
    field_multiply(sum->y, sum->y, w);
    field_subtract(sum->y, m, sum->y);
    field_multiply(sum->zz, sum->zz, v);
    field_multiply(sum->zzz, sum->zzz, w);
}

// y^2 = x^3 - 3 x + b
static uint32_t on_curve(const element x, const element y) {
    element right, left;
    field_square(right, x);
    field_subtract(right, right, THREE);
    field_multiply(right, right, x);
    field_add(right, right, CURVE_B);
    field_square(left, y);
    field_subtract(left, left, right);
    return field_is_zero(left);
}

// 1 / ZZZ = ZZZ / ZZ^3. When any of it went wrong, be it the inverse, the point is off the curve.
uint32_t comb_finish(comb *sum) {
    uint8_t bytes[FIELD_BYTES];
    element of_zz;
    field_canonical(sum->zz);
    field_store(bytes, sum->zz);
    inverse(bytes, P_BYTES);
    field_load(of_zz, bytes);
    field_multiply(sum->x, sum->x, of_zz);
    field_multiply(sum->y, sum->y, sum->zzz);
    for (int i = 0; i < 3; i++) {
        field_multiply(sum->y, sum->y, of_zz);
    }
    field_canonical(sum->x);
    field_canonical(sum->y);
    for (int i = 0; i < FIELD_WORDS; i++) {
        sum->zz[i] = sum->zzz[i] = sum->signs[i] = 0;
    }
    return on_curve(sum->x, sum->y);
}
