"""Runs on the emulated board, through its raw REPL: what sealing costs; makes no record.

Prints as device.py does.
"""

import gc
import os
import time

import wattseal_p256
from cryptolib import aes
from p256_table import TABLE

from wattseal.core import capsule, p256_window  # noqa: F401 - is there in the image
from wattseal.core.p256 import GX, GY

gc.threshold(-1)  # as in device.py
BACK_END = GX.to_bytes(32, "big") + GY.to_bytes(32, "big")
CARD = ("ISO14443", "VERIFIED", "04C0FFEE42CA7E")


def used_bytes():
    gc.collect()
    return gc.mem_alloc()


def agree(name, table, native):
    """The key of a capsule: all of its steps, the longest, and the heap that they take at most."""
    before = used_bytes()
    total = longest = most = 0
    steps = capsule.ephemeral_steps(BACK_END, os.urandom(96), table, native)
    while True:
        begin = time.ticks_us()
        try:
            next(steps)
        except StopIteration as done:
            print(name, total)
            print(name + "_longest_step", longest)
            print(name + "_bytes", most)
            return done.value
        took = time.ticks_diff(time.ticks_us(), begin)
        total += took
        longest = max(longest, took)
        most = max(most, used_bytes() - before)


def main():
    table = bytes(memoryview(TABLE))
    agree("seal_key", table, None)
    ephemeral = agree("seal_key_native", table, wattseal_p256)
    gc.collect()
    begin = time.ticks_us()
    made = capsule.sealed(ephemeral, "w0123456789abcde", "5e55", bytes(32), CARD, aes)
    print("seal_capsule", time.ticks_diff(time.ticks_us(), begin))
    assert len(made) == 202


main()
