// k * G by the comb of core/p256_comb.py, one point operation a call; holds no state.
//
// Formulae: Explicit-Formulas Database, shortw-xyzz (madd-2008-s, dbl-2008-s-1).
#ifndef WATTSEAL_POINTS_H
#define WATTSEAL_POINTS_H

#include "field.h"

// x = X / ZZ, y = Y / ZZZ, and the signs of the comb's digits: bit 32 t + c says that tooth t of
// column c is +1.
typedef struct {
    element x, y, zz, zzz;
    uint32_t signs[FIELD_WORDS];
} comb;

#define COMB_TABLE_BYTES 16384
#define COMB_COLUMNS 32

// Begins with the highest column of sub-table 0. `k`: odd, `z`: random and not 0, 32 bytes each.
void comb_start(comb *sum, const uint8_t *table, const uint8_t *k, const uint8_t *z);
// Adds the entry of a column: 0 to 15 of sub-table 0, 16 to 31 of sub-table 1.
void comb_add(comb *sum, const uint8_t *table, unsigned column);
void comb_double(comb *sum);
// Leaves the affine point in x and y and forgets the rest. All ones when it is on the curve, else
// 0: then something went wrong, and whatever comes of such a point gives k away.
uint32_t comb_finish(comb *sum);

#endif
