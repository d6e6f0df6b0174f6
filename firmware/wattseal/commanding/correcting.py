"""Takes a bill back by a new record of the journal; imported for one command, and dropped.

The signature of the bill is not verified again: its frame's CRC shows what this device stored, and
nothing but this device writes there. A correction that the journal has pruned cannot be seen: the
journal lets the oldest go first, so its bill went before it, and there is no such record.
"""

import asyncio
import json

from micropython import const

from wattseal.app.recorder import NotFit
from wattseal.core import bill, correction
from wattseal.core.command import CommandError
from wattseal.core.correction import NotCorrected
from wattseal.core.ecdsa import KeyFault
from wattseal.core.journal_frame import JournalFull
from wattseal.core.p256 import CurveError

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.app.recorder import Recorder
    from wattseal.contracts import Journal


async def correct(
    journal: "Journal", recorder: "Recorder", device_id: str, number: int, reason: str
) -> str:
    """What there is to say. CommandError, OSError: nothing was stored."""
    try:
        correction.check_reason(reason)
        frame = journal.read(number)
        if frame is None:
            raise NotCorrected("there is no such record")
        connector = bill.connector_of(frame[1])
        session_id, text = correction.original(frame[0], frame[1], device_id)
        frame = None  # it is as large as the text
        await _check_first(journal, number)
        cost = json.loads(correction.cost(text))
        pagination = await recorder.correct(
            connector, session_id,
            lambda own, head: correction.payload(text, cost, number, own, reason, head),
        )  # fmt: skip
    except (NotCorrected, KeyFault, CurveError) as fault:
        raise CommandError(str(fault))
    except NotFit as fault:
        raise CommandError("the correction breaks our own rules: %s" % fault)
    except JournalFull:
        raise CommandError("the journal has no room; let a receiver acknowledge its records")
    return "T%d takes back T%d" % (pagination, number)


async def _check_first(journal: "Journal", number: int) -> None:
    """NotCorrected when a later record takes it back, or may. One command is done at a time."""
    mark = correction.mark(number)
    for later in range(number + 1, journal.next):
        frame = journal.read(later)
        if frame is None:
            raise NotCorrected("T%d cannot be read, and may have corrected it" % later)
        if frame[0] == bill.CORRECTION and mark in frame[1]:
            raise NotCorrected("it is corrected already, by T%d" % later)
        frame = None
        await asyncio.sleep(0)
