"""Writes down that a life begins, and judges the one before; imported late, and dropped."""

from micropython import const

from wattseal.core import boot_ledger

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable

    from wattseal.app.health import Begun
    from wattseal.contracts import Checkpoints

_NAME = "boots"


def begin(checkpoints: "Checkpoints", cause: str, log: "Callable[[str], None]") -> "Begun":
    """`cause`: why the chip started, in words. A medium that refuses keeps no device down."""
    unkept = 0
    try:
        blob = checkpoints.load(_NAME)
    except OSError:
        blob, unkept = None, 1
    ledger, planned = boot_ledger.begin(blob, cause.startswith("power"))
    if planned:
        cause = "planned"
    try:
        checkpoints.save(_NAME, boot_ledger.encode(ledger))
    except OSError:
        unkept += 1
    boots, resets, bad, _, _, utc_s = ledger
    told: dict[str, object] = {"boots": boots, "resets_unexpected": resets, "last_reset": cause}
    if utc_s:
        told["healthy_utc_s"] = utc_s
    if unkept:
        told["boots_unkept"] = unkept
    if boot_ledger.is_safe(ledger):
        told["safe_mode"] = True
    line = _line(boots, cause, bad, "safe_mode" in told)
    log(line)
    blobs = bytearray(boot_ledger.healthy(ledger)), bytearray(boot_ledger.planned(ledger))
    return told, line, blobs


def _line(boots: int, cause: str, bad: int, safe: bool) -> str:
    """For the person at the console, who may have reset it on purpose."""
    line = "start %d (%s)" % (boots, cause)
    if safe:
        return line + (
            ": safe mode, for too many starts in a row ended within 2 minutes; meters and"
            " records, sends nothing, and restarts after 15 minutes, once no session is open"
        )
    if bad:
        line += "; %d in a row ended within 2 minutes, 3 lead to safe mode" % bad
    return line
