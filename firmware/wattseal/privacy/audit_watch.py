"""Looks once a minute for what nobody notes as it happens, and notes it; mends nothing."""

from micropython import const

from wattseal import late
from wattseal.app.delivery import Delivery
from wattseal.core import ocmf
from wattseal.core.ecdsa import KeyFault
from wattseal.core.p256 import CurveError

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.app.auditor import Auditor
    from wattseal.assembly import Firmware

_LOOK_MS = const(60000)
_FORGED = "commands_forged"
_SELF_AUDIT = "self_audit"
_FORGED_MS = const(3600000)  # a flood of them must not fill the log


class _Watch:
    def __init__(self, firmware: "Firmware", auditor: "Auditor") -> None:
        self._firmware = firmware
        self._auditor = auditor
        self._full = False
        self._lost = 0
        self._forged = self._forged_at_ms = 0

    def look(self) -> None:
        firmware, auditor = self._firmware, self._auditor
        full = firmware.reserve.is_full()
        if full != self._full:
            self._full = full
            auditor.note("journal", new="full" if full else "has room")
        lost = len(firmware.journal.lost)
        if lost > self._lost:
            auditor.note("lost", old=str(self._lost), new=str(lost))
        self._lost = lost
        self._look_at_commands(firmware.board.clock.now_ms())

    def _look_at_commands(self, now_ms: int) -> None:
        commands = self._firmware.publisher.words.commands
        forged = commands.counts.get(_FORGED, 0) if commands else 0
        if forged > self._forged and now_ms >= self._forged_at_ms:
            self._auditor.note("forged", old=str(self._forged), new=str(forged))
            self._forged, self._forged_at_ms = forged, now_ms + _FORGED_MS


async def run(firmware: "Firmware", auditor: "Auditor") -> None:
    """Never returns."""
    clock, watch, report = firmware.board.clock, _Watch(firmware, auditor), b""
    delivery = Delivery(firmware.publisher)
    while True:
        await clock.sleep_until(clock.now_ms() + _LOOK_MS)
        watch.look()
        month = _month(clock.utc_ms()) if clock.state() == "S" else ""
        if month and auditor.last(_SELF_AUDIT) != month:
            report = report or await _report(firmware, auditor)
            if report and await delivery.deliver(b"audit", report):
                report = b""
                auditor.changed(_SELF_AUDIT, "", month)


async def _report(firmware: "Firmware", auditor: "Auditor") -> bytes:
    """This month's self-audit, signed; b"" where signing fails."""
    try:
        from wattseal.privacy import self_audit  # imported late: once a month

        return await self_audit.message(firmware, auditor)
    except (KeyFault, CurveError, MemoryError, ImportError, OSError):
        return b""
    finally:
        late.drop("wattseal.privacy.self_audit")


def _month(utc_ms: int) -> str:
    return ocmf.format_time(utc_ms, "S")[:7]
