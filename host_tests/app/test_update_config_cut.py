"""The power fails at every flash operation of a configuration's package: old or new, and it ends.

The device goes on by itself at its next start, for what is pending is in the record.
"""

import hashlib
import json
import unittest

import scratch_folder
from nor_flash import TORN_MODES, NorFlash
from signed_packages import package
from update_life import Device

from wattseal.core.update_package import Head
from wattseal.drivers import config_file, config_replace
from wattseal.drivers.update_slots import Slots

FLASH, START = NorFlash(40), NorFlash(40)  # once, before the heap is cut up
OLD = {
    "version": 1, "connectors": [{"id": 1, "meter": "sdm630"}],
    "broker": {"host": "b", "tls": "plain-text-accepted"},
}  # fmt: skip
NEW = dict(OLD, status_s=7)
RAW = package(json.dumps(NEW).encode(), kind=1, board="", version=(2, 0, 0))


class UpdateConfigCutTest(unittest.TestCase):
    def taken(self, data):
        """From wherever it stands to its end."""
        device = Device(data + "/update")
        Slots(device.folder)
        slots = Slots(device.folder)
        at = slots.begin(1, len(RAW), hashlib.sha256(RAW).digest())
        while at < len(RAW):
            self.assertTrue(slots.write(at, RAW[at : at + 90]))
            at = slots.have()
        self.assertEqual(device.refused(slots), "")
        now = config_file.load(data + "/config.json")
        config_replace.replace(data, slots.payload(), now, False)
        slots.done(Head(slots.head()))

    def found(self, data):
        with open(data + "/config.json") as file:
            return json.load(file)

    def test_the_old_one_or_the_new_one_is_there_and_it_can_be_finished(self):
        if not scratch_folder.VfsLfs2:
            raise unittest.SkipTest("CPython has no LittleFS")
        data = scratch_folder.on_littlefs(FLASH)[: -len("/journal")]
        with open(data + "/config.json", "w") as file:
            json.dump(OLD, file)
        START.image[:] = FLASH.image
        FLASH.log = []
        self.taken(data)
        log, FLASH.log = FLASH.log, None
        scratch_folder.leave_littlefs()
        cuts, seen = 0, []
        for at, entry in enumerate(log):
            for mode in TORN_MODES:
                FLASH.image[:] = START.image
                FLASH.replay_torn(entry, mode)
                scratch_folder.on_littlefs(FLASH, False)
                try:
                    before = self.found(data)
                    self.assertTrue(before in (OLD, NEW), before)
                    seen.append(before == NEW)
                    self.taken(data)
                    self.assertEqual(self.found(data), NEW)
                    slots = Slots(data + "/update")
                    self.assertEqual((slots.floor(1), slots.record.pending), ((2, 0, 0), 0))
                finally:
                    scratch_folder.leave_littlefs()
                cuts += 1
            START.replay(entry)
            log[at] = None
        print("%d cuts" % cuts, end=" ")
        self.assertTrue(cuts > 80 and True in seen and False in seen)
