"""Joins what updates need, for as long as one is about; commanding.updates loads it. No policy."""

import asyncio
import gc
import json
import sys

from micropython import const

from wattseal import VERSION, late
from wattseal.commanding import restarting
from wattseal.core import update_package
from wattseal.core.update_package import Head, PackageFault
from wattseal.drivers.update_slots import Slots

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable

    from wattseal.assembly import Firmware

    Log = Callable[[str], None]

_REST_BYTES = const(65536)  # the audit log, notes of sessions, LittleFS' own
_FAILS = "update: the flash fails, or there is no heap (%r)"
_ROTTEN = "it is no more what was judged; send it again"
_OUTCOMES = ("", "rolled_back", "fell_back")
_JUDGE = "wattseal.commanding.update_judging"
_REPLACERS = ("wattseal.drivers.config_replace", "wattseal.drivers.tariff_replace")
_DROPPED = (
    _JUDGE, "wattseal.core.p256_wnaf", "wattseal.core.module_archive", "wattseal.core.config",
    "wattseal.drivers.config_file", "wattseal.drivers.config_kept", "wattseal.drivers.accepted",
) + _REPLACERS  # fmt: skip  # noqa: RUF005 - no starred items on MicroPython


def _loads_archives() -> bool:
    """A frozen image does where it has the heap for one: an ESP32's image_start judges that, an
    RP2040 has not. `/a` is the place that firmware/stock has for one; on a PC, and in such an
    image, its importer is loaded and has not begun."""
    return "/a" in sys.path or "module_vfs" in sys.modules


class Desk:
    """What app.updating.Updates and app.update_trial call."""

    def __init__(self, firmware: "Firmware", log: "Log") -> None:
        self._firmware = firmware
        self._log = log
        self.slots = Slots(firmware.board.data_dir + "/update")
        self._judged = b""  # the head of what was judged good, whole, last

    def listen(self) -> bool:
        """For orders and parts; False where another does already. ImportError, MemoryError."""
        from wattseal.app import updating  # imported late: on a trial there may be no room for it

        firmware = self._firmware
        if firmware.updates is not None:
            return False
        updates = updating.Updates(
            self.slots, firmware.board.clock, self.is_idle, firmware.recorder.quiet, self.tell,
            self.judge, self.use, self.note, _loads_archives(), self.others_bytes,
        )  # fmt: skip
        asyncio.create_task(updates.run())
        firmware.publisher.words.parts = updates.take
        firmware.updates = updates
        return True

    def others_bytes(self) -> int:
        """What a slot must leave: what the journal may still grow by, and some for the rest."""
        journal = self._firmware.journal
        if self._firmware.board.flash is not None:
            return _REST_BYTES  # the journal does not lie beside the slots
        return max(0, journal.limit_bytes - journal.used_bytes) + _REST_BYTES

    async def tell_outcome(self) -> None:
        """What the newest start has done with a slot, once."""
        outcome = self.slots.record.outcome
        if outcome:
            self.note(_OUTCOMES[outcome], VERSION)
            await self._firmware.recorder.quiet()
            try:
                self.slots.outcome_told()
            except OSError as fault:  # told twice is no harm; a trial goes on
                self._log(_FAILS % fault)

    def is_idle(self) -> bool:
        return restarting.is_idle(self._firmware)

    def note(self, result: str, what: str) -> None:
        self._log("update: %s (%s)" % (result, what))
        if self._firmware.audit:
            who = "update:" + self._firmware.config.update_key[:8]
            self._firmware.audit.note("update", what, "", result, who)

    async def tell(self, payload: bytes) -> bool:
        return await self._firmware.publisher.tell(b"rsp", payload, 1)

    async def judge(self, head_alone: bool) -> str:
        """Why what is pending is refused, "" for a good one. OSError, ImportError, MemoryError."""
        try:
            await late.load(self._firmware.calm, _JUDGE)
            from wattseal.commanding import update_judging

            raw = self.slots.head()
            why = await update_judging.refused(self._firmware, self.slots, raw, head_alone)
            self._judged = b"" if why or head_alone else raw
            return why
        finally:
            late.drop(*_DROPPED)
            gc.collect()

    async def use(self, name: str) -> "str | None":
        """Of what was judged good, called in a quiet moment. "": it restarts meanwhile;
        None: not now, a car has come. OSError, ImportError, MemoryError."""
        if self.slots.head() != self._judged:  # hours may lie between, while cars charge
            return _ROTTEN
        head = Head(self._judged)
        if head.kind:
            refused = await self._put(head)
            if refused != "":
                return refused
        else:
            self.slots.switch()
        await self._say("switched", update_package.dotted(head.version), name)
        await self.restart("a package was taken")
        return ""

    async def _put(self, head: Head) -> "str | None":
        """As `use`, of what is no firmware. It reads what it has written, which takes a while: the
        record is not before another quiet moment."""
        firmware = self._firmware
        try:
            await late.load(firmware.calm, _JUDGE, _REPLACERS[head.kind - 1])
            from wattseal.commanding import update_judging

            await firmware.recorder.quiet()
            if not self.is_idle():
                return None
            refused = update_judging.put(firmware, self.slots, head)
        finally:
            late.drop(*_DROPPED)
        if not refused:
            await firmware.recorder.quiet()
            self.slots.done(head)
        return refused

    async def _say(self, result: str, version: str, package: str = "") -> None:
        """As well as it can. `package`: its name; a trial's end is said by a later start, which
        has not kept it."""
        told = {"v": 1, "result": result, "version": version}
        if package:
            told["update"] = package
        try:
            self.note(result, version)
            await self.tell(json.dumps(told).encode())
        except (MemoryError, ImportError, OSError):
            gc.collect()  # it is so whether told or not, and what follows must follow

    async def end(self, well: bool) -> bool:
        """Of a trial; False: not now, for the flash fails."""
        try:
            await self._firmware.recorder.quiet()
            well = well and self._is_what_runs()
            if well:
                self.slots.confirm()
            else:
                self.slots.roll_back()
        except (OSError, MemoryError, ImportError, PackageFault) as fault:
            self._log(_FAILS % fault)
            return False
        if well:
            await self._say("confirmed", VERSION)
        else:
            await self.restart("the version on trial is not well")
        return True

    def _is_what_runs(self) -> bool:
        """What its head says, which was signed, is what this code is. OSError."""
        try:
            head = self.slots.trial_head()
            own = sys.modules["board"].NAME, update_package.numbers(VERSION)
            return (head.board, head.version) == own
        except PackageFault:
            return False

    async def restart(self, why: str) -> None:
        self._log("update: " + why + "; starting again once no session runs")
        await restarting.restart(self._firmware)
