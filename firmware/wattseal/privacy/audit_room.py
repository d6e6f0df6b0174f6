"""Begins the audit log where there is room for it, and says so where there is none; small.

A small board takes long to load what it has no room for.
"""

import asyncio

from micropython import const

from wattseal import late

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable

    from wattseal.assembly import Firmware

_LEAST_FREE_BYTES = const(40960)
_NO_ROOM = "audit: no room for its log (%d bytes of heap free, %d needed); none is kept"
_PARTS = (
    "wattseal.core.audit_chain",
    "wattseal.drivers.audit_log",
    "wattseal.app.auditor",
    "wattseal.privacy.audit_watch",
    "wattseal.privacy.audit_running",
    "wattseal.privacy.audit_beginning",
)


async def begin(firmware: "Firmware", opens: asyncio.Event, log: "Callable[[str], None]") -> None:
    """`opens`: set once the log is open and has what records are made under. ImportError,
    OSError, MemoryError."""
    try:
        await firmware.calm()
        if not late.has_room(_LEAST_FREE_BYTES, _NO_ROOM, log):
            firmware.journal.counters["audit_no_room"] = 1
            return
        await late.load(firmware.calm, *_PARTS)
        from wattseal.privacy import audit_beginning

        auditor = await audit_beginning.begin(firmware)
        failed = None
        try:
            await audit_beginning.note_settings(firmware, auditor)
        except (OSError, MemoryError) as fault:
            failed = fault
        opens.set()
        await firmware.calm()
        await audit_beginning.note_what_runs(firmware, auditor)
        if failed:
            raise failed
    finally:
        late.drop(
            "wattseal.privacy.audit_running",
            "wattseal.privacy.audit_beginning",
            "wattseal.privacy.audit_room",
        )
