"""Takes the heap of the shipped assembly away down to a level, then boots again; MicroPython only.

At each level one piece of so many bytes is left, and crumbs. The firmware may live on or end, by a
MemoryError wherever the heap ran out; what had been promised before must come either way. Journal
and checkpoints are files on the host, or on a raw-flash ring.
"""

import gc

import virtual_time

virtual_time.install()

import cut_audit  # noqa: E402
import cut_prices  # noqa: E402
import kept_verdict  # noqa: E402
import read_records  # noqa: E402
import scratch_folder  # noqa: E402
import virtual_power  # noqa: E402
from cut_scenarios import begun, session  # noqa: E402
from cut_verdict import delivered  # noqa: E402
from naive_store import NaiveStore  # noqa: E402 - asyncio comes after virtual time
from nor_flash import RawNor  # noqa: E402
from virtual_board import VirtualWorld  # noqa: E402
from virtual_power import Ended, Power  # noqa: E402

STEP_BYTES = 64
_CRUMB_BYTES = 16
_SECTORS, _SECTOR_BYTES = 32, 4096  # of the ring


class Starved:
    """One run at one level. `ended`: the firmware did not live through it."""

    def __init__(self, level, journal=None, flash=None, provision=virtual_power.provision):
        self.level = level
        self._provision = provision
        self._journal = journal
        self._flash = flash
        self.ended = False
        self._ballast = None

    def play(self):
        """[what is wrong]."""
        folder = scratch_folder.on_host()
        self._provision(folder)
        world = VirtualWorld(folder)
        if self._flash:
            world.flash = self._flash
            for sector in range(_SECTORS):
                self._flash.erase(sector)
        power = Power(world, journal=self._journal)
        try:
            power.on(_left_open)
            try:
                power.on(self._records)
            except (Ended, MemoryError):
                self.ended = True  # a reset follows
            self._ballast = None
            gc.collect()
            try:
                power.on(_drain)
            except Ended as end:
                return ["unbootable: %s" % str(end)[-300:]]
            wrong = delivered(world.promised, world, cut_prices.WITHOUT)
            if self._provision is audited:
                stored = world.receiver.stored
                wrong += kept_verdict.of_log(folder + "/audit", [], stored, lacking=True)
            return wrong
        finally:
            self._ballast = None
            read_records.forget()
            for made in (folder + "/journal", folder + "/audit", folder):
                if scratch_folder.exists(made):
                    scratch_folder.remove(made)

    async def _records(self, world):
        """The end of the session that a reset left, and another one, as they can."""
        await world.seconds(1)
        if self._provision is audited:  # or it would find no room, and there would be no log
            assert await world.until(lambda: world.firmware.audit, 20), "there is no log"
        self._fill()
        connector = world.firmware.connectors[0]
        await world.until(lambda: connector.idle, 20)
        world.plug_in()
        await world.seconds(5)
        world.unplug()
        await world.seconds(5)

    def _fill(self):
        gc.collect()
        left = bytearray(self.level) if self.level else None
        size = 1 << 20
        while size >= _CRUMB_BYTES:
            try:
                self._ballast = (self._ballast, bytearray(size))
            except MemoryError:
                size //= 2
        del left
        gc.collect()


async def _left_open(world):
    await session(world, 1)
    await begun(world, 5)


async def _drain(world):
    connector, journal = world.firmware.connectors[0], world.firmware.journal
    await world.until(lambda: connector.idle and journal.oldest == journal.next, 60)


def audited(folder):
    cut_audit.hashes_no_files()
    virtual_power.provision(folder)
    virtual_power.configure(folder, cut_audit.config(None))


def cases(
    first=0, end=32768, step=STEP_BYTES, lines=1, naive=False, ring=False, priced=False,
    audit=False,
):  # fmt: skip
    """`lines` times ("heap levels", levels tried, [what was wrong]); then how many ended a run."""
    what = "heap levels" + (", ring" if ring else "") + (", a tariff" if priced else "")
    if audit:
        what += ", audit log"
    provision = audited if audit else cut_prices.provision if priced else virtual_power.provision
    flash = RawNor(_SECTORS, _SECTOR_BYTES) if ring else None  # once: it is large
    levels = range(first, end, step)
    line, tried, wrong, ended = 0, 0, [], 0
    for number, level in enumerate(levels):
        while number * lines // len(levels) > line:
            yield what, tried, wrong
            line, tried, wrong = line + 1, 0, []
        run = Starved(level, NaiveStore if naive else None, flash, provision)
        tried += 1
        wrong += ["%s, level %d" % (finding, level) for finding in run.play()]
        ended += run.ended
    yield what, tried, wrong
    yield what + " that ended a run", ended, []
