"""Raises an exception at each source line of the record path, then boots again; MicroPython only.

It runs on a marked copy of the firmware. A line is reached many times: it fails at some of them,
the first and the last among them. What had been promised before must come in any case.
"""

import virtual_time

virtual_time.install()

import cut_audit  # noqa: E402
import cut_prices  # noqa: E402
import kept_verdict  # noqa: E402
import virtual_power  # noqa: E402 - asyncio comes after virtual time
from cut_scenarios import begun, session  # noqa: E402
from cut_verdict import delivered  # noqa: E402
from flash_media import BLOCK_BYTES, Files, Ring  # noqa: E402
from line_marks import LINES  # noqa: E402
from nor_flash import NorFlash  # noqa: E402
from scratch_folder import leave_littlefs  # noqa: E402
from virtual_board import VirtualWorld  # noqa: E402
from virtual_power import Ended, Power  # noqa: E402

POINT = "/nor"
# A medium's errors come out of what touches it; the others out of any line.
MEDIUM = (
    "audit_log", "segments", "checkpoint", "durable", "readable", "ring_region", "ring_area",
    "key_file",
)  # fmt: skip
PRICING = (
    "prices", "boundary", "cheapest", "cost", "matching", "priced_session", "record_cost",
    "rounding", "session_price", "tariff", "zone",
)  # fmt: skip
AUDIT = (
    "auditor", "audit_beginning", "audit_chain", "audit_log", "audit_room", "audit_watch",
)  # fmt: skip
FAULTS_OF_CODE = (
    ("KeyboardInterrupt", KeyboardInterrupt(), None),
    ("MemoryError", MemoryError(), None),
)
FAULTS = FAULTS_OF_CODE + (  # noqa: RUF005 - no starred items in a tuple on MicroPython
    ("ENOSPC", OSError(28), MEDIUM),
    ("EIO", OSError(5), MEDIUM),
)


class Charger:
    """A device with a session left open by a power cut; each run begins with that."""

    def __init__(self, ring, signer, provision, audit=False):
        self._audit = audit
        self._medium = Ring() if ring else Files()
        self._signer = signer
        self._flash = NorFlash(self._medium.blocks, BLOCK_BYTES)
        self._mount(True)
        provision(POINT)
        self._before = self._world()
        self._power(self._before).on(_left_open)
        leave_littlefs()
        self._image = bytes(self._flash.image)

    def run(self, fail_at=0, error=None):
        """[what is wrong] with an error at the `fail_at`-th line."""
        self._flash.image[:] = self._image
        world = self._world()
        world.promised += self._before.promised
        world.metered.update(self._before.metered)
        world.meters[0].energy_mwh = self._before.meters[0].energy_mwh
        world.receiver.stored.update(self._before.receiver.stored)
        power = self._power(world)
        self._mount()
        LINES.fail(fail_at, error, "nothing", False)
        try:
            power.on(_records)
        except (Ended, OSError, MemoryError, KeyboardInterrupt):
            pass  # a reset follows
        finally:
            LINES.restore()
            leave_littlefs()
        return self._boot_again(power, world) + delivered(
            world.promised, world, cut_prices.WITHOUT
        )

    def _boot_again(self, power, world):
        self._mount()
        try:
            power.on(_drain)
            if self._audit:
                folder = POINT + kept_verdict.FOLDER
                return kept_verdict.of_log(folder, [], world.receiver.stored, lacking=True)
        except Ended as end:
            return ["unbootable: %s" % str(end)[-300:]]
        finally:
            leave_littlefs()
        return []

    def _world(self):
        world = VirtualWorld(POINT)
        world.flash = self._medium.raw(self._flash)
        return world

    def _power(self, world):
        return Power(world, self._signer, **self._medium.stores, collects=False)

    def _mount(self, fresh=False):
        self._medium.mount(self._flash, fresh)


async def _left_open(world):
    await session(world)
    await begun(world, 40)


async def _records(world):
    """The end of the session that a reset left, and one with a pause, as they can."""
    connector = world.firmware.connectors[0]
    await world.until(lambda: connector.idle, 60)
    world.plug_in()
    await world.seconds(35)
    world.pause()
    await world.seconds(35)
    world.unplug()
    await world.seconds(20)


async def _drain(world):
    connector, journal = world.firmware.connectors[0], world.firmware.journal
    await world.until(lambda: connector.idle and journal.oldest == journal.next, 60)


def _audited(folder):
    virtual_power.provision(folder)
    virtual_power.configure(folder, cut_audit.config(None))


def chosen(noted, per_line):
    """[(when, line)]: so many of the times at which each line was reached, the last one too."""
    times = {}
    for at, line in enumerate(noted):
        times.setdefault(line, []).append(at + 1)
    points = []
    for line, reached in times.items():
        last = len(reached) - 1
        picked = {last * part // max(1, per_line - 1) for part in range(per_line)}
        points += [(reached[index], line) for index in picked]
    return sorted(points)


def cases(first=0, step=1, per_line=2, ring=False, real=False, only="", priced=False, audit=False):
    """For each fault (what, points tried, [what was wrong]); every `step`-th point.

    `real`: signed by the key file. `only`: lines of one module. `priced`: there is a tariff, and
    the lines are those of its modules, which touch no medium. `audit`: the same of the audit log,
    on files.
    """
    provision = cut_prices.provision if priced else virtual_power.provision
    if audit:
        cut_audit.hashes_no_files()
        provision = _audited
    charger = Charger(ring, None if real else virtual_power.PlainSigner, provision, audit)
    LINES.noted = []
    assert not charger.run()
    points, LINES.noted = chosen(LINES.noted, per_line), None
    points = [point for point in points if point[1].startswith(only)]
    if priced:
        points = [point for point in points if point[1].split(":")[0] in PRICING]
    if audit:
        points = [point for point in points if point[1].split(":")[0] in AUDIT]
    medium = (
        "audit log"
        if audit
        else "a tariff"
        if priced
        else "real key"
        if real
        else "ring"
        if ring
        else "files"
    )
    for number, (what, error, modules) in enumerate(FAULTS_OF_CODE if priced else FAULTS):
        tried, wrong = 0, []
        mine = [row for row in points if not modules or row[1].split(":")[0] in modules]
        for at, line in mine[(first + number) % step :: step]:
            tried += 1
            wrong += ["%s, at %s" % (finding, line) for finding in charger.run(at, error)]
        yield "%s at lines, %s" % (what, medium), tried, wrong
