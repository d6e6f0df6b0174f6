"""Each rotten byte of an archive of modules is counted, in a slot as in what was deployed."""

import asyncio
import hashlib
import io
import sys
import unittest
from binascii import unhexlify

import sample
import scratch_folder
import slot_loader
import vectors
from signed_packages import package

from wattseal import late
from wattseal.drivers import module_check
from wattseal.drivers.update_slots import Slots

ARCHIVE = unhexlify(vectors.load("module_archive.json")["archive"])
HEAD = b"a head"


async def calm():
    pass


def counted(archive):
    return asyncio.run(module_check.count(io.BytesIO(HEAD + archive), len(HEAD), calm))


def with_bit(raw, at):
    return raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]


class ModuleCheckTest(unittest.TestCase):
    def test_a_whole_one_has_none_and_each_byte_that_matters_counts(self):
        self.assertEqual(counted(ARCHIVE), 0)
        modules, folders, names = (
            int.from_bytes(ARCHIVE[at : at + 2], "big") for at in (6, 8, 10)
        )
        first = 52 + folders + 16 * modules  # names, that no import reads
        for at in sample.of(range(10, len(ARCHIVE)), 24):
            if not first <= at < first + names:
                self.assertTrue(counted(with_bit(ARCHIVE, at)) >= 1, at)
        self.assertEqual(counted(with_bit(ARCHIVE, len(ARCHIVE) - 1)), 1)
        self.assertEqual(counted(ARCHIVE[:-1]), 1)

    def test_nothing_that_it_loads_stays(self):
        """It was 6.5 KB of a stock board's heap."""
        name, folder = "wattseal.drivers.module_check", scratch_folder.on_host()
        Slots(folder + "/update").begin(0, 200, bytes(32))
        late.drop(name, "slot_loader", "wattseal.core.update_package")
        before = set(sys.modules)
        try:
            for _ in range(2):
                fresh = __import__(name, None, None, ("rotten",))
                sys.path.append("/a")
                with self.assertRaises(OSError):  # no archive was deployed here
                    asyncio.run(fresh.rotten(folder, calm))
                sys.path.remove("/a")
                late.drop(name)
                self.assertEqual(set(sys.modules), before)
                sys.modules["slot_loader"] = slot_loader  # of who needs it, and stays
                before.add("slot_loader")
        finally:
            scratch_folder.remove(folder + "/update")
            scratch_folder.remove(folder)

    def test_what_runs_is_looked_at(self):
        folder = scratch_folder.on_host()
        slots = Slots(folder + "/update")
        raw = package(ARCHIVE)
        slots.begin(0, len(raw), hashlib.sha256(raw).digest())
        slots.write(0, raw)
        slots.switch()
        slot_loader.start(folder + "/update", lambda path, base: None)
        try:
            self.assertEqual(asyncio.run(module_check.rotten(folder, calm)), 0)
            sys.path.append("/a")
            self.assertEqual(asyncio.run(module_check.rotten(folder, calm)), 0)
            with open(folder + "/update/a", "wb") as file:
                file.write(with_bit(raw, len(raw) - 1))
            self.assertEqual(asyncio.run(module_check.rotten(folder, calm)), 1)
        finally:
            if "/a" in sys.path:
                sys.path.remove("/a")
            scratch_folder.remove(folder + "/update")
            scratch_folder.remove(folder)
