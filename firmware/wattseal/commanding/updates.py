"""Begins updates where there is room, and the watch over a trial; loaded late, and dropped.

It takes little itself, and loads no more than has something to do.
"""

import asyncio
import sys

from micropython import const

from wattseal import late

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable

    from wattseal.assembly import Firmware
    from wattseal.commanding.update_desk import Desk

    Log = Callable[[str], None]

# Measured on 32 bits: 16 KB from files. A session's end and a connection need the rest.
_LEAST_FREE_BYTES = const(49152)
_NO_ROOM = "update: no room for it (%d bytes of heap free, %d needed); none is taken"
_FAILS = "update: %r; none is taken"
_TOO_SMALL = "this board has no room for updates; put it there by hand"
_ON_TRIAL = "a version is on trial; wait until it is confirmed"
_PARTS = (
    "slot_loader", "wattseal.core.update_package", "wattseal.drivers.update_slots",
    "wattseal.commanding.restarting", "wattseal.commanding.update_desk",
)  # fmt: skip


async def look(firmware: "Firmware", log: "Log", names: "list[str]", begun: "list[str]") -> None:
    """At a start, which has found these `names`. `begun`: whose watch has begun in this life, for
    two would judge it; what begins here is added. As `begin`: each is tried, whatever the other
    does."""
    try:
        if "config" not in begun and any(name[-4:] in (".old", ".bad") for name in names):
            await late.load(firmware.calm, "wattseal.drivers.config_kept")
            from wattseal.commanding import config_trial  # imported late: seldom needed

            config_trial.begin(firmware, log)
            begun.append("config")
    finally:
        wanted = "update" in names and firmware.config.update_key and not firmware.safe
        if wanted and "update" not in begun:
            await begin(firmware, log, False)
            begun.append("update")


async def begin(firmware: "Firmware", log: "Log", ordered: bool) -> str:
    """`ordered`: a package is about to be; why it cannot, "" for it can. Else nothing stays that
    has nothing to do. OSError, ImportError, MemoryError: nothing is taken, and no trial watched;
    it may be tried again."""
    fresh = [name for name in _PARTS if name not in sys.modules]
    stays = False
    try:
        # One on trial is watched in any case: else it would never be confirmed, good as it is.
        room = late.has_room(_LEAST_FREE_BYTES, _NO_ROOM, log)
        if not room and (ordered or not _is_on_trial(firmware)):
            return _TOO_SMALL
        await late.load(firmware.calm, *_PARTS)
        if firmware.updates is not None:
            return ""  # a command may come before the start has come to this
        from wattseal.commanding import update_desk

        desk = update_desk.Desk(firmware, log)
        if desk.slots.on_trial:
            if ordered:
                return _ON_TRIAL  # and the start is about to watch it
            _watch(firmware, desk)
            stays = True
        # What was loaded has taken its part of the room.
        if not late.has_room(_LEAST_FREE_BYTES, _NO_ROOM, log):
            return _TOO_SMALL
        stays = await _is_begun(desk, log, ordered) or stays
        return ""
    finally:
        if not stays and firmware.updates is None:
            late.drop(*fresh)


def _is_on_trial(firmware: "Firmware") -> bool:
    """As Slots has it, for less heap. OSError, ImportError, MemoryError."""
    import slot_loader  # imported late: it goes again

    record = slot_loader.load(firmware.board.data_dir + "/update")
    return record.trial != 0 and record.running == record.trial


def _watch(firmware: "Firmware", desk: "Desk") -> None:
    """Once, for two would judge it. ImportError, MemoryError."""
    from wattseal.app import update_trial  # imported late: seldom needed

    publisher = firmware.publisher
    asyncio.create_task(update_trial.watch(
        firmware.board.clock, firmware.signer, firmware.points,
        lambda: publisher.connections > 0, desk.end,
    ))  # fmt: skip


async def _is_begun(desk: "Desk", log: "Log", ordered: bool) -> bool:
    """Whether the desk listens. OSError, ImportError, MemoryError, but on a trial: its watch goes
    on, and no second one begins."""
    try:
        await desk.tell_outcome()
        wanted = ordered or desk.slots.on_trial or desk.slots.record.pending != 0
        return wanted and desk.listen()
    except (OSError, ImportError, MemoryError) as fault:
        if not desk.slots.on_trial:
            raise
        log(_FAILS % fault)
        return False
