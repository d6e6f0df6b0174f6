"""Raises an exception at each file or flash call of the record path, then boots again.

The shipped assembly may live on or end; what had been promised before must come either way. Its
files are on the host's file system, or journal and checkpoints on a raw-flash ring: a call that
fails has done nothing, half of its work, or all of it (failing_files, failing_flash).
"""

import virtual_time

virtual_time.install()

import cut_audit  # noqa: E402 - asyncio comes after virtual time
import kept_verdict  # noqa: E402
import naive_store  # noqa: E402
import scratch_folder  # noqa: E402
import virtual_power  # noqa: E402
from cut_scenarios import begun, session  # noqa: E402
from cut_verdict import delivered  # noqa: E402
from failing_files import FailingFiles  # noqa: E402
from failing_flash import FailingFlash  # noqa: E402
from nor_flash import RawNor  # noqa: E402
from virtual_board import VirtualWorld  # noqa: E402
from virtual_power import Ended, Power  # noqa: E402

import wattseal.drivers.audit_log  # noqa: E402
import wattseal.drivers.checkpoint  # noqa: E402
import wattseal.drivers.file_journal  # noqa: E402
import wattseal.drivers.segments  # noqa: E402

MODULES = (
    wattseal.drivers.checkpoint,
    wattseal.drivers.file_journal,
    wattseal.drivers.segments,
    naive_store,
)
LOG = (wattseal.drivers.audit_log,)
ENOSPC, EIO = OSError(28), OSError(5)
# (what, error, done, forever)
FAULTS = (
    ("ENOSPC", ENOSPC, "nothing", False),
    ("ENOSPC, half done", ENOSPC, "half", False),
    ("ENOSPC from then on", ENOSPC, "half", True),
    ("EIO, all done", EIO, "all", False),
    ("EIO from then on", EIO, "nothing", True),
    ("MemoryError, half done", MemoryError(), "half", False),
    ("MemoryError, all done", MemoryError(), "all", False),
    ("KeyboardInterrupt", KeyboardInterrupt(), "nothing", False),
    ("KeyboardInterrupt, half done", KeyboardInterrupt(), "half", False),
    ("KeyboardInterrupt, all done", KeyboardInterrupt(), "all", False),
)


NAMES = {"": "", "on": ", audit log", "alone": ", in the audit log"}
SECTORS, SECTOR_BYTES = 32, 4096  # of the ring


class Accident:
    """One run with one fault, from the boot after a power cut in a session to the next boot.

    `audit`: "" without a log, "on" with one, "alone": and nothing but the log fails."""

    def __init__(self, fail_at, error, done, forever, journal=None, ring=False, audit=""):
        self.folder = scratch_folder.on_host()
        virtual_power.provision(self.folder)
        self._audit = audit
        self._modules = LOG if audit == "alone" else MODULES + LOG if audit else MODULES
        self.world = VirtualWorld(self.folder)
        if ring:
            self.world.flash = FailingFlash(RawNor(SECTORS, SECTOR_BYTES))
        if audit:
            cut_audit.hashes_no_files()
            virtual_power.configure(self.folder, cut_audit.config(ring))
        self.power = Power(self.world, journal=journal, collects=False)
        self._fault = (fail_at, error, done, forever)
        self.ended = False

    def play(self):
        """(calls, [what is wrong])."""
        cut_audit.keeps_few(self._audit == "alone")
        try:
            if self._audit == "alone":
                cut_audit.fill(self.power)
            self.power.on(_left_open)
            failing = self._failing()
            try:
                self.power.on(_records)
            except (Ended, OSError, MemoryError, KeyboardInterrupt):
                self.ended = True  # a reset follows
            finally:
                failing.restore()
            self.records = len(self.world.promised)
            wrong = self._boot_again()
            return failing.calls, wrong + delivered(self.world.promised, self.world) + self._kept()
        finally:
            for folder in (self.folder + "/journal", self.folder + "/audit", self.folder):
                if scratch_folder.exists(folder):
                    scratch_folder.remove(folder)

    def _kept(self):
        if not self._audit:
            return []
        folder = self.folder + kept_verdict.FOLDER
        return kept_verdict.of_log(
            folder, [], self.world.receiver.stored, lacking=self._fault[0] > 0
        )

    def _failing(self):
        flash = self.world.flash
        if not flash or self._audit == "alone":
            return FailingFiles(self._modules, *self._fault)
        flash.fail(*self._fault)
        return flash

    def _boot_again(self):
        try:
            self.power.on(_drain)
        except Ended as end:
            return ["unbootable: %s" % str(end)[-300:]]
        return []


async def _left_open(world):
    await session(world)
    await begun(world, 40)


async def _records(world):
    """The end of the session that a reset left, one with a pause, and one more, as they can."""
    connector = world.firmware.connectors[0]
    await world.until(lambda: connector.idle, 60)
    for _ in range(2):
        world.plug_in()
        await world.seconds(35)
        world.pause()
        await world.seconds(35)
        world.unplug()
        await world.seconds(40)


async def _drain(world):
    connector, journal = world.firmware.connectors[0], world.firmware.journal
    await world.until(lambda: connector.idle and journal.oldest == journal.next, 60)


def cases(first=0, step=1, naive=False, ring=False, audit="", each=False):
    """For each fault (what, points tried, [what was wrong]); every `step`-th call. `each`: a row
    for each of these points too, and the fault's own row is empty."""
    journal = naive_store.NaiveStore if naive else None
    sound = Accident(0, None, "nothing", False, journal, ring, audit)
    calls, found = sound.play()
    assert not found, found
    for what, error, done, forever in FAULTS:
        tried, wrong = 0, []
        for at in range(first + 1, calls + 1, step):
            tried += 1
            accident = Accident(at, error, done, forever, journal, ring, audit)
            found = accident.play()[1]
            if audit == "alone" and not isinstance(error, KeyboardInterrupt):
                found += _cost(accident, sound)
            wrong += ["%s, call %d" % (row, at) for row in found]
            if each:
                yield what, tried, wrong
                tried, wrong = 0, []
        yield what + (", ring" if ring else ", files") + NAMES[audit], tried, wrong


def _cost(accident, sound):
    """A log that fails costs no session, no record and no start."""
    wrong = ["cost: the firmware ended"] if accident.ended else []
    if accident.records != sound.records:
        wrong.append("cost: %d of %d records" % (accident.records, sound.records))
    return wrong
