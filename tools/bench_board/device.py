"""Runs on the emulated board, through its raw REPL: times the firmware's parts; signs no record.

Prints one line for each figure: its name and its value. Source and host agree on the names only.
"""

import gc
import os
import time
from hashlib import sha256

import wattseal_p256
from p256_table import TABLE

from wattseal.core import der, ecdsa, p256, p256_comb

gc.threshold(-1)  # main.py's outlives the soft reset, and would collect in between
KEY = int.from_bytes(sha256(b"a key for the bench alone").digest(), "big") % p256.N
DIGEST = sha256(b"a record").digest()
RECORD = bytes(950)  # about what a session's has
RECORDS = 100
SIGNATURES = 3


def steps(generator):
    """(result, microseconds of all steps, of the longest one)"""
    gc.collect()
    longest = 0
    begin = time.ticks_us()
    while True:
        step = time.ticks_us()
        try:
            next(generator)
        except StopIteration as done:
            total = time.ticks_diff(time.ticks_us(), begin)
            return done.value, total, max(longest, time.ticks_diff(time.ticks_us(), step))
        longest = max(longest, time.ticks_diff(time.ticks_us(), step))


def sign(name, table, native):
    """The first one, which imports what it needs, and the mean and the longest step of others.

    An import looks through the names of all frozen modules: 3 to 5 ms each, once after a start.
    """
    total = longest = 0
    for i in range(1 + SIGNATURES):
        generator = ecdsa.sign_steps(
            KEY, DIGEST, table, os.urandom(32), os.urandom(64), native
        )  # fmt: skip
        signature, took, step = steps(generator)
        if not i:
            print(name + "_first", took)
            continue
        total += took
        longest = max(longest, step)
    print(name, total // SIGNATURES)
    print(name + "_longest_step", longest)
    return signature


def main():
    table = bytes(memoryview(TABLE))
    signature = sign("sign", table, None)
    sign("sign_native", table, wattseal_p256)
    x, y, zz, zzz = ecdsa.finish(p256_comb.multiply_steps(KEY, table, 1))
    x = x * ecdsa.finish(p256.inverse_steps(zz, p256.P)) % p256.P
    y = y * ecdsa.finish(p256.inverse_steps(zzz, p256.P)) % p256.P
    public = x.to_bytes(32, "big") + y.to_bytes(32, "big")
    good, total, longest = steps(ecdsa.verify_steps(public, DIGEST, der.encode(*signature)))
    assert good
    print("verify", total)
    print("verify_longest_step", longest)
    time_journal()


def time_journal():
    from wattseal import storage  # late: signing has the heap to itself

    journal = storage.on_files("/bench")
    journal.open()
    gc.collect()
    begin = time.ticks_us()
    for _ in range(RECORDS):
        journal.append(2, RECORD)
    print("journal_append", time.ticks_diff(time.ticks_us(), begin) // RECORDS)
    journal.close()
    gc.collect()
    begin = time.ticks_us()
    storage.on_files("/bench").open()
    print("recovery_100_records", time.ticks_diff(time.ticks_us(), begin))


main()
