"""A scenario of power cuts whose checkpoints on raw flash have no free sector when it begins."""

import cut_scenarios
from cut_scenarios import Scenario, session
from flash_media import small_ring

from wattseal.drivers.ring_checkpoints import RingCheckpoints
from wattseal.drivers.ring_region import Region

_SECTORS = 4  # as small_ring has them
_HEADER_BYTES = 11


class _Cut(Exception):
    pass


class _CutFlash:
    """contracts.RawFlash: of `left` entries more the header comes down, then the power fails."""

    left = 0

    def __init__(self, flash):
        self.sectors, self.sector_bytes = flash.sectors, flash.sector_bytes
        self.read_into, self.erase = flash.read_into, flash.erase
        self._program = flash.program

    def program(self, at, data):
        self._program(at, data)
        if len(data) == _HEADER_BYTES:
            if not self.left:
                raise _Cut
            self.left -= 1


class Crowded(Scenario):
    def medium(self, ring, progsize):
        assert ring, "files have no sectors"
        return small_ring(progsize)


def prepare(power):
    """In each sector one entry that stays, and behind it what was cut off: a save, or a move."""
    cut_scenarios.provisioned(power)
    flash = _CutFlash(power.world.flash)
    region = Region(flash, flash.sectors - _SECTORS, _SECTORS, bytearray(64))
    for number, name in enumerate(("a", "b", "a", "b")):
        flash.left = 1
        checkpoints = RingCheckpoints(region, {})
        try:
            for _ in range(2):
                checkpoints.save(name, bytes([number]) * 100)
        except _Cut:
            pass


def play(power):
    power.on(session)


SCENARIO = Crowded(play, prepare)
