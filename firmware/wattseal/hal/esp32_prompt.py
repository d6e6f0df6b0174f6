"""Keeps an ESP32 at the prompt although start-up's watchdog runs: for a person, and for the tools.

Only our image's start-up loads it. A watchdog of this chip cannot be stopped, only fed. The
firmware never uses this module's timer: it would feed for tasks that stand still.
"""

from machine import WDT, Timer
from micropython import const

_START_MS = const(120000)  # as start-up has it
_EVERY_MS = const(20000)

_timer: "Timer | None" = None


def stay() -> None:
    """Until a reset, or until the firmware starts."""
    global _timer
    dog = WDT(timeout=_START_MS)
    _timer = Timer(1)  # 0 is the lamp's
    _timer.init(period=_EVERY_MS, mode=Timer.PERIODIC, callback=lambda _: dog.feed())


def leave() -> None:
    """The firmware starts, or what may be one."""
    global _timer
    if _timer is not None:
        _timer.deinit()
    _timer = None
