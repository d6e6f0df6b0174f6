"""Checkpoints on raw flash come back as saved, or as saved before; what is lost is told."""

import unittest

from nor_flash import RawNor

from wattseal.drivers.ring_checkpoints import RingCheckpoints
from wattseal.drivers.ring_region import Region

SECTOR_BYTES = 512


class Cut(Exception):
    pass


class CutNor(RawNor):
    """The power fails before the `left`-th program or erase from now."""

    left = -1

    def writeblocks(self, block, data, offset=0):
        self.step()
        super().writeblocks(block, data, offset)

    def ioctl(self, operation, block):
        if operation == 6:
            self.step()
        return super().ioctl(operation, block)

    def step(self):
        if not self.left:
            raise Cut
        self.left -= 1


class RingCheckpointTest(unittest.TestCase):
    def setUp(self):
        self.flash = CutNor(8, SECTOR_BYTES)

    def opened(self):
        self.flash.left = -1
        return RingCheckpoints(Region(self.flash, 1, 6, bytearray(64)), {})

    def test_loads_nothing_before_the_first_save(self):
        self.assertEqual(self.opened().load("session1"), None)
        self.assertFalse(self.opened().damaged("session1"))

    def test_loads_what_was_saved_last_and_keeps_names_apart(self):
        checkpoints = self.opened()
        for n in range(300):
            blob = b"%d" % n * (n % 9)
            checkpoints.save("session%d" % (n % 3), blob)
            again = checkpoints if n % 7 else self.opened()
            self.assertEqual(again.load("session%d" % (n % 3)), blob)
        for name in ("session0", "session1", "session2"):
            self.assertFalse(self.opened().damaged(name))

    def test_stays_within_its_sectors(self):
        checkpoints = self.opened()
        for n in range(300):
            checkpoints.save("s", b"%d" % n)
        for sector in (0, 7):
            at = sector * SECTOR_BYTES
            self.assertEqual(self.flash.image[at : at + SECTOR_BYTES], b"\xff" * SECTOR_BYTES)

    def test_wears_its_sectors_alike_though_one_blob_stays(self):
        erased = [0] * 8

        class Wear:
            def append(self, entry):
                if entry[0] == "erase":
                    erased[entry[1] // SECTOR_BYTES] += 1

        checkpoints = self.opened()
        for name in ("a", "b", "c", "d"):  # each in a sector of its own
            checkpoints.save(name, name.encode() * 50)
            for n in range(9):
                checkpoints.save("s", b"%d" % n)
        self.flash.log = Wear()
        for n in range(600):
            checkpoints.save("s", b"%d" % n)
        self.assertTrue(max(erased) < sum(erased) // 4, erased)
        for name in ("a", "b", "c", "d"):
            self.assertEqual(self.opened().load(name), name.encode() * 50)

    def test_a_blob_too_large_to_move_stays_where_it_is(self):
        checkpoints = self.opened()
        checkpoints.save("large", b"L" * 150)
        for n in range(200):
            checkpoints.save("s", b"%d" % n)
        self.assertEqual(self.opened().load("large"), b"L" * 150)

    def test_refuses_what_fits_in_no_sector(self):
        checkpoints = self.opened()
        checkpoints.save("s", b"before")
        with self.assertRaises(ValueError):
            checkpoints.save("s", bytes(SECTOR_BYTES))
        self.assertEqual(checkpoints.load("s"), b"before")

    def test_a_removed_blob_stays_away_whatever_comes_later(self):
        checkpoints = self.opened()
        for n in range(40):
            checkpoints.save("s", b"%d" % n)
            checkpoints.save("t", b"%d" % n)
        checkpoints.remove("s")
        checkpoints.remove("s")
        for n in range(40):
            self.assertEqual(self.opened().load("s"), None)
            checkpoints.save("t", b"more %d" % n)
        self.assertFalse(self.opened().damaged("s"))
        self.opened().save("s", b"new life")
        self.assertEqual(self.opened().load("s"), b"new life")

    def test_a_removal_cut_half_way_brings_no_older_blob_back(self):
        for saves in (1, 2, 3, 9):
            for left in range(3):
                self.setUp()
                checkpoints = self.opened()
                for n in range(saves):
                    checkpoints.save("s", b"%d" % n)
                self.flash.left = left
                try:
                    checkpoints.remove("s")
                except Cut:
                    pass
                self.assertTrue(self.opened().load("s") in (None, b"%d" % (saves - 1)))

    def test_a_save_cut_anywhere_then_a_removal_leaves_nothing(self):
        # The entry that the cut save should have voided must not outlive the two others.
        for left in range(8):
            self.setUp()
            checkpoints = self.opened()
            for n in range(3):
                checkpoints.save("s", b"%d" % n)
            self.flash.left = left
            try:
                checkpoints.save("s", b"3")
            except Cut:
                pass
            self.opened().remove("s")
            self.assertEqual(self.opened().load("s"), None)

    def test_tells_what_was_lost_from_what_never_was(self):
        checkpoints = self.opened()
        checkpoints.save("s", b"the one before")
        checkpoints.save("s", b"the newest one")
        at = bytes(self.flash.image).index(b"the newest one")
        self.flash.image[at] ^= 1
        again = self.opened()
        self.assertEqual((again.load("s"), again.damaged("s")), (b"the one before", True))
        again.save("s", b"after it")
        self.assertFalse(again.damaged("s"))
        self.assertEqual(
            (self.opened().load("s"), self.opened().damaged("s")), (b"after it", False)
        )

    def test_a_save_that_was_cut_off_is_no_damage(self):
        for left in range(3):
            checkpoints = self.opened()
            checkpoints.save("s", b"before")
            self.flash.left = left
            try:
                checkpoints.save("s", b"after")
            except Cut:
                pass
            self.assertFalse(self.opened().damaged("s"))
            self.assertTrue(self.opened().load("s") in (b"before", b"after"))
