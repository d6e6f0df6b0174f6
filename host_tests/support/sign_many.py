"""Signs on whatever interpreter runs it: random keys and digests, edges first; judges nothing.

Arguments: how many, and a seed. A line each: private key, digest, the plain RFC 6979 signature and
a hedged one in DER, all hex.
"""

import os
import sys
from binascii import hexlify
from hashlib import sha256

from p256_table import TABLE

from wattseal.core import der, ecdsa
from wattseal.core.p256 import N

EDGE_KEYS = (1, 2, N - 2, N - 1)
EDGE_DIGESTS = (0, 1, N - 1, N, N + 1, (1 << 256) - 1)


def cases(count, seed):
    """(private key, digest as a number)."""
    edges = [(key, h) for key in EDGE_KEYS for h in EDGE_DIGESTS]
    yield from edges[:count]
    for i in range(count - len(edges)):
        numbers = [sha256(b"%s %s %d" % (seed, name, i)).digest() for name in (b"key", b"digest")]
        key, h = [int.from_bytes(number, "big") for number in numbers]
        yield key % (N - 1) + 1, h


def sign(key, digest, extra):
    numbers = ecdsa.finish(ecdsa.sign_steps(key, digest, TABLE, extra, os.urandom(64)))
    return hexlify(der.encode(*numbers)).decode()


for key, h in cases(int(sys.argv[1]), sys.argv[2].encode()):
    digest = h.to_bytes(32, "big")
    print(
        "%064x %064x %s %s" % (key, h, sign(key, digest, b""), sign(key, digest, os.urandom(32)))
    )
