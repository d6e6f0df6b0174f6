"""Begins the audit log where there is room for it, and says so where there is none; small.

A small board takes long to load what it has no room for.
"""

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


async def begin(firmware: "Firmware", log: "Callable[[str], None]") -> None:
    """What fails here costs the log alone."""
    counts = firmware.journal.counters
    try:
        if not late.has_room(_LEAST_FREE_BYTES, _NO_ROOM, log):
            counts["audit_no_room"] = 1
            return
        await late.load(*_PARTS)
        from wattseal.privacy import audit_beginning

        await audit_beginning.begin(firmware)
    except (OSError, ImportError, MemoryError) as fault:
        counts["audit_off"] = 1
        log("audit: %s; no log is kept" % fault)
    finally:
        late.drop(
            "wattseal.privacy.audit_running",
            "wattseal.privacy.audit_beginning",
            "wattseal.privacy.audit_room",
        )
