"""A log of checkpoints in which each sector holds an entry that stays; cuts made it so."""

import gc
import unittest

from nor_flash import TORN_MODES, RawNor
from sample import spread

from wattseal.drivers.ring_checkpoints import RingCheckpoints
from wattseal.drivers.ring_region import Region

SECTORS = 4
SECTOR_BYTES = 512
A, B = b"the newest a" * 12, b"the newest b" * 12  # too large to be moved
NOW = {"a": A, "b": B, "cursor": None}
SAVED = b"cursor 1"


class Cut(Exception):
    pass


class CutNor(RawNor):
    """Where `cuts`: the power fails when no more than an entry's header is down."""

    cuts = False

    def program(self, at, data):
        if self.cuts and len(data) == 11:
            super().program(at, data)
            raise Cut
        super().program(at, data)


def opened(flash):
    return RingCheckpoints(Region(flash, 0, SECTORS, bytearray(64)), {})


def cut_save(flash):
    """Nothing may be put behind what it leaves, so that another sector begins."""
    flash.cuts = True
    try:
        opened(flash).save("cursor", b"cut off")
    except Cut:
        pass
    flash.cuts = False


class CrowdedCase(unittest.TestCase):
    def setUp(self):
        self.flash = None
        gc.collect()
        self.flash = CutNor(SECTORS, SECTOR_BYTES)

    def crowd(self, entries=(("a", b"a" * 150), ("b", b"b" * 150), ("a", A), ("b", B))):
        """Each sector holds one entry, and behind it a save that was cut off."""
        for name, blob in entries:
            opened(self.flash).save(name, blob)
            cut_save(self.flash)

    def played(self, name, blob):
        """What a save does to the flash; it is as before after it."""
        before = bytes(self.flash.image)
        self.flash.log = []
        opened(self.flash).save(name, blob)
        log, self.flash.log = self.flash.log, None
        self.flash.image[:] = before
        return log

    def cuts(self, log, most=99):
        """(number of the operation, mode), with the flash as a cut in it leaves it."""
        before = bytes(self.flash.image)
        for number, entry in spread(list(enumerate(log)), most):
            for mode in TORN_MODES:
                self.flash.image[:] = before
                for done in log[:number]:
                    self.flash.replay(done)
                self.flash.replay_torn(entry, mode)
                yield number, mode

    def assert_loads(self, wanted, where=""):
        checkpoints = opened(self.flash)
        for name, expected in wanted.items():
            self.assertEqual(checkpoints.load(name), expected, (name, where))
            self.assertFalse(checkpoints.damaged(name), (name, where))
