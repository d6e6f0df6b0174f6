"""Runs on the emulated board, through its raw REPL: times the firmware's parts; signs no record.

Prints one line for each figure: its name and its value. Source and host agree on the names only.
"""

import gc
import os
import time
from hashlib import sha256

from p256_table import TABLE

from wattseal.core import der, ecdsa, p256, p256_comb
from wattseal.drivers.file_journal import FileJournal

KEY = int.from_bytes(sha256(b"a key for the bench alone").digest(), "big") % p256.N
DIGEST = sha256(b"a record").digest()
RECORD = bytes(950)  # about what a session's has
RECORDS = 100


def steps(name, generator):
    """Time of all steps and of the longest one."""
    gc.collect()
    longest = 0
    begin = time.ticks_us()
    while True:
        step = time.ticks_us()
        try:
            next(generator)
        except StopIteration as done:
            total = time.ticks_diff(time.ticks_us(), begin)
            print(name, total)
            print(name + "_longest_step", max(longest, time.ticks_diff(time.ticks_us(), step)))
            return done.value
        longest = max(longest, time.ticks_diff(time.ticks_us(), step))


def main():
    table = bytes(memoryview(TABLE))
    signature = steps("sign", ecdsa.sign_steps(KEY, DIGEST, table, os.urandom(32), os.urandom(64)))
    x, y, zz, zzz = ecdsa.finish(p256_comb.multiply_steps(KEY, table, 1))
    x = x * ecdsa.finish(p256.inverse_steps(zz, p256.P)) % p256.P
    y = y * ecdsa.finish(p256.inverse_steps(zzz, p256.P)) % p256.P
    public = x.to_bytes(32, "big") + y.to_bytes(32, "big")
    good = steps("verify", ecdsa.verify_steps(public, DIGEST, der.encode(*signature)))
    assert good
    journal = FileJournal("/bench")
    journal.open()
    gc.collect()
    begin = time.ticks_us()
    for _ in range(RECORDS):
        journal.append(2, RECORD)
    print("journal_append", time.ticks_diff(time.ticks_us(), begin) // RECORDS)
    journal.close()
    gc.collect()
    begin = time.ticks_us()
    FileJournal("/bench").open()
    print("recovery_100_records", time.ticks_diff(time.ticks_us(), begin))


main()
