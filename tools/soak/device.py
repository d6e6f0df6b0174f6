"""Runs on 32-bit MicroPython: boots the shipped assembly once, and tells the host of that life.

A line each: A appended, with the meter's Wh, R received, D day, H heap, B a connection to the
broker, before which the heap is told, X the firmware ended, L a file of the audit log and a frame
of it, F the figures of this life, S what the next one goes on from.
What it is to do it reads as JSON from standard input; its argument `share` measures what the
harness itself takes.
"""

import gc
import json
import os
import sys
from binascii import hexlify

import micropython

_COLLECT_BYTES = 32768  # as main.py has it
gc.threshold(_COLLECT_BYTES)
gc.collect()
_BEFORE = gc.mem_alloc()

import virtual_time  # noqa: E402

SHARE = "share" in sys.argv
WANTED = {} if SHARE else json.loads(sys.stdin.readline())
CLOCK = virtual_time.install(WANTED.get("state", {}).get("utc_ms", virtual_time.FIRST_UTC_MS))
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
import lives  # noqa: E402
import receiving  # noqa: E402
import virtual_board  # noqa: E402
import virtual_broker  # noqa: E402
import virtual_power  # noqa: E402
from vfs import VfsLfs2, mount  # noqa: E402

_DATA = "/flash"
_RING_PAGE_BYTES = 1  # as hal.esp32 has it
_HEAD_BYTES = 160  # hold the connector
_READY_COLLECT_BYTES, _READY_OFTEN_BYTES = 16384, 8192  # as hal.board has them


class ChipsBoard(virtual_board.VirtualBoard):
    """Collects when it is ready as hal.board has it."""

    async def ready(self):
        gc.collect()
        gc.threshold(max(_READY_OFTEN_BYTES, min(gc.mem_free() // 5, _READY_COLLECT_BYTES)))


class TellingBroker(virtual_broker.VirtualBroker):
    """Tells of the heap before each connection that the device opens."""

    async def send_break(self):
        gc.collect()  # as drivers.tcp_stream does before TLS
        print("B")
        micropython.mem_info()
        await super().send_break()


class Tables:
    """What `comb_table` gives the harness: the one table of this run."""

    @staticmethod
    def in_ram():
        return TABLE

    @staticmethod
    def native():
        return None


def world_of(wanted):
    """The file system's flash, the ring's or None, and the world on both."""
    fresh, ring = not wanted["state"], None
    flash = file_flash.FileFlash(wanted["flash"], wanted["blocks"], fresh)
    if wanted["ring"]:
        ring = file_flash.FileFlash(wanted["flash"] + "-ring", wanted["ring"], fresh)
    if fresh:
        VfsLfs2.mkfs(flash)
    mount(VfsLfs2(flash), _DATA)
    virtual_board.VirtualBroker = TellingBroker
    receiver = receiving.StreamingReceiver(wanted["lose"])
    world = virtual_board.VirtualWorld(_DATA, receiver=receiver)
    world.keep_promises = False
    if ring:
        from wattseal.hal.block_flash import BlockFlash  # imported late: from files there is none

        world.flash = BlockFlash(ring, _RING_PAGE_BYTES)
    note = world.appended

    def appended(kind, pagination, payload):
        # The world keeps the newest: of a record only what it asks for, a KB would stay in RAM.
        note(kind, pagination, payload[:_HEAD_BYTES])
        print("A", pagination, world.meters[0].energy_mwh // 1000, str(payload, "utf-8"))

    world.appended = appended
    return flash, ring, world


def run(wanted):
    flash, ring, world = world_of(wanted)
    plan = days.Days(
        wanted["days"], ring or flash, wanted["first"], wanted["leak"], wanted["notes"]
    )
    if wanted["state"]:
        lives.go_on(wanted["state"], world, plan)
    else:
        virtual_power.provision(_DATA)
    if wanted["audit"]:
        config = virtual_power.CONFIG.replace('"audit":"off"', '"audit":"on"')
        virtual_power.configure(_DATA, config)
    virtual_power.comb_table, virtual_power.VirtualBoard = Tables, ChipsBoard
    power = virtual_power.Power(world, signer=None, stays=False)
    gc.collect()
    ended = False
    try:
        power.on(plan.play)
    except virtual_power.Ended as end:
        ended = True
        print("X", repr(str(end)))
    told = {
        "cuts": int(not plan.over and not ended), "plugged": plan.plugged, "samples": plan.samples,
        "missed": plan.missed, "late_max_ms": plan.late_max_ms, "starved_ms": plan.starved_ms,
        "worn": list(flash.worn), "worn_ring": list(ring.worn) if ring else [],
        "erases": flash.erases + (ring.erases if ring else 0), "append_erases": plan.append_erases,
        "limit_bytes": plan.limit_bytes,
        "outage_slots": plan.longest_slots, "wraps": plan.wraps,
        "violations": len(world.contactor.violations), "audit_no_room": plan.no_room,
        "audit_missed": plan.audit_missed,
    }  # fmt: skip
    if wanted["audit"] and not plan.no_room:
        tell_log(_DATA + "/audit")
    print("F", json.dumps(told))
    print("S", json.dumps({} if plan.over else lives.left(world, plan)))


def tell_log(folder):
    """Frame by frame: a file of it is too long for the heap."""
    for name in sorted(os.listdir(folder)):
        with open(folder + "/" + name, "rb") as file:
            for raw in file:
                print("L", name, hexlify(raw).decode())


gc.collect()
if SHARE:
    print(_TIME_BYTES + gc.mem_alloc() - _FIRMWARE)
else:
    run(WANTED)
