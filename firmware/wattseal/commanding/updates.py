"""Joins what updates need, where the configuration has a key for them; loaded late. No policy."""

import asyncio
import gc
import json
import sys
from binascii import unhexlify

from micropython import const

from wattseal import VERSION, late
from wattseal.core import update_package
from wattseal.core.settings import ConfigError
from wattseal.core.update_package import Head, PackageFault
from wattseal.drivers import key_file
from wattseal.drivers.update_slots import Slots

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable

    from wattseal.assembly import Firmware

    Log = Callable[[str], None]

_PAUSE_MS = const(1000)
# Measured on 32 bits: 16 KB from files. A session's end and a connection need the rest.
_LEAST_FREE_BYTES = const(49152)
_NO_ROOM = "update: no room for it (%d bytes of heap free, %d needed); none is taken"
_OUTCOMES = ("", "rolled_back", "fell_back")
_DROPPED = (
    "wattseal.core.p256_wnaf", "wattseal.core.module_archive", "wattseal.drivers.config_replace",
    "wattseal.drivers.config_file", "wattseal.drivers.tariff_replace", "wattseal.core.config",
)  # fmt: skip


async def begin(firmware: "Firmware", log: "Log", ordered: bool) -> None:
    """`ordered`: a package is about to be. Else nothing stays that has nothing to do.
    OSError, ImportError, MemoryError: nothing is taken."""
    if firmware.updates is not None:
        return  # a command may come before the start has come to this
    desk = _Desk(firmware, log)
    # One on trial is watched in any case: else it would never be confirmed, good as it may be.
    if not desk.slots.on_trial and not late.has_room(_LEAST_FREE_BYTES, _NO_ROOM, log):
        return
    outcome = desk.slots.outcome()
    if outcome:
        desk.note(_OUTCOMES[outcome], VERSION)
    if desk.slots.on_trial:
        from wattseal.app import update_trial  # imported late: seldom needed

        publisher = firmware.publisher
        asyncio.create_task(update_trial.watch(
            firmware.board.clock, firmware.signer, firmware.points,
            lambda: publisher.connections > 0, desk.end,
        ))  # fmt: skip
    if ordered or desk.slots.on_trial or desk.slots.record.pending:  # one desk, for all of it
        _listen(firmware, desk)


def _listen(firmware: "Firmware", desk: "_Desk") -> None:
    from wattseal.app import updating  # imported late: the rest of the year it takes room

    firmware.updates = updates = updating.Updates(
        desk.slots, firmware.board.clock, desk.is_idle, firmware.recorder.quiet, desk.tell,
        desk.judge, desk.use, desk.note, _loads_archives(),
    )  # fmt: skip
    firmware.publisher.words.parts = updates.take
    asyncio.create_task(updates.run())


def _loads_archives() -> bool:
    """A frozen image does not: it holds its code itself. `/a` is the place that firmware/stock has
    for one; on a PC its importer is loaded and has not begun."""
    return "/a" in sys.path or "module_vfs" in sys.modules


class _Desk:
    """What app.updating.Updates and app.update_trial call."""

    def __init__(self, firmware: "Firmware", log: "Log") -> None:
        self._firmware = firmware
        self._log = log
        self.slots = Slots(firmware.board.data_dir + "/update")

    def is_idle(self) -> bool:
        return all(connector.idle for connector in self._firmware.connectors)

    def note(self, result: str, what: str) -> None:
        self._log("update: %s (%s)" % (result, what))
        if self._firmware.audit:
            who = "update:" + self._firmware.config.update_key[:8]
            self._firmware.audit.note("update", what, "", result, who)

    async def tell(self, payload: bytes) -> bool:
        return await self._firmware.publisher.tell(b"rsp", payload, 1)

    async def judge(self) -> str:
        try:
            return await self._judged()
        except (PackageFault, ValueError) as fault:
            return str(fault)
        finally:
            late.drop(*_DROPPED)
            gc.collect()

    async def use(self) -> str:
        """Of what was judged good. "": it restarts meanwhile. OSError."""
        head = Head(self.slots.head())
        if head.kind:
            refused = self._put(head.kind)
            if refused:
                return refused
            self.slots.done(head)
        else:
            self.slots.switch()
        await self._say("switched", update_package.dotted(head.version))
        await self.restart("a package was taken")
        return ""

    async def _say(self, result: str, version: str) -> None:
        self.note(result, version)
        await self.tell(json.dumps({"v": 1, "result": result, "version": version}).encode())

    async def end(self, well: bool) -> None:
        """Of a trial."""
        try:
            if well:
                self.slots.confirm()
                await self._say("confirmed", VERSION)
                return
            self.slots.roll_back()
        except OSError as fault:  # the next start counts, and tries again
            self._log("update: the flash fails (%s)" % fault)
            return
        await self.restart("the version on trial is not well")

    async def restart(self, why: str) -> None:
        """Planned: the ledger of boots does not hold it against this life."""
        firmware, clock = self._firmware, self._firmware.board.clock
        self._log("update: %s; starting again once no session runs" % why)
        idle = False
        while not idle:
            await clock.sleep_until(clock.now_ms() + _PAUSE_MS)  # the broker is to hear of it
            await firmware.recorder.quiet()
            idle = self.is_idle()  # no await from here on: a car may come
        if firmware.begun:
            try:
                firmware.checkpoints.save("boots", bytes(firmware.begun[2][1]))
            except OSError:
                pass  # it counts as one that ended by itself
        firmware.open_contactors()
        firmware.board.reset()

    async def _judged(self) -> str:
        """PackageFault, OSError."""
        slots, firmware = self.slots, self._firmware
        head = Head(slots.head())
        floor = slots.floor(head.kind)
        if not head.kind and not slots.record.active:
            floor = max(floor, update_package.numbers(VERSION))  # what was deployed is one, too
        if (head.kind == 0) != slots.is_firmware:
            return "it is of another kind than the command has said"
        refused = update_package.refusal(
            head, _board(), firmware.signer.device_id, floor, slots.have()
        )
        if refused:
            return refused
        whole, payload = await key_file.cooperatively(slots.hash_steps())
        if whole != slots.record.digest or payload != head.payload:
            return "its hash is wrong"
        if not await self._is_signed(head):
            return "it is not signed by the update key"
        if not head.kind:
            late.drop("wattseal.core.p256_wnaf")
            await key_file.cooperatively(slots.archive_steps())
        return ""

    async def _is_signed(self, head: Head) -> bool:
        from wattseal.core import ecdsa, p256

        key = unhexlify(self._firmware.config.update_key)
        steps = ecdsa.verify_p1363_steps(key, head.digest, head.signature)
        try:
            return await key_file.cooperatively(steps)
        except p256.CurveError:  # the arithmetic went wrong
            return False

    def _put(self, kind: int) -> str:
        """A configuration or a tariff in its place, for the next start; why not, or ""."""
        folder, config = self._firmware.board.data_dir, self._firmware.config
        try:
            if kind == 1:
                from wattseal.drivers import config_replace

                has_gateway = self._firmware.board.uplink is not None
                config_replace.replace(folder, self.slots.payload(), config, has_gateway)
            elif config.tariff:
                from wattseal.drivers import tariff_replace

                tariff_replace.put(folder, config.tariff, self.slots.payload())
            else:
                return "the configuration names no tariff; put one there first, at the device"
        except ConfigError as fault:
            return str(fault)
        finally:
            late.drop(*_DROPPED)
        return ""


def _board() -> str:
    return sys.modules["board"].NAME  # which main.py has imported
