"""Joins what one review of old records and entries needs; loaded for that, and dropped."""

from micropython import const

from wattseal.app import record_retention, steady_clock

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.app.steady_clock import Seen
    from wattseal.assembly import Firmware


async def review(firmware: "Firmware", seen: "Seen") -> "Seen":
    """What is `seen` at the next one. OSError."""
    clock, keep_days = firmware.board.clock, firmware.config.keep_days
    steady, seen = steady_clock.judged(clock, seen)
    if not steady:
        return seen
    now_s = clock.utc_ms() // 1000
    if firmware.recorder.audit:
        firmware.recorder.audit.log.steady_s = now_s
    if keep_days:
        journal = firmware.journal
        await record_retention.review(
            journal, journal.aging(), firmware.checkpoints, keep_days, now_s,
            firmware.recorder.quiet,
        )  # fmt: skip
    return seen
