// The busy part of field.h in C, for processors with a wide product; the Pico has field_thumb.S.
//
// Reduction: Hankerson, Menezes, Vanstone, "Guide to Elliptic Curve Cryptography", algorithm 2.29,
// each word of its sums written out.

#include "field.h"

typedef uint32_t product[2 * FIELD_WORDS];

// a += top * (2^256 - p), for a small number on top of word 7; returns the new top.
static int64_t fold(element a, int64_t top) {
    int64_t sum = 0;
    for (int i = 0; i < FIELD_WORDS; i++) {
        sum += a[i];
        if (i == 0 || i == 7) {
            sum += top;
        } else if (i == 3 || i == 6) {
            sum -= top;
        }
        a[i] = (uint32_t)sum;
        sum >>= 32;
    }
    return sum;
}

// Once is nearly always enough, and twice always; coordinates are random (points.h), so how often
// it is twice tells nothing.
static void settle(element a, int64_t top) {
    do {
        top = fold(a, top);
    } while (top);
}

static void reduce(element out, const product c) {
    int64_t a = c[8], b = c[9], d = c[10], e = c[11], f = c[12], g = c[13], h = c[14], i = c[15];
    const int64_t of_high[FIELD_WORDS] = {
        a + b - e - f - g - h,
        b + d - f - g - h - i,
        d + e - g - h - i,
        2 * (e + f) + g - i - a - b,
        2 * (f + g) + h - b - d,
        2 * (g + h) + i - d - e,
        2 * (h + i) + h + g - a - b,
        2 * i + i + a - d - e - f - g,
    };
    int64_t sum = 0;
    for (int word = 0; word < FIELD_WORDS; word++) {
        sum += of_high[word] + c[word];
        out[word] = (uint32_t)sum;
        sum >>= 32;
    }
    settle(out, sum);
}

static uint64_t two_words(const element a, int i) {
    return a[2 * i] | (uint64_t)a[2 * i + 1] << 32;
}

void field_multiply(element out, const element a, const element b) {
    uint64_t wide[FIELD_WORDS] = {0};
    product c;
    for (int i = 0; i < FIELD_WORDS / 2; i++) {
        unsigned __int128 sum = 0;
        for (int j = 0; j < FIELD_WORDS / 2; j++) {
            sum += (unsigned __int128)two_words(a, i) * two_words(b, j) + wide[i + j];
            wide[i + j] = (uint64_t)sum;
            sum >>= 64;
        }
        wide[i + FIELD_WORDS / 2] = (uint64_t)sum;
    }
    for (int i = 0; i < FIELD_WORDS; i++) {
        c[2 * i] = (uint32_t)wide[i];
        c[2 * i + 1] = (uint32_t)(wide[i] >> 32);
    }
    reduce(out, c);
}

void field_square(element out, const element a) {
    field_multiply(out, a, a);
}

void field_add(element out, const element a, const element b) {
    uint64_t sum = 0;
    for (int i = 0; i < FIELD_WORDS; i++) {
        sum += (uint64_t)a[i] + b[i];
        out[i] = (uint32_t)sum;
        sum >>= 32;
    }
    settle(out, (int64_t)sum);
}

void field_subtract(element out, const element a, const element b) {
    int64_t sum = 0;
    for (int i = 0; i < FIELD_WORDS; i++) {
        sum += (int64_t)a[i] - b[i];
        out[i] = (uint32_t)sum;
        sum >>= 32;
    }
    settle(out, sum);
}
