"""What the loader makes of slots that cannot be mounted or read: for good, or for this start."""

import unittest

import scratch_folder
import slot_loader
from update_life import BASE, Device, payload_of, version

from wattseal.drivers.update_slots import Slots

WHOLE, SAVE = slot_loader.is_whole, slot_loader.save


class SlotLoaderTest(unittest.TestCase):
    def setUp(self):
        self.folder = scratch_folder.on_host()
        self.device = Device(self.folder)

    def tearDown(self):
        slot_loader.is_whole, slot_loader.save = WHOLE, SAVE
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
        for fault in (OSError(5), MemoryError()):
            said = self.started(lambda _, count, fault=fault: fault if count == 1 else None)
            self.assertEqual(said, ("bb", slot_loader.TRIAL))
            self.assertEqual(slot_loader.load(self.folder).boots, 1)
            record = slot_loader.load(self.folder)
            record.boots = 3
            slot_loader.save(self.folder, record)

    def test_what_is_confirmed_is_tried_again(self):
        self.updated(1, 2)
        for fault in (OSError(5), MemoryError(), ImportError("no module")):
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

    def test_a_boot_that_cannot_be_counted_is_none_and_the_trial_stays(self):
        self.updated(1)
        self.on_trial(2)

        def save(folder, record):
            raise OSError(5)

        slot_loader.save = save
        self.assertEqual(self.device.boot(), (payload_of(1), False))
        slot_loader.save = SAVE
        self.assertEqual(self.device.boot(), (payload_of(2), True))

    def test_a_heap_that_is_full_while_it_chooses_starts_what_was_deployed(self):
        self.updated(1)

        def is_whole(*_):
            raise MemoryError

        slot_loader.is_whole = is_whole
        self.assertEqual(self.device.boot(), (BASE, False))
        slot_loader.is_whole = WHOLE
        self.assertEqual(self.device.boot(), (payload_of(1), False))
        self.assertEqual(Slots(self.folder).record.active, 1)
