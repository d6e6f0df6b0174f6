"""Runs on 32-bit MicroPython: boots the shipped assembly again and again, and tells the host.

A line each: A appended, R received, D day, H heap, C power cut, X the firmware ended, F the end.
Its argument is the run's as JSON; `share` alone measures what the harness itself takes.
"""

import gc
import json
import sys

_COLLECT_BYTES = 32768
gc.threshold(_COLLECT_BYTES)  # as main.py has it
gc.collect()
_BEFORE = gc.mem_alloc()

import virtual_time  # noqa: E402

CLOCK = virtual_time.install()
gc.collect()
_TIME_BYTES = gc.mem_alloc() - _BEFORE

from wattseal import comb_table  # noqa: E402

TABLE = comb_table.in_ram()  # as main.py has it: soon there are no 16 KB in one piece

import wattseal.assembly  # noqa: E402, F401
import wattseal.hal.ticks  # noqa: E402, F401

gc.collect()
_FIRMWARE = gc.mem_alloc()

import days  # noqa: E402
import file_flash  # noqa: E402
import receiving  # noqa: E402
import virtual_power  # noqa: E402
from vfs import VfsLfs2, mount  # noqa: E402
from virtual_board import VirtualBoard, VirtualWorld  # noqa: E402

_DATA = "/flash"
_HEAD_BYTES = 160  # hold the connector
_RESETS = 5  # more are no longer worth the time


class ChipsBoard(VirtualBoard):
    """Collects when it is ready as hal.board has it."""

    async def ready(self):
        gc.collect()
        gc.threshold(min(gc.mem_free() // 2, _COLLECT_BYTES))


class Tables:
    """What `comb_table` gives the harness: the one table of this run."""

    @staticmethod
    def in_ram():
        return TABLE

    @staticmethod
    def native():
        return None


def world_of(wanted):
    flash = file_flash.FileFlash(wanted["flash"], wanted["blocks"])
    VfsLfs2.mkfs(flash)
    mount(VfsLfs2(flash), _DATA)
    world = VirtualWorld(_DATA, receiver=receiving.StreamingReceiver(wanted["lose"]))
    world.keep_promises = False
    note = world.appended

    def appended(kind, pagination, payload):
        # The world keeps the newest: of a record only what it asks for, a KB would stay in RAM.
        note(kind, pagination, payload[:_HEAD_BYTES])
        print("A", pagination, str(payload, "utf-8"))

    world.appended = appended
    return flash, world


def run(wanted):
    flash, world = world_of(wanted)
    virtual_power.provision(_DATA)
    virtual_power.comb_table, virtual_power.VirtualBoard = Tables, ChipsBoard
    power = virtual_power.Power(world, signer=None, stays=False)
    plan = days.Days(wanted["days"], flash, wanted["first"], wanted["leak"])
    gc.collect()
    resets = cuts = 0
    while not plan.over and resets < _RESETS:
        try:
            gc.threshold(_COLLECT_BYTES)
            power.on(plan.play)
            cuts += not plan.over
            print("C", plan.slot)
        except virtual_power.Ended as end:
            resets += 1
            print("X", repr(str(end)))
        gc.collect()
    told = {
        "cuts": cuts, "resets": resets, "plugged": plan.plugged, "samples": plan.samples,
        "missed": plan.missed, "late_max_ms": plan.late_max_ms, "starved_ms": plan.starved_ms,
        "worn_max": max(flash.worn), "erases": flash.erases, "append_erases": plan.append_erases,
        "outage_slots": plan.longest_slots,
        "violations": len(world.contactor.violations), "upto": world.receiver.upto,
        "repeats": world.receiver.repeats, "wraps": plan.wraps, "programmed": flash.programmed,
    }  # fmt: skip
    print("F", json.dumps(told))


gc.collect()
if sys.argv[1] == "share":
    print(_TIME_BYTES + gc.mem_alloc() - _FIRMWARE)
else:
    run(json.loads(sys.argv[1]))
