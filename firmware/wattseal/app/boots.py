"""Writes down that a life begins, and judges the one before; imported late, and dropped."""

from micropython import const

from wattseal.core import boot_ledger

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable

    from wattseal.app.health import Begun
    from wattseal.contracts import Checkpoints

_NAME = "boots"
_TRIES = const(3)


def begin(checkpoints: "Checkpoints", cause: str, log: "Callable[[str], None]") -> "Begun":
    """`cause`: why the chip started, in words. A medium that refuses keeps no device down."""
    blob, known = _loaded(checkpoints)
    by_power = cause.startswith("power")
    ledger, planned = boot_ledger.begin(blob, by_power)
    if planned:
        cause = "planned"
    unkept = not known
    if known:
        try:
            checkpoints.save(_NAME, boot_ledger.encode(ledger))
        except OSError:
            unkept = True
    boots, resets, bad, _, _, utc_s = ledger
    told: dict[str, object] = {"boots": boots, "resets_unexpected": resets, "last_reset": cause}
    if utc_s:
        told["healthy_utc_s"] = utc_s
    if unkept:
        told["boots_unkept"] = 1
    # One that cannot be read may have any number of bad lives in it.
    if boot_ledger.is_safe(ledger) or not (known or by_power):
        told["safe_mode"] = True
    line = _line(boots, cause, bad, "safe_mode" in told)
    log(line)
    if not known:
        return told, line, (bytearray(), bytearray())  # what is there may be read the next time
    blobs = bytearray(boot_ledger.healthy(ledger)), bytearray(boot_ledger.planned(ledger))
    return told, line, blobs


def _loaded(checkpoints: "Checkpoints") -> "tuple[bytes | None, bool]":
    """The ledger as it was, and whether that is known."""
    for _ in range(_TRIES):
        try:
            return checkpoints.load(_NAME), True
        except OSError:
            pass  # it is asked again
    return None, False


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
