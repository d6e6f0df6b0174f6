// See nonce.h; the letters are those of RFC 6979, 3.2.

#include "field.h"
#include "nonce.h"
#include "sha256.h"

static const uint8_t ORDER[NONCE_BYTES] = {
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
};

typedef struct {
    uint8_t k[DIGEST_BYTES];
    uint8_t message[DIGEST_BYTES + 1 + SEED_BYTES_MAX];  // V, a marker, the seed
} generator;

// HMAC (RFC 2104) with a key of 32 bytes.
static void mac(uint8_t *out, const uint8_t *k, const uint8_t *message, size_t bytes) {
    uint8_t block[BLOCK_BYTES], inner[DIGEST_BYTES];
    for (int i = 0; i < BLOCK_BYTES; i++) {
        block[i] = 0x36 ^ (i < DIGEST_BYTES ? k[i] : 0);
    }
    sha256(inner, block, message, bytes);
    for (int i = 0; i < BLOCK_BYTES; i++) {
        block[i] ^= 0x36 ^ 0x5c;
    }
    sha256(out, block, inner, DIGEST_BYTES);
}

static void next_v(generator *g) {
    mac(g->message, g->k, g->message, DIGEST_BYTES);
}

// K = HMAC(K, V | marker | seed), V = HMAC(K, V)
static void next_k(generator *g, uint8_t marker, size_t seed_bytes) {
    g->message[DIGEST_BYTES] = marker;
    mac(g->k, g->k, g->message, DIGEST_BYTES + 1 + seed_bytes);
    next_v(g);
}

// 0 < v < the order
static int fits(const uint8_t *v) {
    int below = 0, bits = 0;
    for (int i = NONCE_BYTES - 1; i >= 0; i--) {
        below = v[i] == ORDER[i] ? below : v[i] < ORDER[i];
        bits |= v[i];
    }
    return below && bits;
}

void nonce(uint8_t *out, const uint8_t *seed, size_t bytes) {
    generator g;
    for (int i = 0; i < DIGEST_BYTES; i++) {
        g.k[i] = 0;
        g.message[i] = 1;
    }
    for (size_t i = 0; i < bytes; i++) {
        g.message[DIGEST_BYTES + 1 + i] = seed[i];
    }
    next_k(&g, 0, bytes);
    next_k(&g, 1, bytes);
    next_v(&g);
    while (!fits(g.message)) {
        next_k(&g, 0, 0);
        next_v(&g);
    }
    for (int i = 0; i < NONCE_BYTES; i++) {
        out[i] = g.message[i];
    }
}
