"""Wires statistics: connectors, a journal of their own, the broker's session; dropped then."""

import asyncio

from micropython import const

from wattseal.app.delivery import Delivery
from wattseal.app.statistics import Statistics
from wattseal.app.statistics_sender import Sender
from wattseal.core.pricing import zone_rule
from wattseal.drivers.telemetry import Telemetry

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.assembly import Firmware

_FOLDER = "/statistics"
_SEGMENT_BYTES, _LIMIT_BYTES = const(4096), const(16384)  # some 180 stays that nobody fetches
_DUE_BYTES = const(256)  # they come singly, and the heap has other uses for more


async def wire(firmware: "Firmware") -> None:
    """From now on they are made. Gives way, for all of it takes a small board 90 ms. OSError;
    ValueError for a zone that is none."""
    config, board, counts = firmware.config, firmware.board, firmware.journal.counters
    try:
        zone = zone_rule.read(config.time_zone)
    except zone_rule.ZoneError as fault:
        raise ValueError("time_zone: %s" % fault)
    await asyncio.sleep(0)
    quiet, clock = firmware.recorder.quiet, board.clock
    folder = board.data_dir + _FOLDER
    journal = Telemetry(folder, clock, quiet, _SEGMENT_BYTES, _LIMIT_BYTES, _DUE_BYTES)
    await quiet()
    journal.open()
    if board.flash is None:  # else it is no room of the records' that these take
        firmware.journal.give_way = journal.give_way
    await asyncio.sleep(0)
    consents = firmware.recorder.consents
    assert consents is not None  # the configuration names a policy
    made = Statistics(
        firmware.connectors,
        clock,
        consents.to_statistics,
        zone,
        journal,
        firmware.checkpoints,
        quiet,
        counts,
    )
    await asyncio.sleep(0)
    made.restore()
    await asyncio.sleep(0)
    deliver = Delivery(firmware.publisher).deliver
    sender = Sender(deliver, journal, clock, quiet, counts)
    asyncio.create_task(made.run())
    asyncio.create_task(sender.run())
