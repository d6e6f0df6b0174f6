"""What the loader makes of slots that cannot be mounted or read: for good, or for this start."""

import os
import unittest

import scratch_folder
import slot_loader
from update_life import BASE, Device, payload_of, version

from wattseal.drivers.update_slots import Slots

FAULTS = OSError(5), MemoryError(), ImportError("no module"), ValueError("incompatible .mpy file")
WHOLE, SAVE = slot_loader.is_whole, slot_loader.save


class SlotLoaderTest(unittest.TestCase):
    def setUp(self):
        self.folder = scratch_folder.on_host()
        self.device = Device(self.folder)

    def tearDown(self):
        slot_loader.is_whole, slot_loader.save = WHOLE, SAVE
        slot_loader.open = open
        scratch_folder.remove(self.folder)

    def updated(self, *numbers):
        for number in numbers:
            self.assertEqual(self.device.update(version(number)), "")

    def on_trial(self, number):
        self.device.download(version(number)).switch()

    def started(self, fails):
        """What a start has mounted, and what it says runs; `fails`: which mounts fail, and how."""
        tried = []

        def mount(path, base):
            tried.append(path[-1])
            fault = fails(path[-1], len(tried))
            if fault:
                raise fault

        state = slot_loader.start(self.folder, mount)
        return "".join(tried), state

    def opens(self, fails):
        """`fails(name, count)`: what the loader's `count`-th look at a file raises, or False."""
        looks = []

        def look(path, mode):
            name = path.split("/")[-1]
            looks.append(name)
            fault = mode == "rb" and fails(name, looks.count(name))
            if fault:
                raise fault
            return open(path, mode)

        slot_loader.open = look

    def test_what_is_signed_and_no_archive_is_left_after_its_boots(self):
        self.updated(1)
        self.on_trial(2)
        never = self.started(lambda slot, _: OSError(22) if slot == "b" else None)
        self.assertEqual(never, ("bbba", slot_loader.SLOT))
        self.assertEqual(slot_loader.load(self.folder).outcome, slot_loader.ROLLED_BACK)
        self.assertEqual(self.device.boot(), (payload_of(1), False))

    def test_a_trial_that_cannot_be_mounted_once_has_lost_a_boot(self):
        self.updated(1)
        self.on_trial(2)
        for fault in FAULTS:
            said = self.started(lambda _, count, fault=fault: fault if count == 1 else None)
            self.assertEqual(said, ("bb", slot_loader.TRIAL))
            self.assertEqual(slot_loader.load(self.folder).boots, 1)
            record = slot_loader.load(self.folder)
            record.boots = 3
            slot_loader.save(self.folder, record)

    def test_what_is_confirmed_is_tried_again(self):
        self.updated(1, 2)
        for fault in FAULTS:
            said = self.started(lambda _, count, fault=fault: fault if count == 1 else None)
            self.assertEqual(said, ("bb", slot_loader.SLOT))
            self.assertEqual(slot_loader.load(self.folder).outcome, 0)

    def test_what_is_confirmed_is_passed_over_for_this_start_alone(self):
        self.updated(1, 2)
        for failing, tried, state in (
            ("b", "bba", slot_loader.SLOT), ("ab", "bbaa", slot_loader.DEPLOYED),
        ):  # fmt: skip
            said = self.started(lambda slot, _, failing=failing: (
                MemoryError() if slot in failing else None))  # fmt: skip
            self.assertEqual(said, (tried, state))
            record = slot_loader.load(self.folder)
            self.assertEqual(record.running, 1 if state == slot_loader.SLOT else 0)
            self.assertEqual(record.outcome, slot_loader.FELL_BACK)
            self.assertEqual(self.device.boot(), (payload_of(2), False))

    def test_one_look_that_fails_leaves_no_slot(self):
        """A read that fails is as a hash that is wrong, and it may be good at the next one."""
        self.updated(1, 2)
        looks = []

        def is_whole(*arguments):
            looks.append(arguments)
            return len(looks) > 1 and WHOLE(*arguments)

        slot_loader.is_whole = is_whole
        self.assertEqual(self.device.boot(), (payload_of(2), False))
        self.on_trial(3)
        looks.clear()
        self.assertEqual(self.device.boot(), (payload_of(3), True))
        self.assertEqual(slot_loader.load(self.folder).boots, 1)

    def test_one_read_that_fails_leaves_no_slot(self):
        self.updated(1, 2)
        for failing in ("state.0", "state.1", "b"):
            for fault in (OSError(5), MemoryError()):
                self.opens(lambda name, count, failing=failing, fault=fault: (
                    name == failing and count == 1 and fault))  # fmt: skip
                self.assertEqual(self.device.boot(), (payload_of(2), False))
                self.assertEqual(slot_loader.load(self.folder).outcome, 0)

    def test_a_copy_of_the_record_that_stays_unreadable_is_as_none(self):
        self.updated(1, 2)
        older = "state.%d" % (1 - slot_loader.load(self.folder).copy)
        self.opens(lambda name, _: name == older and OSError(5))
        self.assertEqual(self.device.boot(), (payload_of(2), False))
        self.opens(lambda name, count: name[:5] == "state" and count <= 4 and OSError(5))
        self.assertEqual(self.device.boot(), (payload_of(2), False))
        self.opens(lambda name, _: name[:5] == "state" and OSError(5))
        self.assertEqual(self.device.boot(), (BASE, False))
        with self.assertRaises(OSError):
            Slots(self.folder)  # or it would begin a record anew, without its floors

    def test_a_count_of_boots_that_cannot_be_read_back_is_none(self):
        """Else a trial that ends at once would be started again for ever."""
        self.updated(1)
        self.on_trial(2)
        older = "state.%d" % (1 - slot_loader.load(self.folder).copy)
        self.opens(lambda name, _: name == older and OSError(5))
        for _ in range(5):
            self.assertEqual(self.device.boot(), (payload_of(1), False))

    def test_a_boot_that_cannot_be_counted_is_none_and_the_trial_stays(self):
        for boots in (3, 1):
            self.updated(1)
            self.on_trial(2)
            record = slot_loader.load(self.folder)
            record.boots = boots
            slot_loader.save(self.folder, record)

            def save(folder, record):
                slot_loader.save = SAVE
                raise OSError(5)

            slot_loader.save = save
            self.assertEqual(self.device.boot(), (payload_of(1), False))
            self.assertEqual(self.device.boot(), (payload_of(2), True))
            scratch_folder.remove(self.folder)
            os.mkdir(self.folder)

    def test_a_count_that_has_failed_and_has_come_to_the_flash_is_taken_back(self):
        """The version that does run would take itself for the one on trial."""
        self.updated(1)
        self.on_trial(2)

        def save(folder, record):
            slot_loader.save = SAVE
            SAVE(folder, record)
            raise OSError(5)

        slot_loader.save = save
        self.assertEqual(self.device.boot(), (payload_of(1), False))
        record = slot_loader.load(self.folder)
        self.assertEqual((record.running, record.trial, record.boots), (1, 2, 3))

    def test_a_heap_that_is_full_while_it_chooses_starts_what_was_deployed(self):
        self.updated(1)

        def is_whole(*_):
            raise MemoryError

        slot_loader.is_whole = is_whole
        self.assertEqual(self.device.boot(), (BASE, False))
        slot_loader.is_whole = WHOLE
        self.assertEqual(self.device.boot(), (payload_of(1), False))
        self.assertEqual(Slots(self.folder).record.active, 1)
