"""Moves the kept floor of the clock, for somebody who is authenticated; judges nobody.

A time server's answers prove nobody's identity, and never lower it. A wrong time that one of them
got into the flash would else stay the floor for good.
"""

from micropython import const

from wattseal.app.clock_floor import ClockFloor

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.assembly import Firmware

_MARGIN_S = const(60)  # as the Timekeeper's


def lower_floor(firmware: "Firmware", utc_s: int, who: str) -> None:
    """To `utc_s`, in the flash first. Counted and noted where it was higher. OSError."""
    floor, keeper = ClockFloor(firmware.checkpoints), firmware.timekeeper
    kept_s = floor.load()
    if utc_s >= kept_s:
        return
    floor.save(utc_s)
    if keeper:
        keeper.kept_s = utc_s
    firmware.board.clock.lower_floor(utc_s)
    counts = firmware.journal.counters
    counts["time_lowered"] = counts.get("time_lowered", 0) + 1
    if firmware.audit:
        firmware.audit.note("time", "floor", str(kept_s), str(utc_s), who)


def raise_floor(firmware: "Firmware", utc_s: int) -> None:
    """It stays a little behind `utc_s`: behind a power cut TLS would else refuse each certificate
    that is newer than the firmware. A Timekeeper does it itself. What the flash refuses is
    counted."""
    utc_s -= _MARGIN_S
    floor, counts = ClockFloor(firmware.checkpoints), firmware.journal.counters
    try:
        if firmware.timekeeper or utc_s <= floor.load():
            return
        floor.save(utc_s)
    except OSError:
        counts["time_unkept"] = counts.get("time_unkept", 0) + 1
        return
    firmware.board.clock.raise_floor(utc_s)
