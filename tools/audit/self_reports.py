"""What devices found when they looked at themselves: reads signed self-audits, prints none.

A device sends one a month on its topic `audit` (firmware: privacy/self_audit.py).
"""

import json
from dataclasses import dataclass

from tools.audit import heads, sources
from tools.audit.entry import Place
from tools.bills.command import CommandFault
from tools.verify import signature


@dataclass(frozen=True)
class SelfReport:
    """`rows`: (name, whether it is well, why not). `signed`: by this key. `line`: where it is."""

    line: int
    device: str
    utc_s: int
    firmware: str
    head: str
    rows: list[tuple[str, bool, str]]
    signed: bool


def newest(name: str, public_key: str, device: str | None) -> tuple[SelfReport, SelfReport | None]:
    """By the log's head, then by its own time, of those that are signed: an old one may be sent
    again by anybody, and a clock may have been ahead. Where none is signed, the last one. Second
    what may be the newest of a log that began anew after it: nobody can tell, so both are shown.
    `device`: None where there is one. CommandFault."""
    found = [
        _Told(line, sender, payload, _is_signed(payload, public_key))
        for line, sender, payload in sources.messages(name)
        if "report" in payload and device in (None, sender)
    ]
    if not found:
        raise CommandFault(f"{name} holds no self-audit; a device sends one each month")
    signed = [each for each in found if each.signed]
    devices = sorted({each.sender for each in signed or found})
    if len(devices) > 1:
        raise CommandFault(f"{name} holds those of {', '.join(devices)}; choose by --device")
    firsts = {str(each.payload["report"]): each for each in reversed(signed or found[-1:])}
    reports = [_report(each, f"line {each.line} of {name}") for each in firsts.values()]
    highest = max(reports, key=_order)
    later = [r for r in reports if r.line > highest.line and r.utc_s > highest.utc_s]
    return highest, max(later, key=_order, default=None)


def _order(report: SelfReport) -> tuple[int, int]:
    return _number(report.head), report.utc_s


@dataclass(frozen=True)
class _Told:
    """A message with a self-audit. `sender`: by its topic."""

    line: int
    sender: str
    payload: dict
    signed: bool


def _is_signed(payload: dict, public_key: str) -> bool:
    text = str(payload["report"])
    try:
        signature.check(text.encode(errors="replace"), {"SD": payload.get("sig")}, public_key)
    except signature.Refused:
        return False
    return True


def _number(head: str) -> int:
    """Of the entry that it is of; 0 for what is no head."""
    found = heads.parsed(head, Place("", 0))
    return found.number if found else 0


def _report(each: _Told, where: str) -> SelfReport:
    try:
        told = json.loads(str(each.payload["report"]))
        rows = [(str(row[0]), row[1] == "ok", str(row[2])) for row in told["lines"]]
        return SelfReport(
            each.line, str(told["device"]), int(told["t"]), str(told["fw"]), str(told["head"]),
            rows, each.signed,
        )  # fmt: skip
    except (ValueError, LookupError, TypeError, OverflowError, RecursionError):
        raise CommandFault(f"{where} is no self-audit of version 1; remove it") from None
