"""Runs on MicroPython: makes the keys of capsules and seals; prints microseconds of each.

The third figure is of a signature, in the same run: sealing is told as so many of them. Then what
it takes to keep a key that can be destroyed, and to destroy it, in flash that takes no time.
"""

import gc
import os
import time

from cryptolib import aes
from p256_table import TABLE

from wattseal.core import capsule, ecdsa
from wattseal.core.p256 import GX, GY
from wattseal.drivers.key_slots import KeySlots
from wattseal.drivers.ring_region import Region

ROUNDS = 20
BACK_END = GX.to_bytes(32, "big") + GY.to_bytes(32, "big")
CARD = ("ISO14443", "VERIFIED", "04C0FFEE42CA7E")
table = bytes(memoryview(TABLE))


class Flash:
    """contracts.RawFlash in RAM: programming clears bits, erasing sets a sector's."""

    sector_bytes, sectors = 4096, 2

    def __init__(self):
        self.image = bytearray(b"\xff" * (self.sectors * self.sector_bytes))

    def read_into(self, at, buffer):
        buffer[:] = self.image[at : at + len(buffer)]

    def program(self, at, data):
        for i in range(len(data)):
            self.image[at + i] &= data[i]

    def erase(self, sector):
        at = sector * self.sector_bytes
        self.image[at : at + self.sector_bytes] = b"\xff" * self.sector_bytes


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
slots = KeySlots(Region(Flash(), 0, 2, bytearray(256)))
slots.open()
kept = []
put = least_us(lambda: kept.append(slots.put(os.urandom(32), os.urandom(8), 1)))
erase = least_us(lambda: slots.erase(kept.pop()))
print(least_us(agree), sealing, least_us(sign), put, erase)
