"""Two slots and their loader: what runs, after what, and what is never started."""

import hashlib
import os
import unittest

import scratch_folder
import slot_loader
import update_faults
from signed_packages import package
from update_life import BASE, Device, payload_of, version

from wattseal.core.update_package import Head
from wattseal.drivers.update_slots import Slots


class UpdateSlotsTest(unittest.TestCase):
    def setUp(self):
        self.folder = scratch_folder.on_host()
        self.device = Device(self.folder)

    def tearDown(self):
        scratch_folder.remove(self.folder)

    def updated(self, number):
        self.assertEqual(self.device.update(version(number)), "")

    def on_trial(self, number):
        slots = self.device.download(version(number))
        self.assertEqual(self.device.refused(slots), "")
        slots.switch()

    def runs(self, payload, trial=False):
        self.assertEqual(self.device.boot(), (payload, trial))

    def damage(self, name, at):
        with open(self.folder + "/" + name, "r+b") as file:
            file.seek(at)
            byte = file.read(1)
            file.seek(at)
            file.write(bytes([byte[0] ^ 4]))

    def test_without_an_update_the_deployed_version_runs_and_nothing_is_written(self):
        self.runs(BASE)
        self.assertEqual(os.listdir(self.folder), [])

    def test_versions_take_turns_in_the_two_slots(self):
        for number in range(1, 6):
            self.updated(number)
            self.runs(payload_of(number))
            record = slot_loader.load(self.folder)
            self.assertEqual((record.active, record.running, record.trial), (
                2 - number % 2, 2 - number % 2, 0))  # fmt: skip

    def test_a_trial_that_nobody_confirms_is_over_after_three_starts(self):
        for before in (BASE, payload_of(1)):
            if before != BASE:
                self.updated(1)
            self.on_trial(2)
            for _ in range(3):
                self.runs(payload_of(2), True)
                self.assertTrue(Slots(self.folder).on_trial)
            for _ in range(3):
                self.runs(before)
                self.assertFalse(Slots(self.folder).on_trial)
            slots = Slots(self.folder)
            self.assertEqual(slots.record.outcome, slot_loader.ROLLED_BACK)
            slots.outcome_told()
            self.assertEqual(Slots(self.folder).record.outcome, 0)

    def test_a_version_that_is_not_well_is_left_at_the_next_start(self):
        self.updated(1)
        self.on_trial(2)
        self.runs(payload_of(2), True)
        Slots(self.folder).roll_back()
        self.runs(payload_of(1))

    def test_a_slot_with_any_byte_changed_is_not_started(self):
        self.updated(1)
        self.updated(2)
        size = len(version(2))
        for at in list(range(154)) + list(range(154, size, 61)) + [size - 1]:  # noqa: RUF005
            self.damage("b", at)
            self.runs(payload_of(1))
            self.damage("b", at)
            self.runs(payload_of(2))
        self.damage("a", size - 1)
        self.damage("b", size - 1)
        self.runs(BASE)
        self.assertEqual(Slots(self.folder).record.outcome, slot_loader.FELL_BACK)

    def test_a_trial_whose_slot_is_damaged_is_over_at_once(self):
        self.updated(1)
        self.on_trial(2)
        self.damage("b", 700)
        self.runs(payload_of(1))
        self.damage("b", 700)  # it was this flash's fault, and it stays out
        self.runs(payload_of(1))

    def test_a_download_goes_on_where_it_was_and_touches_nothing_that_runs(self):
        self.updated(1)
        raw = version(2)
        digest = hashlib.sha256(raw).digest()
        slots = Slots(self.folder)
        self.assertEqual(slots.begin(0, len(raw), digest), 0)
        self.assertTrue(slots.write(0, raw[:100]))
        self.assertFalse(slots.write(0, raw[:100]))  # a repeat
        self.assertFalse(slots.write(200, raw[200:300]))  # a gap
        self.assertFalse(slots.write(100, raw))  # beyond its end
        self.runs(payload_of(1))
        slots = Slots(self.folder)
        self.assertEqual(slots.begin(0, len(raw), digest), 100)
        self.assertTrue(slots.write(100, raw[100:]))
        self.assertEqual(self.device.refused(slots), "")

    def test_another_package_begins_anew(self):
        first, second = version(2), version(3)
        slots = Slots(self.folder)
        slots.begin(0, len(first), hashlib.sha256(first).digest())
        slots.write(0, first[:1000])
        self.assertEqual(slots.begin(0, len(second), hashlib.sha256(second).digest()), 0)
        self.assertEqual(slots.have(), 0)
        self.assertEqual(self.device.update(second), "")

    def test_what_is_pending_is_not_verified_by_another_packages_hash(self):
        raw = version(2)
        slots = Slots(self.folder)
        slots.begin(0, len(raw), hashlib.sha256(version(3)).digest())
        slots.write(0, raw)
        self.assertEqual(self.device.refused(slots), "hash")

    def test_the_floor_rises_with_what_is_confirmed_and_never_falls(self):
        self.updated(5)
        self.assertEqual(Slots(self.folder).floor(0), (1, 5, 0))
        self.assertTrue("below the floor" in self.device.update(version(4)))
        self.runs(payload_of(5))
        lower = package(payload_of(6), version=(1, 6, 0), floor=(1, 2, 0))
        self.assertEqual(self.device.update(lower), "")
        self.assertEqual(Slots(self.folder).floor(0), (1, 5, 0))
        self.on_trial(9)
        self.runs(payload_of(9), True)
        self.assertEqual(Slots(self.folder).floor(0), (1, 5, 0))  # not before it is confirmed

    def test_a_small_package_has_a_slot_and_a_floor_of_its_own(self):
        self.updated(3)
        raw = package(b'{"a":1}', kind=1, version=(7, 0, 0))
        slots = Slots(self.folder)
        slots.begin(1, len(raw), hashlib.sha256(raw).digest())
        slots.write(0, raw)
        self.assertEqual(self.device.refused(slots), "")
        self.assertEqual(slots.payload(), b'{"a":1}')
        slots.done(Head(slots.head()))
        slots = Slots(self.folder)
        self.assertEqual([slots.floor(k) for k in range(3)], [(1, 3, 0), (7, 0, 0), (0, 0, 0)])
        self.assertFalse("c" in os.listdir(self.folder))
        self.runs(payload_of(3))

    def test_a_slot_that_was_passed_over_at_this_start_is_not_what_goes(self):
        for number in (1, 2):
            self.updated(number)

            def mount(path, base):
                raise MemoryError

            slot_loader.start(self.folder, mount)
            self.assertEqual(slot_loader.load(self.folder).running, 0)
            self.device.download(version(number + 1))
            self.runs(payload_of(number))

    def test_during_a_trial_no_other_begins(self):
        self.on_trial(1)
        self.runs(payload_of(1), True)
        with self.assertRaises(OSError):
            self.device.download(version(2))
        self.runs(payload_of(1), True)

    def test_a_damaged_copy_of_the_record_leaves_the_one_before(self):
        self.updated(1)
        self.updated(2)
        copies = {}
        for name in ("state.0", "state.1"):
            with open(self.folder + "/" + name, "rb") as file:
                copies[name] = file.read()
        for name, raw in copies.items():
            for at in range(len(raw)):
                self.damage(name, at)
                self.assertTrue(self.device.boot()[0] in (payload_of(1), payload_of(2)))
                for other, whole in copies.items():
                    with open(self.folder + "/" + other, "wb") as file:
                        file.write(whole)

    def test_without_a_record_what_was_deployed_runs(self):
        self.updated(1)
        for name in ("state.0", "state.1"):
            os.remove(self.folder + "/" + name)
        self.runs(BASE)

    def test_nothing_that_was_tampered_with_is_taken(self):
        for _, tried, wrong in update_faults.cases(False):
            self.assertTrue(tried > 500)
            self.assertEqual(wrong, [])

    def test_a_device_that_looks_at_no_signature_would_be_found(self):
        sound = Device.refused

        def planted(device, slots):
            said = sound(device, slots)
            return "" if said == "forged" else said

        Device.refused = planted
        try:
            for _, _, wrong in update_faults.cases(False):
                self.assertTrue(len(wrong) > 64)
        finally:
            Device.refused = sound
