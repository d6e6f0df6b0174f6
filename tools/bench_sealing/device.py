"""Runs on MicroPython: makes the keys of capsules and seals; prints microseconds of each.

The third figure is of a signature, in the same run: sealing is told as so many of them.
"""

import gc
import os
import time

from cryptolib import aes
from p256_table import TABLE

from wattseal.core import capsule, ecdsa
from wattseal.core.p256 import GX, GY

ROUNDS = 20
BACK_END = GX.to_bytes(32, "big") + GY.to_bytes(32, "big")
CARD = ("ISO14443", "VERIFIED", "04C0FFEE42CA7E")
table = bytes(memoryview(TABLE))


def least_us(what):
    least = 1 << 29
    for _ in range(ROUNDS):
        gc.collect()
        begin = time.ticks_us()
        what()
        least = min(least, time.ticks_diff(time.ticks_us(), begin))
    return least


def agree():
    return ecdsa.finish(capsule.ephemeral_steps(BACK_END, os.urandom(96), table))


def sign():
    return ecdsa.finish(
        ecdsa.sign_steps(BACK_END[0], os.urandom(32), table, os.urandom(32), os.urandom(64))
    )


key = agree()
sealing = least_us(lambda: capsule.sealed(key, "w1", "5e55", bytes(32), CARD, aes))
print(least_us(agree), sealing, least_us(sign))
