"""A log of checkpoints without a free sector goes on: second entries go, no loss is kept quiet."""

import unittest

from crowded_log import NOW, SAVED, SECTOR_BYTES, A, B, CrowdedCase, cut_save, opened
from nor_flash import ERASE


class SaveTest(CrowdedCase):
    def test_a_save_comes_through_and_nothing_is_lost(self):
        self.crowd()
        self.assert_loads(NOW)
        checkpoints = opened(self.flash)
        checkpoints.save("cursor", SAVED)
        self.assertEqual(checkpoints.load("a"), A)
        self.assert_loads(dict(NOW, cursor=SAVED))

    def test_it_goes_on_for_long(self):
        self.crowd()
        checkpoints = opened(self.flash)
        for count in range(200):
            if count % 7 == 0:
                checkpoints = opened(self.flash)
            checkpoints.save("cursor", b"cursor %d" % count)
            self.assert_loads(dict(NOW, cursor=b"cursor %d" % count))

    def test_cuts_in_a_row_never_use_it_up(self):
        self.crowd()
        for count in range(12):
            cut_save(self.flash)
            opened(self.flash).save("cursor", b"cursor %d" % count)
            self.assert_loads(dict(NOW, cursor=b"cursor %d" % count))

    def test_newest_entries_alone_in_each_sector_leave_no_space(self):
        self.crowd((("a", A), ("b", B), ("c", A), ("d", B)))
        checkpoints = opened(self.flash)
        for _ in range(2):
            try:
                checkpoints.save("cursor", SAVED)
                number = 0
            except OSError as fault:
                number = fault.args[0]
            self.assertEqual(number, 28)
        self.assert_loads({"a": A, "b": B, "c": A, "d": B, "cursor": None})

    def test_an_empty_sector_that_begins_anew_has_not_been_left(self):
        """Three are pinned, the newest holds a torn save alone: it is erased for the next one."""
        self.crowd((("a", A), ("b", B), ("c", A)))
        cut_save(self.flash)
        opened(self.flash).save("cursor", SAVED)
        wanted = {"a": A, "b": B, "c": A, "cursor": SAVED}
        self.assert_loads(wanted)
        log = self.played("cursor", b"cursor 2")
        self.assertEqual([entry[2] for entry in log if entry[0] == ERASE], [])


class CutTest(CrowdedCase):
    """The power fails at each operation of the save that drops."""

    def check(self, where, may_be):
        """[name that is doubted]; what is told as sound was saved last."""
        checkpoints, doubted = opened(self.flash), []
        for name, blob in (("a", A), ("b", B)):
            self.assertEqual(checkpoints.load(name), blob, (name, where))
            if checkpoints.damaged(name):
                doubted.append(name)
        found = checkpoints.load("cursor")
        self.assertTrue(found in may_be, (found, where))
        return doubted

    def go_on(self, where):
        """It can be saved at once, and what is saved is sound."""
        checkpoints = opened(self.flash)
        for name, blob in (("cursor", b"after it"), ("a", B), ("b", A)):
            checkpoints.save(name, blob)
        self.assert_loads({"a": B, "b": A, "cursor": b"after it"}, where)

    def test_at_each_operation(self):
        self.crowd()
        log, doubted_at = self.played("cursor", SAVED), []
        for number, mode in self.cuts(log):
            where = (number, log[number][0], mode)
            if self.check(where, (None, SAVED)):
                doubted_at.append(number)
            self.go_on(where)
        # From the erase on, until the next sector has begun, one is gone that counted before.
        erase = [entry[0] for entry in log].index(ERASE)
        self.assertEqual([at for at in doubted_at if at not in (erase, erase + 1)], [])

    def test_twice(self):
        self.crowd()
        log = self.played("cursor", SAVED)
        for number, mode in self.cuts(log, 6):
            torn = bytes(self.flash.image)
            again = self.played("cursor", b"after it")
            for number_then, mode_then in self.cuts(again, 2):
                where = (number, mode, number_then, mode_then)
                self.check(where, (None, SAVED, b"after it"))
                self.go_on(where)
                self.flash.image[:] = torn


class RottenTest(CrowdedCase):
    """The only entry that a name has left rots."""

    def rot(self, step):
        """The place of each bit that is flipped, and of each sector that is wiped."""
        before = bytes(self.flash.image)
        for place in range(0, len(before) * 8, step):
            self.flash.image[place >> 3] ^= 1 << (place & 7)
            yield "bit", place
            self.flash.image[:] = before
        for at in range(0, len(before), SECTOR_BYTES):
            self.flash.image[at : at + SECTOR_BYTES] = b"\xff" * SECTOR_BYTES
            yield "sector", at
            self.flash.image[:] = before

    def check(self, wanted, where):
        """[name that fell back]. Each says so, also when others were saved since."""
        checkpoints, fell = opened(self.flash), []
        for name, expected in wanted.items():
            if checkpoints.load(name) != expected:
                self.assertTrue(checkpoints.damaged(name), (name, where))
                fell.append(name)
        for count in range(3 if fell else 0):
            opened(self.flash).save("other", b"other %d" % count * 9)
        again = opened(self.flash)
        for name in fell:
            self.assertTrue(again.damaged(name), (name, where))
        return fell

    def test_over_a_restart(self):
        self.crowd()
        opened(self.flash).save("cursor", SAVED)
        wanted, fell = dict(NOW, cursor=SAVED), []
        for where in self.rot(23):
            fell += self.check(wanted, where)
        for name in wanted:
            self.assertTrue(name in fell, name)

    def test_over_a_restart_and_a_cut_while_seconds_went(self):
        self.crowd()
        log = self.played("cursor", SAVED)
        for number, mode in self.cuts(log, 6):
            torn, fell = bytes(self.flash.image), []
            for where in self.rot(797):  # what was being saved may be there or not
                fell += self.check({"a": A, "b": B}, (where, number, mode))
            self.assertTrue("a" in fell and "b" in fell, fell)
            self.flash.image[:] = torn

    def test_in_the_same_life(self):
        for name, newest in (("a", A), ("b", B)):
            self.setUp()
            self.crowd()
            checkpoints = opened(self.flash)
            checkpoints.save("cursor", SAVED)
            self.flash.image[bytes(self.flash.image).index(newest)] ^= 1
            self.assertEqual((checkpoints.load(name), checkpoints.damaged(name)), (None, True))
            checkpoints.save("cursor", SAVED)
            self.assertTrue(checkpoints.damaged(name))
            checkpoints.save(name, b"new")
            self.assertFalse(checkpoints.damaged(name))

    def test_the_second_entry_of_one_that_has_rotted_stays(self):
        """Whether it rots before the log is read, or in the same life."""
        for name, newest in (("a", A), ("b", B)):
            for read_before in (False, True):
                self.setUp()
                self.crowd()
                checkpoints = opened(self.flash)
                if read_before:
                    checkpoints.load(name)
                self.flash.image[bytes(self.flash.image).index(newest)] ^= 1
                checkpoints.save("cursor", SAVED)
                for one in (checkpoints, opened(self.flash)):
                    self.assertEqual(one.load(name), name.encode() * 150)
                    self.assertTrue(one.damaged(name))


if __name__ == "__main__":
    unittest.main()
