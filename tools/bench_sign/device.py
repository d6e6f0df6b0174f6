"""Runs on MicroPython: times what standard input orders, on simulated keys alone; writes no file.

An order is a name and a count; the answer is the time of one in nanoseconds.
"""

import gc
import os
import sys
import time
from hashlib import sha256

import textbook
from p256_table import TABLE

from wattseal import comb_table
from wattseal.core import der, ecdsa, p256, p256_comb

DIGESTS = [sha256(bytes([i])).digest() for i in range(32)]
KEY = int.from_bytes(sha256(b"a key for the bench alone").digest(), "big") % p256.N


def public_key() -> bytes:
    x, y, zz, zzz = ecdsa.finish(p256_comb.multiply_steps(KEY, TABLE, 1))
    x = x * ecdsa.finish(p256.inverse_steps(zz, p256.P)) % p256.P
    y = y * ecdsa.finish(p256.inverse_steps(zzz, p256.P)) % p256.P
    return x.to_bytes(32, "big") + y.to_bytes(32, "big")


PUBLIC_KEY = public_key()
SIGNATURES = [textbook.sign(KEY, digest) for digest in DIGESTS]


NATIVE = comb_table.native()


def sign(i: int, native=None) -> bytes:
    """As the device does it: hedged, blinded, in steps, the point checked, DER."""
    steps = ecdsa.sign_steps(KEY, DIGESTS[i], TABLE, os.urandom(32), os.urandom(64), native)
    return der.encode(*ecdsa.finish(steps))


def sign_native(i: int) -> bytes:
    assert NATIVE
    return sign(i, NATIVE)


def verify(i: int) -> None:
    assert ecdsa.finish(ecdsa.verify_numbers(PUBLIC_KEY, DIGESTS[i], *SIGNATURES[i]))


def textbook_sign(i: int) -> tuple:
    return textbook.sign(KEY, DIGESTS[i])


ORDERS = {"sign": sign, "sign_native": sign_native, "verify": verify, "textbook": textbook_sign}

while True:
    order = sys.stdin.readline().split()
    if not order:
        break
    task, count = ORDERS[order[0]], int(order[1])
    gc.collect()  # what a collection costs depends on a heap that no board has
    start = time.ticks_us()
    for i in range(count):
        task(i)
    print(time.ticks_diff(time.ticks_us(), start) * 1000 // count)
