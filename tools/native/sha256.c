// See sha256.h. MicroPython has it too, but for a native module only by way of objects, and on a
// board that is most of what a nonce takes.

#include "field.h"
#include "sha256.h"

#define ROUNDS 64

static const uint32_t K[ROUNDS] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotated(uint32_t x, int right) {
    return x >> right | x << (32 - right);
}

static uint32_t big_endian(const uint8_t *bytes) {
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static void expand(uint32_t *w, const uint8_t *block) {
    for (int t = 0; t < 16; t++) {
        w[t] = big_endian(block + 4 * t);
    }
    for (int t = 16; t < ROUNDS; t++) {
        uint32_t early = w[t - 15], late = w[t - 2];
        w[t] = w[t - 16] + w[t - 7]
            + (rotated(early, 7) ^ rotated(early, 18) ^ early >> 3)
            + (rotated(late, 17) ^ rotated(late, 19) ^ late >> 10);
    }
}

// Each round the eight variables a to h lie one word lower, so that none of them has to move.
static void add_block(uint32_t *h, const uint8_t *block) {
    uint32_t w[ROUNDS], variables[ROUNDS + 8], *s = variables + ROUNDS;
    expand(w, block);
    for (int i = 0; i < 8; i++) {
        s[i] = h[i];
    }
    for (int t = 0; t < ROUNDS; t++) {
        uint32_t a = s[0], b = s[1], c = s[2], e = s[4], f = s[5], g = s[6];
        uint32_t one = s[7] + K[t] + w[t] + (g ^ (e & (f ^ g)))
            + rotated(e ^ rotated(e, 5) ^ rotated(e, 19), 6);
        s[3] += one;
        *--s = one + ((a & (b | c)) | (b & c)) + rotated(a ^ rotated(a, 11) ^ rotated(a, 20), 2);
    }
    for (int i = 0; i < 8; i++) {
        h[i] += s[i];
    }
}

void sha256(uint8_t *out, const uint8_t *first, const uint8_t *message, size_t bytes) {
    uint32_t h[8] = {
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
        0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
    };
    uint8_t block[BLOCK_BYTES];
    size_t done = 0, padded = (bytes + 9 + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES;
    uint32_t bits = 8 * (uint32_t)(BLOCK_BYTES + bytes);
    add_block(h, first);
    while (done < padded) {
        for (int i = 0; i < BLOCK_BYTES; i++, done++) {
            block[i] = done < bytes ? message[done] : done == bytes ? 0x80
                : done + 4 < padded ? 0 : (uint8_t)(bits >> 8 * (padded - 1 - done));
        }
        add_block(h, block);
    }
    for (int i = 0; i < DIGEST_BYTES; i++) {
        out[i] = (uint8_t)(h[i / 4] >> (24 - 8 * (i % 4)));
    }
}
