"""Has what is too old removed, and the modules read, each hour; small, for it stays.

Who judges is loaded for that.
"""

import asyncio

from micropython import const

from wattseal import late

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.assembly import Firmware

_REVIEW_S = const(3600)
# Measured on 32 bits: what is loaded takes 5 KB from files. A session's begin needs the rest.
_LEAST_FREE_BYTES = const(12288)
_CHECK = "wattseal.drivers.module_check"
_PARTS = (
    "wattseal.app.steady_clock",
    "wattseal.app.record_retention",
    "wattseal.drivers.journal_aging",
    "wattseal.privacy.aging",
)


async def run(firmware: "Firmware") -> None:
    """Never returns. What fails is tried again in an hour."""
    seen = -1, -1  # app.steady_clock's
    while True:
        await asyncio.sleep(_REVIEW_S)
        try:
            if _is_time(firmware):
                await late.load(firmware.calm, *_PARTS)
                from wattseal.privacy import aging

                seen = await aging.review(firmware, seen)
                del aging  # a name here would keep it
        except (OSError, ImportError, MemoryError):
            firmware.journal.counters["reviews_failed"] = 1
        finally:
            late.drop(*_PARTS)
        await _check(firmware)


async def _check(firmware: "Firmware") -> None:
    """Whether what is loaded late still can be, which is seldom asked else. Apart from the review:
    neither may keep the other from its work."""
    try:
        if _is_time(firmware):
            await late.load(firmware.calm, _CHECK)
            from wattseal.drivers import module_check

            firmware.journal.counters["modules_rotten"] = await module_check.rotten(
                firmware.board.data_dir, firmware.calm
            )
    except (OSError, ImportError, MemoryError):
        firmware.journal.counters["reviews_failed"] = 1
    finally:
        late.drop(_CHECK)


def _is_time(firmware: "Firmware") -> bool:
    """There is room, and no session is open, whose begin record must stay and whose end needs the
    room."""
    idle = not any(connector.session for connector in firmware.connectors)
    return idle and firmware.recorder.resting and late.has_room(_LEAST_FREE_BYTES, "", print)
