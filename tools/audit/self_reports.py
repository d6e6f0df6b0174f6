"""What devices found when they looked at themselves: reads signed self-audits, prints none.

A device sends one a month on its topic `audit` (firmware: privacy/self_audit.py).
"""

import json
from dataclasses import dataclass

from tools.audit import sources
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


def newest(name: str, public_key: str, device: str | None) -> SelfReport:
    """By its own time, of those that are signed; an old one may be sent again by anybody. Where
    none is signed, the last one. `device`: None where there is one. CommandFault."""
    found = [
        _report(line, payload, public_key, f"line {line} of {name}")
        for line, sender, payload in sources.messages(name)
        if "report" in payload and device in (None, sender)
    ]
    if not found:
        raise CommandFault(f"{name} holds no self-audit; a device sends one each month")
    devices = sorted({each.device for each in found})
    if len(devices) > 1:
        raise CommandFault(f"{name} holds those of {', '.join(devices)}; choose by --device")
    return max([each for each in found if each.signed] or found[-1:], key=lambda each: each.utc_s)


def _report(line: int, payload: dict, public_key: str, where: str) -> SelfReport:
    text = str(payload["report"])
    try:
        signature.check(text.encode(errors="replace"), {"SD": payload.get("sig")}, public_key)
        signed = True
    except signature.Refused:
        signed = False
    try:
        told = json.loads(text)
        rows = [(str(row[0]), row[1] == "ok", str(row[2])) for row in told["lines"]]
        return SelfReport(
            line, str(told["device"]), int(told["t"]), str(told["fw"]), str(told["head"]), rows,
            signed,
        )  # fmt: skip
    except (ValueError, LookupError, TypeError, RecursionError):
        raise CommandFault(f"{where} is no self-audit of version 1; remove it") from None
