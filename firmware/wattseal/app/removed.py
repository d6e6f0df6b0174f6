"""Ends what a restart left open on a connector that is configured no more; meters nothing.

Imported late: only a start behind such a change of the configuration needs it.
"""

import asyncio
import gc

from micropython import const

from wattseal import late
from wattseal.core import bill
from wattseal.core.ecdsa import KeyFault
from wattseal.core.journal_frame import JournalFull

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable

    from wattseal.app.left_open import Open
    from wattseal.app.open_sessions import OpenSessions
    from wattseal.app.recorder import Recorder
    from wattseal.app.reserve import Reserve
    from wattseal.contracts import Clock

    Log = Callable[[str], None]

_FIRST_READINGS_MS = const(2000)
_RETRY_MS = const(30000)
_NOT_THERE = "N"  # OCMF's `ST` of a meter that cannot be addressed
_REASON = "connector_removed"
_LATER = "connector %d, removed: what it left open is ended later (%r)"


def begin(
    connectors: "list[int]", open_sessions: "OpenSessions", recorder: "Recorder",
    reserve: "Reserve", clock: "Clock", log: "Log",
) -> None:  # fmt: skip
    """`connectors`: those that OpenSessions.scan gave."""
    for number in connectors:
        reserve.promise(number, 1)
        asyncio.create_task(_close(number, open_sessions, recorder, reserve, clock, log))
    late.drop("wattseal.app.removed")


async def _close(
    connector: int, open_sessions: "OpenSessions", recorder: "Recorder", reserve: "Reserve",
    clock: "Clock", log: "Log",
) -> None:  # fmt: skip
    """One closing record, of the newest value that was kept."""
    await clock.sleep_until(clock.now_ms() + _FIRST_READINGS_MS)
    try:
        found = await open_sessions.find(connector, recorder.quiet)
    except (ImportError, MemoryError) as fault:  # with the next start
        log(_LATER % (connector, fault))
    else:
        if found:
            await _end(connector, found, open_sessions, recorder, clock, log)
        reserve.promise(connector, 0)
    finally:  # it keeps nobody waiting
        open_sessions.done()


async def _end(
    connector: int, found: "Open", open_sessions: "OpenSessions", recorder: "Recorder",
    clock: "Clock", log: "Log",
) -> None:  # fmt: skip
    session, head, who = found
    session.end_without_meter("P", _NOT_THERE)
    pagination = 0
    while not pagination:
        try:
            pagination = await recorder.record(session, head, who, bill.NOT_BILLABLE, _REASON)
        except (JournalFull, OSError, KeyFault, ImportError, MemoryError) as fault:
            gc.collect()
            log(_LATER % (connector, fault))
            await clock.sleep_until(clock.now_ms() + _RETRY_MS)
    await recorder.quiet()
    open_sessions.forget(connector, pagination)
    told = connector, session.session_id, pagination
    log("connector %d, removed: session %s ended, T%d" % told)
