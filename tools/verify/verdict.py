"""Record in, verdict out: signature first, then the rules of one rule set; reads no file."""

from dataclasses import dataclass, field
from decimal import Context, Decimal

from tools.verify import gson, own, signature
from wattseal.core import safe_rules
from wattseal.core.safe_releases import RELEASES, Release

OWN = "own"
RULES = (OWN, *("safe-" + name for name in sorted(RELEASES, reverse=True)))
_EXACT = Context(prec=60)


@dataclass(frozen=True)
class Verdict:
    """`ok`: good signature, no findings. `complete`: a begin and an end, with a good signature;
    a record that is not complete says nothing about a session. `energy_wh`: end minus begin.

    `head`, `begin`, `end`: the payload's fields and the two readings, for showing; they are worth
    something only when `signature_ok`.
    """

    ok: bool
    signature_ok: bool
    complete: bool
    findings: list[str] = field(default_factory=list)
    energy_wh: int | Decimal | None = None
    head: dict = field(default_factory=dict)
    begin: dict | None = None
    end: dict | None = None


@dataclass(frozen=True)
class _Record:
    text: str
    payload_text: str
    payload: dict
    signature: dict


def verify_record(ocmf_text: str, public_key: str, rules: str = OWN) -> Verdict:
    """One record by `rules`, one of RULES. Never raises for what the record holds."""
    return _verify([ocmf_text], [public_key], rules)


def verify_pair(texts: tuple[str, str], keys: tuple[str, str], rules: str = OWN) -> Verdict:
    """A transaction in two records, the begin's and the end's, as one."""
    return _verify(list(texts), list(keys), rules)


def _verify(texts: list[str], keys: list[str], rules: str) -> Verdict:
    if rules not in RULES:
        raise ValueError(f"rules are one of {', '.join(RULES)}")
    release = RELEASES["1.4.1" if rules == OWN else rules.removeprefix("safe-")]
    try:
        records = [_read(text, release) for text in texts]
    except (gson.NotReadable, signature.Refused) as refused:
        return Verdict(False, False, False, [refused.args[0]])
    faults = [_signature_fault(*pair) for pair in zip(records, keys, strict=True)]
    findings = [fault for fault in faults if fault]
    signed = not findings
    if rules == OWN:
        findings += own.findings([(record.text, record.payload_text) for record in records])
    elif signed:
        findings += _safe_findings(records, release)
    begin, end = _readings(records, release)
    return Verdict(
        not findings, signed, signed and _is_complete(records), list(dict.fromkeys(findings)),
        _energy_wh(begin, end), records[-1].payload, begin, end,
    )  # fmt: skip


def _read(text: str, release: Release) -> _Record:
    """NotReadable, Refused. What follows a third section is ignored, as everywhere."""
    if any("\ud800" <= c <= "\udfff" for c in text):  # half a character: no bytes to hash
        raise gson.NotReadable("not_text")
    parts = text.rstrip("|").split("|")
    if len(parts) < 3 or parts[0] != "OCMF":
        raise gson.NotReadable("not_ocmf")
    record = _Record(text, parts[1], gson.payload(parts[1]), gson.signature(parts[2]))
    if not safe_rules.reads(record.payload, release):
        raise gson.NotReadable("format_version")
    signature.algorithm(record.signature["SA"])
    return record


def _signature_fault(record: _Record, public_key: str) -> str:
    if not public_key:
        return "no_public_key"
    try:
        signature.check(record.payload_text.encode(), record.signature, public_key)
    except signature.Refused as refused:
        return refused.args[0]
    return ""


def _safe_findings(records: list[_Record], release: Release) -> list[str]:
    if len(records) == 1:
        return safe_rules.check(records[0].payload, release)
    return safe_rules.check_pair(records[0].payload, records[1].payload, release)


def _is_complete(records: list[_Record]) -> bool:
    if len(records) > 1:
        return True
    payload = records[0].payload
    return bool(payload["RD"] and payload["PG"]) and safe_rules.is_complete(payload)


def _readings(records: list[_Record], release: Release) -> tuple[dict | None, dict | None]:
    """What the release compares, in a pair of records with two begins those of the second; else
    the begin or the end that is there alone."""
    for chosen in (records, records[-1:]):
        readings = [reading for record in chosen for reading in record.payload["RD"] or ()]
        begin, end = safe_rules.billed(readings, release)
        if begin is not None:
            return begin, end
    letters = [(reading["TX"] or "").strip() for reading in readings]
    begins = [reading for letter, reading in zip(letters, readings, strict=True) if letter == "B"]
    ends = [r for letter, r in zip(letters, readings, strict=True) if letter in safe_rules.ENDS]
    return (begins or [None])[0], (ends or [None])[0]


def _energy_wh(begin: dict | None, end: dict | None) -> int | Decimal | None:
    """Exact; None when there is no pair of readings or its unit is no energy."""
    if begin is None or end is None or begin["RV"] is None or end["RV"] is None:
        return None
    begin_wh, end_wh = _wh(begin, begin["RU"]), _wh(end, end["RU"] or begin["RU"])
    if begin_wh is None or end_wh is None:
        return None
    energy_wh = _EXACT.subtract(end_wh, begin_wh)
    return int(energy_wh) if energy_wh == int(energy_wh) else energy_wh


def _wh(reading: dict, unit: str | None) -> Decimal | None:
    scale = {"wh": 1, "kwh": 1000}.get((unit or "").strip().lower())
    return None if scale is None else _EXACT.multiply(reading["RV"], Decimal(scale))
