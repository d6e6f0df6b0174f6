// Nonces by RFC 6979 with SHA-256 for P-256, as core/rfc6979.py makes them; holds no state.
#ifndef WATTSEAL_NONCE_H
#define WATTSEAL_NONCE_H

#include <stddef.h>
#include <stdint.h>

#define NONCE_BYTES 32
#define SEED_BYTES_MAX 96

// `seed`: the private key, the digest modulo the order, and fresh randomness if any.
void nonce(uint8_t *out, const uint8_t *seed, size_t bytes);

#endif
