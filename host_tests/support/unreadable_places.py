"""One sector of a ring, or one file, answers each read with EIO from some moment on, for ever.

The shipped assembly boots on it twice: what had been promised comes or is declared, no number is
used again, nothing is put where nothing can be read, and it meters a session. MicroPython only.
"""

import virtual_time

virtual_time.install()

import os  # noqa: E402 - asyncio comes after virtual time

import scratch_folder  # noqa: E402
import virtual_power  # noqa: E402
from cut_scenarios import begun, session  # noqa: E402
from flash_media import small_journal  # noqa: E402
from nor_flash import RawNor  # noqa: E402
from virtual_board import VirtualWorld  # noqa: E402
from virtual_power import Ended, Power  # noqa: E402

import wattseal.drivers.checkpoint  # noqa: E402
import wattseal.drivers.segments  # noqa: E402

SECTORS, SECTOR_BYTES, CHECKPOINT_SECTORS = 40, 4096, 14
MODULES = (wattseal.drivers.checkpoint, wattseal.drivers.segments)
_EIO = 5
_DRAIN_S = 600  # longer than a record is asked for again and again


class UnreadableFlash(RawNor):
    """`bad`: a sector, None for none; `image` of it must stay as it is once it holds anything."""

    bad, erased = None, False

    def read_into(self, at, buffer):
        first, last = at // SECTOR_BYTES, (at + len(buffer) - 1) // SECTOR_BYTES
        if self.bad is not None and first <= self.bad <= last:
            raise OSError(_EIO)
        super().read_into(at, buffer)

    def erase(self, sector):
        at = sector * SECTOR_BYTES
        if sector == self.bad and any(byte != 255 for byte in self.image[at : at + 80]):
            self.erased = True
        super().erase(sector)


class UnreadableFile:
    """Stands in for `open` of the record path until `restore`; writing goes on."""

    def __init__(self, *paths):
        self._paths = paths
        for module in MODULES:
            module.open = self.open

    def open(self, path, mode="r"):
        if path in self._paths and "r" in mode:
            raise OSError(_EIO)
        return open(path, mode)

    def restore(self):
        for module in MODULES:
            del module.open


class Place:
    """A device in use, whose `bad` place fails: a sector, or paths below its folder."""

    def __init__(self, ring):
        self.folder = scratch_folder.on_host()
        virtual_power.provision(self.folder)
        self.world = VirtualWorld(self.folder)
        if ring:
            self.world.flash = UnreadableFlash(SECTORS, SECTOR_BYTES)
        self.power = Power(self.world, journal=small_journal(4096, 131072), collects=False)
        self.power.on(_in_use)
        self.world.broker.cut_off()
        self.power.on(_left_open)

    def files(self):
        """All that it has written, but the configuration and the key."""
        names = [name for name in os.listdir(self.folder) if name[-2:] in (".0", ".1")]
        inner = ["journal/" + name for name in os.listdir(self.folder + "/journal")]
        return sorted(names + inner)

    def fails(self, *bad):
        """[what is wrong]."""
        before, self._bad = dict(self.world.promised), bad
        files = None
        if self.world.flash:
            self.world.flash.bad = bad[0]
        else:
            paths = ["%s/%s" % (self.folder, name) for name in bad]
            kept = {path: _content(path) for path in paths if path.endswith(".seg")}
            files = UnreadableFile(*paths)
        try:
            wrong = self._boots()
        finally:
            if files:
                files.restore()
        if self.world.flash and self.world.flash.erased and bad[0] < SECTORS - CHECKPOINT_SECTORS:
            wrong.append("lost: a sector was erased that may have held records")
        if files and any(_content(path) not in (kept[path], None) for path in kept):
            wrong.append("lost: something was put where nothing can be read")
        return wrong + self._delivered(before)

    def close(self):
        for folder in (self.folder + "/journal", self.folder):
            if scratch_folder.exists(folder):
                scratch_folder.remove(folder)

    def _boots(self):
        wrong = []
        for _ in range(2):
            known = len(self.world.promised)
            try:
                self.power.on(_meters)
            except Ended as end:
                wrong.append("unbootable: %s" % str(end).strip()[-200:])
            if len(self.world.promised) < known + 2:
                wrong.append("unmetered: %d records" % (len(self.world.promised) - known))
        return wrong

    def _delivered(self, before):
        """Of what was there before some may be declared; of what came after, nothing."""
        receiver, wrong, seen = self.world.receiver, [], {}
        for pagination, payload in self.world.promised:
            found = receiver.stored.get(pagination)
            if seen.setdefault(pagination, payload) != payload:
                wrong.append("pg_reuse: T%d was given out twice" % pagination)
            elif found is None and pagination not in receiver.declared:
                wrong.append("silent: T%d is gone without a word" % pagination)
            elif found is None and pagination not in before:
                wrong.append("lost: T%d was put where it cannot be read" % pagination)
            elif found not in (None, payload):
                wrong.append("altered: T%d is another record" % pagination)
        return wrong + ["pg_reuse: T%d left twice, and differs" % at for at in receiver.altered]


def _content(path):
    """None for a file that has been deleted, as its records were acknowledged or declared."""
    if not scratch_folder.exists(path):
        return None
    with open(path, "rb") as file:
        return file.read()


async def _in_use(world):
    for _ in range(3):
        await session(world)
    await world.seconds(5)


async def _left_open(world):
    await session(world)
    await session(world, 40)
    await begun(world, 40)


async def _meters(world):
    """What a reset left is closed, all is sent, and a session is metered."""
    world.broker.reachable = True
    connector, journal = world.firmware.connectors[0], world.firmware.journal
    await world.until(lambda: connector.idle, 60)
    await session(world)
    await world.until(lambda: connector.idle and journal.oldest == journal.next, _DRAIN_S)


def cases(first=0, step=1, ring=False):
    """("a sector that cannot be read", tried, [what is wrong]); every `step`-th place, one alone
    and, of files, both copies of each note."""
    tried, wrong = 0, []
    for bad in places(ring)[first::step]:
        place = Place(ring)
        tried += 1
        wrong += ["%s, %s" % (found, bad) for found in place.fails(*bad)]
        place.close()
    yield "unreadable, " + ("ring" if ring else "files"), tried, wrong


def places(ring):
    if ring:
        return [(sector,) for sector in range(SECTORS)]
    place = Place(ring)
    names = place.files()
    place.close()
    pairs = [(name[:-1] + "0", name) for name in names if name.endswith(".1")]
    marks = tuple([name for name in names if "cursor." in name])
    segments = [(name,) for name in names if name.endswith(".seg")]
    return [(name,) for name in names] + pairs + [marks] + [one + marks for one in segments]
