"""Watches a configuration that came from far: a broker confirms it, half an hour without ends it.

The one before it had reached a broker, which brought the new one. So a broker that is down for as
long takes a good one back, too. In safe mode, where none is asked, it goes back at once. Loaded
where `drivers.config_kept` has left a file, and only there.
"""

import asyncio
import errno
import os

from micropython import const

from wattseal.commanding import restarting
from wattseal.drivers import config_kept

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable

    from wattseal.assembly import Firmware

    Log = Callable[[str], None]

_LOOK_MS = const(5000)
_LONGEST_MS = const(1800000)
_CONFIRMED = b'{"v":1,"result":"confirmed","kind":"config"}'
_BACK = b'{"v":1,"result":"rolled_back","kind":"config"}'
_FAILS = "config: the flash fails, or there is no heap (%r); it is tried again"


def begin(firmware: "Firmware", log: "Log") -> None:
    """OSError, MemoryError: nobody watches yet, and it may be tried again."""
    folder = firmware.board.data_dir
    kept = config_kept.find(folder, config_kept.OLD)
    mark = config_kept.find(folder, config_kept.BAD)
    if kept:
        asyncio.create_task(_watch(firmware, log, kept))
    elif mark:
        firmware.journal.counters["config_taken_back"] = 1
        firmware.publisher.tell_status()
        _note(firmware, log, "rolled_back")
        asyncio.create_task(_tell_back(firmware, log, mark))


async def _watch(firmware: "Firmware", log: "Log", kept: str) -> None:
    clock, publisher = firmware.board.clock, firmware.publisher
    end_ms = clock.now_ms() + (0 if firmware.safe else _LONGEST_MS)
    while not publisher.connections:
        await clock.sleep_until(clock.now_ms() + _LOOK_MS)
        over = not publisher.connections and clock.now_ms() >= end_ms
        if over and restarting.is_idle(firmware) and await _taken_back(firmware, log, kept):
            return
    await _removed(firmware, log, kept)
    _note(firmware, log, "confirmed")
    await _told(firmware, log, _CONFIRMED)


async def _taken_back(firmware: "Firmware", log: "Log", kept: str) -> bool:
    """Or there is none on trial any more; False: not now, for the flash fails."""
    folder = firmware.board.data_dir
    try:
        await firmware.recorder.quiet()
        # A person may have put another one there at the device since the start.
        if config_kept.find(folder, config_kept.OLD) != kept:
            log("config: another one is in its place; its trial is over")
            return True
        config_kept.take_back(folder, kept)
    except (OSError, MemoryError) as fault:
        log(_FAILS % fault)
        return False
    log("config: it has reached no broker; starting again with the one before")
    await restarting.restart(firmware)
    return True


async def _tell_back(firmware: "Firmware", log: "Log", mark: str) -> None:
    await _told(firmware, log, _BACK)
    await _removed(firmware, log, mark)


async def _told(firmware: "Firmware", log: "Log", text: bytes) -> None:
    """On `rsp`, once a broker is there."""
    clock = firmware.board.clock
    while True:
        try:
            if await firmware.publisher.tell(b"rsp", text, 1):
                return
        except MemoryError as fault:
            log(_FAILS % fault)
        await clock.sleep_until(clock.now_ms() + _LOOK_MS)


async def _removed(firmware: "Firmware", log: "Log", path: str) -> None:
    clock = firmware.board.clock
    while True:
        try:
            await firmware.recorder.quiet()
            return os.remove(path)
        except (OSError, MemoryError) as fault:
            if fault.args[:1] == (errno.ENOENT,):  # one more configuration has taken it along
                return None
            log(_FAILS % fault)
        await clock.sleep_until(clock.now_ms() + _LOOK_MS)


def _note(firmware: "Firmware", log: "Log", result: str) -> None:
    log("config: " + result)
    if firmware.audit:
        firmware.audit.note("update", "config", "", result)
