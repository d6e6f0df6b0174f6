"""Begins statistics once the first readings are over; where there is no room it says so once."""

from micropython import const

from wattseal import late

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable

    from wattseal.assembly import Firmware

# Measured on 32 bits: 30 KB, and 12 more where the journal is not in files; a session's end and a
# TLS connection need the rest.
_LEAST_FREE_BYTES = const(73728)
_AFTER_MS = const(15000)
_PARTS = (  # what stays comes first
    "wattseal.core.stay",
    "wattseal.core.load_bucket",
    "wattseal.core.pricing.zone",
    "wattseal.core.histogram",
    "wattseal.core.telemetry_batch",
    "wattseal.drivers.telemetry_buffer",
    "wattseal.drivers.telemetry_reader",
    "wattseal.drivers.telemetry",
    "wattseal.app.statistics_state",
    "wattseal.app.statistics",
    "wattseal.app.delivery",
    "wattseal.app.statistics_sender",
    "wattseal.core.pricing.zone_rule",
    "wattseal.statistics.wiring",
)
_NO_ROOM = "statistics: no room for them (%d bytes of heap free, %d needed); none are made"


async def begin(firmware: "Firmware", log: "Callable[[str], None]") -> None:
    """What fails here costs the statistics alone."""
    clock, counts = firmware.board.clock, firmware.journal.counters
    await clock.sleep_until(clock.now_ms() + _AFTER_MS)
    await firmware.calm()
    if not late.has_room(_LEAST_FREE_BYTES, _NO_ROOM, log):
        counts["statistics_no_room"] = 1
        return
    try:
        await late.load(firmware.calm, *_PARTS)
        from wattseal.statistics import wiring

        await wiring.wire(firmware)
    except (OSError, ImportError, MemoryError, ValueError) as fault:
        counts["statistics_off"] = 1
        log("statistics: %s; none are made" % fault)
    finally:
        late.drop(
            "wattseal.core.pricing.zone_rule",
            "wattseal.statistics.wiring",
            "wattseal.statistics.beginning",
        )
