"""Our own rules for one record or for the two of a session; checks no signature, states no rule.

The rules of one record are the firmware's. Those of two: together they hold what one session
record would, and what both of them say they say alike.
"""

from tools.verify import gson
from wattseal.core import ocmf_rules

# Verifiers that collect the records of a session take them for one only if all these are alike.
_ALIKE = (
    "FV", "GI", "GS", "GV", "MV", "MM", "MS", "MF", "IS", "IL", "IF", "IT", "ID", "TT", "CF",
    "CT", "CI", "UM",
)  # fmt: skip


def findings(records: list[tuple[str, str]]) -> list[str]:
    """`records`: one or two, each (whole record, its payload)."""
    try:
        payloads = [gson.strict(payload_text) for _, payload_text in records]
    except gson.NotReadable as fault:
        return [fault.args[0]]
    texts = [text for text, _ in records]
    if len(records) == 1:
        check = ocmf_rules.check_begin if _letters(payloads[0]) == ["B"] else ocmf_rules.check
        return check(texts[0], payloads[0])
    return _pair_findings(texts, *payloads)


def disagreements(begin: dict, end: dict) -> list[str]:
    """What two payloads of one session say differently."""
    found = []
    if any(begin.get(key) != end.get(key) for key in _ALIKE):
        found.append("pair_head")
    earlier, later = _number(begin), _number(end)
    if earlier is not None and later is not None and earlier >= later:
        found.append("pair_pagination")
    if "B" in _letters(end) and _letters(begin) and begin["RD"][0] != end["RD"][0]:
        found.append("pair_begin")
    return found


def _pair_findings(texts: list[str], begin: dict, end: dict) -> list[str]:
    """The second record may hold the begin reading again, as the firmware's does."""
    found = ocmf_rules.check_begin(texts[0], begin)
    whole = end
    if "B" not in _letters(end):
        whole = {**end, "RD": [*_readings(begin), *_readings(end)]}
    found += ocmf_rules.check(texts[1], whole)
    return found + disagreements(begin, end)


def _readings(payload: dict) -> list:
    readings = payload.get("RD")
    return readings if isinstance(readings, list) else []


def _letters(payload: dict) -> list:
    return [each.get("TX") if isinstance(each, dict) else None for each in _readings(payload)]


def _number(payload: dict) -> int | None:
    pagination = payload.get("PG")
    digits = pagination[1:] if isinstance(pagination, str) else ""
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 20 else None
