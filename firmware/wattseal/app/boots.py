"""Writes down that a life begins, and judges the one before; imported late, and dropped.

What has to stay of it is app.health's.
"""

from micropython import const

from wattseal.app.health import NAME, Health
from wattseal.core import boot_ledger

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable

    from wattseal.contracts import Checkpoints
    from wattseal.core.boot_ledger import Ledger


def begin(checkpoints: "Checkpoints", cause: str, log: "Callable[[str], None]") -> Health:
    """`cause`: why the chip started, in words. A medium that refuses keeps no device down."""
    unkept = 0
    try:
        blob = checkpoints.load(NAME)
    except OSError:
        blob, unkept = None, 1
    ledger = boot_ledger.decode(blob)
    why = "planned" if ledger.state == boot_ledger.PLANNED else cause
    boot_ledger.begin(ledger, cause.startswith("power"))
    try:
        checkpoints.save(NAME, boot_ledger.encode(ledger))
    except OSError:
        unkept += 1
    told: dict[str, object] = {
        "boots": ledger.boots, "resets_unexpected": ledger.resets, "last_reset": why,
    }  # fmt: skip
    if ledger.utc_s:
        told["healthy_utc_s"] = ledger.utc_s
    if ledger.safe:
        told["safe_mode"] = True
    if unkept:
        told["boots_unkept"] = unkept
    line = _line(ledger, why)
    log(line)
    boot_ledger.healthy(ledger)
    healthy = bytearray(boot_ledger.encode(ledger))
    boot_ledger.plan(ledger)
    return Health(checkpoints, told, line, healthy, bytearray(boot_ledger.encode(ledger)))


def _line(ledger: "Ledger", why: str) -> str:
    """For the person at the console, who may have reset it on purpose."""
    line = "start %d (%s)" % (ledger.boots, why)
    if ledger.safe:
        return line + (
            ": safe mode, for too many starts in a row ended within 2 minutes; meters and"
            " records, sends nothing, and restarts after 15 minutes, once no session is open"
        )
    if ledger.bad:
        line += "; %d in a row ended within 2 minutes, 3 lead to safe mode" % ledger.bad
    return line
