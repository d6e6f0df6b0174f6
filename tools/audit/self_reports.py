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


def read(name: str, public_key: str) -> list[SelfReport]:
    """Of a records.jsonl, in its order. CommandFault."""
    found = [
        _report(line, payload, public_key, f"line {line} of {name}")
        for line, _, payload in sources.messages(name)
        if "report" in payload
    ]
    if not found:
        raise CommandFault(f"{name} holds no self-audit; a device sends one each month")
    return found


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
