// See inverse.h. The method: Bernstein, Yang, "Fast constant-time gcd computation and modular
// inversion" (2019), with the start at a half found by Wuille, for which 590 division steps are
// proven to be enough for 256 bits.
//
// BITS steps make a matrix that needs the lowest BITS bits of f and g alone; numbers are BITS-bit
// limbs, so that dividing by 2^BITS is moving by one limb. No product is wider than a limb's type:
// the Pico multiplies 32 bits by 32 to 32.

#include "field.h"
#include "inverse.h"

#if UINTPTR_MAX > 0xffffffff
typedef int64_t limb;
#define BITS 30
#else
typedef int32_t limb;
#define BITS 15
#endif
#define STEPS 600
#define LIMBS (270 / BITS)
#define TOP (LIMBS - 1)
#define MASK (((limb)1 << BITS) - 1)
#define SIGN (8 * (int)sizeof(limb) - 1)

// Limbs of 0 to MASK, but for the highest, which has the sign.
typedef limb number[LIMBS];

typedef struct {
    limb u, v, q, r;  // (f, g) after the steps = (u f + v g, q f + r g) / 2^BITS
} matrix;

// Returns the new delta, which is twice the paper's.
static limb division_steps(matrix *out, limb delta, limb f, limb g) {
    limb u = 1, v = 0, q = 0, r = 1;
    for (int i = 0; i < BITS; i++) {
        limb odd = -(g & 1);
        limb swap = odd & (-delta >> SIGN);  // and delta > 0
        limb g_plus = odd & ((f ^ swap) - swap);
        limb q_plus = odd & ((u ^ swap) - swap);
        limb r_plus = odd & ((v ^ swap) - swap);
        f += swap & (g - f);
        u += swap & (q - u);
        v += swap & (r - v);
        delta = ((delta ^ swap) - swap) + 2;
        g = (g + g_plus) >> 1;
        q += q_plus;
        r += r_plus;
        u *= 2;
        v *= 2;
    }
    *out = (matrix){u, v, q, r};
    return delta;
}

// out = a x + b y
static void combine(number out, limb a, const number x, limb b, const number y) {
    limb sum = 0;
    for (int i = 0; i < TOP; i++) {
        sum += a * x[i] + b * y[i];
        out[i] = sum & MASK;
        sum >>= BITS;
    }
    out[TOP] = sum + a * x[TOP] + b * y[TOP];
}

// (x, y) = ((u x + v y) / 2^BITS, (q x + r y) / 2^BITS), which leaves no remainder.
static void move(const matrix *t, number x, number y) {
    limb first = (t->u * x[0] + t->v * y[0]) >> BITS;
    limb second = (t->q * x[0] + t->r * y[0]) >> BITS;
    for (int i = 1; i < LIMBS; i++) {
        limb of_x = x[i], of_y = y[i];
        first += t->u * of_x + t->v * of_y;
        second += t->q * of_x + t->r * of_y;
        x[i - 1] = first & MASK;
        y[i - 1] = second & MASK;
        first >>= BITS;
        second >>= BITS;
    }
    x[TOP] = first;
    y[TOP] = second;
}

// The multiple of m, at most half of 2^BITS up or down, that makes `sum` divisible by 2^BITS.
// `negative`: -1 / m modulo 2^BITS.
static limb divisible(limb sum, limb negative) {
    limb times = ((sum & MASK) * negative) & MASK;
    return times - ((times >> (BITS - 1)) << BITS);
}

// The same modulo m, a little of which is added to make it divisible: |x| and |y| grow by m / 2 at
// most.
static void move_modulo(const matrix *t, number x, number y, const number m, limb negative) {
    limb first = t->u * x[0] + t->v * y[0];
    limb second = t->q * x[0] + t->r * y[0];
    limb a = divisible(first, negative), b = divisible(second, negative);
    first = (first + a * m[0]) >> BITS;
    second = (second + b * m[0]) >> BITS;
    for (int i = 1; i < LIMBS; i++) {
        limb of_x = x[i], of_y = y[i], of_m = m[i];
        first += t->u * of_x + t->v * of_y + a * of_m;
        second += t->q * of_x + t->r * of_y + b * of_m;
        x[i - 1] = first & MASK;
        y[i - 1] = second & MASK;
        first >>= BITS;
        second >>= BITS;
    }
    x[TOP] = first;
    y[TOP] = second;
}

static limb negative_inverse(limb m) {
    limb guess = m;  // right in 3 bits; each turn doubles them (Newton)
    for (int bits = 3; bits < BITS; bits *= 2) {
        guess = (guess * ((2 - m * guess) & MASK)) & MASK;
    }
    return -guess & MASK;
}

static void load(number out, const uint8_t *bytes) {
    limb ready = 0;
    int bits = 0, next = FIELD_BYTES;
    for (int i = 0; i < LIMBS; i++) {
        while (bits < BITS && next) {
            ready |= (limb)bytes[--next] << bits;
            bits += 8;
        }
        out[i] = ready & MASK;
        ready >>= BITS;
        bits -= BITS;
    }
}

static void store(uint8_t *bytes, const number a) {
    limb ready = 0;
    int bits = 0, next = FIELD_BYTES;
    for (int i = 0; i < LIMBS; i++) {
        ready |= a[i] << bits;
        bits += BITS;
        while (bits >= 8 && next) {
            bytes[--next] = (uint8_t)ready;
            ready >>= 8;
            bits -= 8;
        }
    }
}

// a times 1 or -1 into 0 to m - 1. By the bound of move_modulo a is at most 20 m up or down; what
// has been seen is less than m, for which one of these lines would do.
static void into_range(number a, limb sign, const number m) {
    number less;
    combine(a, sign, a, 0, m);
    combine(a, 1, a, -(a[TOP] >> (256 - BITS * TOP)), m);  // m is nearly 2^256
    combine(a, 1, a, -(a[TOP] >> SIGN), m);
    combine(less, 1, a, -1, m);
    combine(a, 1, a, -1 - (less[TOP] >> SIGN), m);
}

// All ones when f, which is 1 or -1 then, and g, 0 then, say that there was an inverse, else 0.
static uint32_t ended(const number f, const number g) {
    limb sign = f[TOP] >> SIGN, wrong = (f[0] - (sign | 1)) & MASK;
    for (int i = 1; i < TOP; i++) {
        wrong |= f[i] ^ (sign & MASK);
    }
    wrong |= f[TOP] ^ sign;
    for (int i = 0; i < LIMBS; i++) {
        wrong |= g[i];
    }
    return ~(uint32_t)((wrong | -wrong) >> SIGN);
}

uint32_t inverse(uint8_t *bytes, const uint8_t *modulus) {
    number m, f, g, d, e;  // d a = f and e a = g modulo m, with a the number to invert
    load(m, modulus);
    load(g, bytes);
    for (int i = 0; i < LIMBS; i++) {
        f[i] = m[i];
        d[i] = 0;
        e[i] = !i;
    }
    limb negative = negative_inverse(m[0]), delta = 1;
    for (int turn = 0; turn < STEPS / BITS; turn++) {
        matrix t;
        delta = division_steps(&t, delta, f[0], g[0]);
        move(&t, f, g);
        move_modulo(&t, d, e, m, negative);
    }
    into_range(d, f[TOP] >> SIGN | 1, m);
    store(bytes, d);
    return ended(f, g);
}
