"""The power fails at every flash operation of a configuration's package: old or new, and it ends.

The device goes on by itself at its next start, for what is pending is in the record. Each start
judges by the key of the configuration that it finds: the new one names another key.
"""

import asyncio
import hashlib
import json
import os
import sys
import unittest

import scratch_folder
from nor_flash import TORN_MODES, NorFlash
from signed_packages import BOARD, DEVICE, PUBLIC, package

from wattseal.commanding import update_judging
from wattseal.core import p256
from wattseal.core.update_package import Head
from wattseal.drivers import config_file, config_kept
from wattseal.drivers.update_slots import Slots

FLASH, START = NorFlash(40), NorFlash(40)  # once, before the heap is cut up
OTHER = PUBLIC[:32] + (p256.P - int.from_bytes(PUBLIC[32:], "big")).to_bytes(32, "big")
OLD = {
    "version": 1, "connectors": [{"id": 1, "meter": "sdm630"}],
    "broker": {"host": "b", "tls": "plain-text-accepted"},
    "update_key": "".join(["%02x" % byte for byte in PUBLIC]),
}  # fmt: skip
NEW = dict(OLD, status_s=7, update_key="".join(["%02x" % byte for byte in OTHER]))
RAW = package(json.dumps(NEW).encode(), kind=1, board="", version=(2, 0, 0))


class Part:
    """Of a Firmware: what judging reads."""

    def __init__(self, **values):
        for name, value in values.items():
            setattr(self, name, value)


def started(data):
    return Part(
        board=Part(data_dir=data, uplink=None), signer=Part(device_id=DEVICE),
        config=config_file.load(data + "/config.json"),
    )  # fmt: skip


def found(path):
    with open(path) as file:
        return json.load(file)


class UpdateConfigCutTest(unittest.TestCase):
    def setUp(self):
        if not scratch_folder.VfsLfs2:
            raise unittest.SkipTest("CPython has no LittleFS")
        sys.modules["board"] = Part(NAME=BOARD)
        self.data = scratch_folder.on_littlefs(FLASH)[: -len("/journal")]
        with open(self.data + "/config.json", "w") as file:
            json.dump(OLD, file)

    def taken(self):
        """From wherever it stands to its end."""
        device, slots = started(self.data), Slots(self.data + "/update")
        at = slots.begin(1, len(RAW), hashlib.sha256(RAW).digest())
        while at < len(RAW):
            self.assertTrue(slots.write(at, RAW[at : at + 90]))
            at = slots.have()
        raw = slots.head()
        head = Head(raw)
        self.assertEqual(asyncio.run(update_judging.refused(device, slots, raw, False)), "")
        self.assertEqual(update_judging.put(device, slots, head), "")
        slots.done(head)

    def judged(self, slots, why):
        said = update_judging.refused(started(self.data), slots, slots.head(), False)
        said = asyncio.run(said)
        self.assertTrue(why in said and bool(why) == bool(said), said)

    def confirmed(self):
        kept = config_kept.find(self.data, config_kept.OLD)
        if kept:
            os.remove(kept)

    def taken_back(self):
        kept = config_kept.find(self.data, config_kept.OLD)
        if kept:
            config_kept.take_back(self.data, kept)

    def cut_everywhere(self, act, judge):
        """At each operation of `act`, then again to its end; `judge(is_new, kept)` in between."""
        START.image[:] = FLASH.image
        FLASH.log = []
        act()
        log, FLASH.log = FLASH.log, None
        scratch_folder.leave_littlefs()
        cuts, seen = 0, []
        for at, entry in enumerate(log):
            for mode in TORN_MODES:
                FLASH.image[:] = START.image
                FLASH.replay_torn(entry, mode)
                scratch_folder.on_littlefs(FLASH, False)
                try:
                    before = found(self.data + "/config.json")
                    self.assertTrue(before in (OLD, NEW), before)
                    seen.append(before == NEW)
                    judge(before == NEW, config_kept.find(self.data, config_kept.OLD))
                    act()
                    yield
                finally:
                    scratch_folder.leave_littlefs()
                cuts += 1
            START.replay(entry)
            log[at] = None
        print("%d cuts" % cuts, end=" ")
        self.assertTrue(True in seen)
        self.seen, self.cuts = seen, cuts

    def is_on_trial(self, is_new, kept):
        """The old one whole, as long as the new one is in force, and never before."""
        self.assertEqual(is_new, kept != "")
        if kept:
            self.assertEqual(found(kept), OLD)

    def test_the_old_one_or_the_new_one_is_there_and_it_can_be_finished(self):
        for _ in self.cut_everywhere(self.taken, self.is_on_trial):
            self.assertEqual(found(self.data + "/config.json"), NEW)
            slots = Slots(self.data + "/update")
            self.assertEqual((slots.floor(1), slots.record.pending), ((2, 0, 0), 0))
            self.is_on_trial(True, config_kept.find(self.data, config_kept.OLD))
        self.assertTrue(self.cuts > 80 and False in self.seen)

    def test_while_it_is_confirmed_it_stays_and_may_be_on_trial_still(self):
        def judge(is_new, kept):
            self.assertTrue(is_new)
            self.assertTrue(not kept or found(kept) == OLD)

        self.taken()
        for _ in self.cut_everywhere(self.confirmed, judge):
            self.assertEqual(found(self.data + "/config.json"), NEW)
            self.assertEqual(config_kept.find(self.data, config_kept.OLD), "")

    def test_while_it_is_taken_back_the_old_one_or_the_new_one_is_there(self):
        self.taken()
        for _ in self.cut_everywhere(self.taken_back, self.is_on_trial):
            self.assertEqual(found(self.data + "/config.json"), OLD)
            self.assertEqual(config_kept.find(self.data, config_kept.OLD), "")
            self.assertTrue(config_kept.find(self.data, config_kept.BAD))
        self.assertTrue(False in self.seen)

    def test_nobody_elses_package_is_taken_for_the_one_in_force(self):
        self.taken()
        for version, why in (((3, 0, 0), "not signed"), ((2, 0, 0), "")):
            raw = package(RAW[154:], kind=1, board="", version=version)  # by the key of before
            slots = Slots(self.data + "/update")
            slots.begin(1, len(raw), hashlib.sha256(raw).digest())
            slots.write(0, raw)
            self.judged(slots, why)
        self.confirmed()
        self.judged(slots, "not signed")  # a configuration that is on no trial was put there
        scratch_folder.leave_littlefs()
