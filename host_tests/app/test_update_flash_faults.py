"""The flash refuses a step of an update: what is known is what is durable; it can be repeated."""

import hashlib
import unittest

import scratch_folder
import slot_loader
from signed_packages import package
from update_life import BASE, Device, payload_of, version

from wattseal.core.update_package import Head
from wattseal.drivers.update_slots import Slots

SAVE = slot_loader.save
EIO = 5


def state(record):
    row = [record.active, record.trial, record.boots, record.running, record.outcome]
    row += [record.pending, record.size, record.digest]
    return row + record.floors + record.heads


class FlashFaultTest(unittest.TestCase):
    def setUp(self):
        self.folder = scratch_folder.on_host()
        self.device = Device(self.folder)

    def tearDown(self):
        slot_loader.save = SAVE
        scratch_folder.remove(self.folder)

    def refuse(self, lands):
        """The next save fails, whether all of it has come to the flash or nothing."""

        def save(folder, record):
            slot_loader.save = SAVE
            if lands:
                SAVE(folder, record)
            raise OSError(EIO)

        slot_loader.save = save

    def repeated(self, slots, step):
        """Twice refused, then done; the record before and after it."""
        before = state(slots.record)
        for lands in (False, True):
            self.refuse(lands)
            with self.assertRaises(OSError):
                step()
            self.assertEqual(state(slots.record), before)
        step()
        self.assertNotEqual(state(slots.record), before)
        self.assertEqual(state(slot_loader.load(self.folder)), state(slots.record))

    def test_a_switch_a_confirmation_and_what_a_start_has_done(self):
        slots = self.device.download(version(1))
        self.repeated(slots, slots.switch)
        self.assertEqual(self.device.boot(), (payload_of(1), True))
        slots = Slots(self.folder)
        self.repeated(slots, slots.confirm)
        self.assertEqual((slots.floor(0), slots.record.active), ((1, 1, 0), 1))
        slots = self.device.download(version(2))
        slots.switch()
        self.assertEqual(self.device.boot(), (payload_of(2), True))
        slots = Slots(self.folder)
        self.repeated(slots, slots.roll_back)
        self.assertEqual(self.device.boot(), (payload_of(1), False))
        slots = Slots(self.folder)
        self.assertEqual(slots.record.outcome, slot_loader.ROLLED_BACK)
        self.repeated(slots, slots.outcome_told)

    def test_a_package_that_is_named_or_not_wanted(self):
        self.assertEqual(self.device.update(version(1)), "")
        self.assertEqual(self.device.update(version(2)), "")
        raw = version(3)
        slots, digest = Slots(self.folder), hashlib.sha256(raw).digest()
        self.repeated(slots, lambda: slots.begin(0, len(raw), digest))
        self.assertEqual(self.device.boot(), (payload_of(2), False))
        self.assertTrue(slots.write(0, raw))
        self.repeated(slots, slots.drop)
        self.assertEqual(slots.record.pending, 0)

    def test_a_configuration_in_its_place(self):
        raw = package(b'{"a":1}', kind=1, version=(7, 0, 0))
        slots = Slots(self.folder)
        slots.begin(1, len(raw), hashlib.sha256(raw).digest())
        slots.write(0, raw)
        head = Head(slots.head())
        self.repeated(slots, lambda: slots.done(head))
        self.assertEqual((slots.floor(1), slots.record.pending), ((7, 0, 0), 0))

    def test_what_was_refused_and_is_dropped_is_not_started(self):
        """Its switch has come to the flash, though the flash has said that it failed."""
        slots = self.device.download(version(1))
        self.refuse(True)
        with self.assertRaises(OSError):
            slots.switch()
        slots.drop()
        self.assertEqual(self.device.boot(), (BASE, False))
