"""Runs on the emulated board, through its raw REPL: what audit log and key slots cost.

Prints as device.py does.
"""

import gc
import os
import time

from wattseal.core import audit_chain
from wattseal.core.hmac_sha256 import hmac_sha256, key_blocks
from wattseal.drivers.audit_log import AuditLog
from wattseal.drivers.key_slots import KeySlots
from wattseal.hal import rp2_flash, rp2_image
from wattseal.storage import key_region

gc.threshold(-1)  # as in device.py
KEY = bytes(range(32))
ENTRIES = 48
VALUES = {"ev": "command", "obj": "consent c1", "new": "done", "who": "command:04ab12cd"}


def used_bytes():
    gc.collect()
    return gc.mem_alloc()


def told(name, what, *given):
    """How long it takes; its result."""
    gc.collect()
    begin = time.ticks_us()
    result = what(*given)
    print(name, time.ticks_diff(time.ticks_us(), begin))
    return result


def stepped(name, steps):
    """All of an iterator's steps, and the longest."""
    total = longest = 0
    gc.collect()
    while True:
        begin = time.ticks_us()
        step = next(steps, steps)
        took = time.ticks_diff(time.ticks_us(), begin)
        total, longest = total + took, max(longest, took)
        if step is steps:
            break
    print(name, total)
    print(name + "_longest_step", longest)


def log():
    before = used_bytes()
    made = AuditLog("/audit", KEY)
    for _ in made.opening(lambda line: None):
        pass
    longest = 0
    for number in range(ENTRIES):
        begin = time.ticks_us()
        made.append([(1767225600 + number, "S", VALUES)])
        longest = max(longest, time.ticks_diff(time.ticks_us(), begin))
    print("audit_append_longest", longest)
    told("audit_append", made.append, [(1767225600 + ENTRIES, "S", VALUES)])
    blocks = key_blocks(KEY)
    line = audit_chain.line(7, 1767225600, "S", VALUES)
    told("audit_mac", audit_chain.mac, blocks, bytes(32), line)
    stepped("audit_open_48_entries", AuditLog("/audit", KEY).opening(lambda line: None))
    print("audit_log_bytes", used_bytes() - before)


def image():
    stepped("audit_image_read", rp2_image.pieces())


def slots():
    flash = rp2_flash.ring
    region = key_region(flash)
    held = KeySlots(region)
    told("slot_open", held.open)
    slot = told("slot_put", held.put, os.urandom(32), bytes(8), 1)
    told("slot_erase", held.erase, slot)


log()
image()
slots()
told("unlock_answer", hmac_sha256, KEY, bytes(48))
