"""Keeps the board at the prompt although its watchdog runs: for a person, and for the tools.

A watchdog of this chip cannot be stopped, only fed. The firmware never uses this module's timer:
it would feed for tasks that stand still.
"""

from machine import Timer
from micropython import const

from wattseal.hal import rp2

_EVERY_MS = const(2000)

_timer: "Timer | None" = None


def stay() -> None:
    """Until a reset, or until the firmware starts."""
    global _timer
    dog = rp2.watchdog()
    _timer = Timer(-1)
    _timer.init(period=_EVERY_MS, mode=Timer.PERIODIC, callback=lambda _: dog.feed_running())


def leave() -> None:
    """The firmware starts."""
    if _timer is not None:
        _timer.deinit()
