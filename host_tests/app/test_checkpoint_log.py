"""The log of checkpoints on raw flash: torn, rotten, wiped; what is lost is told, and no more."""

import gc
import unittest

from nor_flash import PROGRAM, TORN_MODES, DyingNor, RawNor
from sample import spread

from wattseal.drivers.ring_checkpoints import RingCheckpoints
from wattseal.drivers.ring_region import Region

SECTORS = 6
SECTOR_BYTES = 512
NAMES = ("cursor", "pulses1", "session1")


def opened(flash):
    return RingCheckpoints(Region(flash, 0, SECTORS, bytearray(64)), {})


def blob(name, count):
    return b"%s %04d, " % (name.encode(), count) + b"s" * (150 if name == "session1" else 3)


class LogTest(unittest.TestCase):
    start = None

    def setUp(self):
        self.flash = self.start = None
        gc.collect()
        self.start, self.flash = RawNor(SECTORS, SECTOR_BYTES), RawNor(SECTORS, SECTOR_BYTES)

    def saved(self, saves):
        """{name: what was saved last}: `cursor` most often, `session1` seldom."""
        checkpoints, last = opened(self.flash), {}
        for count in range(saves):
            for name, every in zip(NAMES, (1, 3, 9)):
                if count % every == 0:
                    last[name] = blob(name, count)
                    checkpoints.save(name, last[name])
        return last

    def assert_loads(self, wanted):
        checkpoints = opened(self.flash)
        for name, expected in wanted.items():
            self.assertEqual(checkpoints.load(name), expected)
            self.assertFalse(checkpoints.damaged(name))
        self.assertEqual(checkpoints.load("never saved"), None)
        self.assertFalse(checkpoints.damaged("never saved"))


class TornTest(LogTest):
    def test_a_torn_save_hides_nothing_that_is_saved_later(self):
        """Cut at places all over it, and in every mode, with one to a dozen saves behind."""
        last = self.saved(10)
        before = bytes(self.flash.image)
        self.flash.log = []
        opened(self.flash).save("session1", blob("session1", 9999))
        log, self.flash.log = self.flash.log, None
        self.assertEqual([entry[0] for entry in log], [PROGRAM] * 3)
        for number, entry in enumerate(log):
            for cut in spread(range(len(entry[2])), 8) + list(TORN_MODES):
                self.flash.image[:] = before
                for done in log[:number]:
                    self.flash.replay(done)
                if cut in TORN_MODES:
                    self.flash.replay_torn(entry, cut)
                else:
                    self.flash.replay((PROGRAM, entry[1], entry[2][:cut]))
                self.go_on_behind(last, may_be_there=number == 2)

    def go_on_behind(self, last, may_be_there):
        checkpoints, wanted = opened(self.flash), dict(last)
        if may_be_there:  # all but its mark was down
            wanted["session1"] = checkpoints.load("session1")
        self.assert_loads(wanted)
        for count in range(8):
            for name in ("cursor", "pulses1"):
                wanted[name] = blob(name, 100 + count)
                checkpoints.save(name, wanted[name])
            self.assert_loads(wanted)

    def test_a_cut_while_the_next_sector_begins_loses_nothing(self):
        self.flash.log = []
        checkpoints, states = opened(self.flash), []
        for count in range(40):
            for name in ("cursor", "pulses1"):
                checkpoints.save(name, blob(name, count))
                states.append((len(self.flash.log), name, blob(name, count)))
        log, self.flash.log = self.flash.log, None
        start = self.start
        for number, entry in enumerate(log):
            kept = {name: saved for end, name, saved in states if end <= number}
            under_way = next(row[1:] for row in states if row[0] > number)
            for mode in TORN_MODES:
                self.flash.image[:] = start.image
                self.flash.replay_torn(entry, mode)
                again = opened(self.flash)
                for name, saved in kept.items():
                    found = again.load(name)
                    self.assertTrue(found == saved or (name, found) == under_way, (number, mode))
                    self.assertFalse(again.damaged(name), (number, mode))
            start.replay(entry)


class RottenTest(LogTest):
    def check(self, last, where):
        """How many names fell back. Whatever did says so."""
        checkpoints, fell = opened(self.flash), 0
        for name, expected in last.items():
            found = checkpoints.load(name)
            if found != expected:
                fell += 1
                self.assertTrue(checkpoints.damaged(name), (name, where, found))
        return fell

    def test_a_bit_that_flips_takes_one_blob_back_at_most_and_is_told(self):
        last = self.saved(61)
        before, fell = bytes(self.flash.image), 0
        for place in range(0, len(before) * 8, 61):
            self.flash.image[place >> 3] ^= 1 << (place & 7)
            took = self.check(last, place)
            self.assertTrue(took <= 1, place)
            fell += took
            self.flash.image[:] = before
        self.assertTrue(fell > 2, fell)

    def test_a_wiped_sector_is_told_until_each_name_is_saved_again(self):
        for saves in (3, 20, 61):
            self.setUp()
            last = self.saved(saves)
            before, fell = bytes(self.flash.image), 0
            for sector in range(SECTORS):
                for byte in (b"\xff", b"\x00", b"\x5a"):
                    self.flash.image[:] = before
                    at = sector * SECTOR_BYTES
                    self.flash.image[at : at + SECTOR_BYTES] = byte * SECTOR_BYTES
                    took = self.check(last, (saves, sector))
                    fell += took
                    self.go_on(last, took)
            self.assertTrue(fell >= 3, (saves, fell))

    def go_on(self, last, took):
        """Other names are saved for rounds, over restarts."""
        for count in range(40):
            if count % 10 == 0:
                checkpoints = opened(self.flash)
            checkpoints.save("cursor", blob("cursor", 500 + count))
        again = opened(self.flash)
        self.assertFalse(again.damaged("cursor"))
        self.assertEqual(again.load("cursor"), blob("cursor", 539))
        fell = [name for name in ("pulses1", "session1") if again.load(name) != last[name]]
        self.assertEqual([name for name in fell if not again.damaged(name)], [])
        if took:
            self.assertTrue(again.damaged("never saved"))
        for name in fell:
            again.save(name, b"new")
            self.assertFalse(opened(self.flash).damaged(name))
            self.assertEqual(opened(self.flash).load(name), b"new")


class DyingTest(LogTest):
    def test_a_sector_that_dies_with_entries_in_it_costs_one_try(self):
        for silent in (False, True):
            self.flash = DyingNor(SECTORS, SECTOR_BYTES)
            checkpoints = opened(self.flash)
            for count in range(3):
                checkpoints.save("cursor", blob("cursor", count))
            self.flash.dead, self.flash.silent = checkpoints._newest.number, silent
            with self.assertRaises(OSError):
                checkpoints.save("cursor", blob("cursor", 3))
            self.assertEqual(checkpoints.load("cursor"), blob("cursor", 2))
            for count in range(4, 60):
                checkpoints.save("cursor", blob("cursor", count))
                self.assertEqual(opened(self.flash).load("cursor"), blob("cursor", count))
            self.assertFalse(opened(self.flash).damaged("cursor"))


if __name__ == "__main__":
    unittest.main()
