"""What signed records say that the log held when they were signed; verifies their signatures.

A record's `UA` has number and first digits of the mac of the newest entry, and so has the `head`
of a self-audit report: nobody without the device's signing key can say another one.
"""

import json
import re
from dataclasses import dataclass, field

from tools.audit import sources
from tools.audit.entry import Place
from tools.audit.following import Finding, Follower
from tools.verify import signature, source, verify_record
from wattseal.core import audit_chain

_HEAD = re.compile(rf"(0|[1-9]\d{{0,9}})-([0-9a-f]{{{audit_chain.HEAD_DIGITS}}})")
_KEY = "UA"


@dataclass(frozen=True)
class Head:
    """`place`: of who says so. `order`: of those that are from records, their pagination."""

    number: int
    digits: str
    place: Place
    order: int = 0


@dataclass
class Heads:
    """`unsigned`: messages that this key has not signed, of other devices or self-audits; what is
    said to be a record of a device whose others it has signed is a finding. `without`: the
    paginations of records that have no head."""

    found: list[Head] = field(default_factory=list[Head])
    findings: list[Finding] = field(default_factory=list[Finding])
    unsigned: int = 0
    without: list[int] = field(default_factory=list[int])

    @property
    def records(self) -> int:
        """How many records have a head; a self-audit has one as well."""
        return sum(head.order > 0 for head in self.found)

    def read(self, name: str, public_key: str) -> None:
        """All of a records.jsonl. SourceFault, CommandFault."""
        own: set[str] = set()
        broken: list[source.Message] = []
        for each in source.read(name):
            if isinstance(each, source.Message) and not self._record(each, name, public_key):
                broken.append(each)
            elif isinstance(each, source.Message):
                own.add(each.device)
        for each in broken:
            if each.device in own:
                self.findings.append(Finding("unsigned", 0, Place(name, each.line)))
            else:
                self.unsigned += 1
        for line, _, payload in sources.messages(name):
            if "report" in payload:
                self._report(payload, Place(name, line), public_key)
        self.found.sort(key=lambda head: head.order)

    def _record(self, each: source.Message, name: str, public_key: str) -> bool:
        """Whether this key has signed it."""
        if not verify_record(each.text, public_key).signature_ok:
            return False
        payload = source.payload(each.text)
        number = str(payload.get("PG", "")).removeprefix("T")
        order = int(number) if number.isdecimal() else 0
        if _KEY in payload:
            self._put(payload[_KEY], Place(name, each.line), order)
        else:
            self.without.append(order)
        return True

    def _report(self, payload: dict, place: Place, public_key: str) -> None:
        text = str(payload["report"])
        try:
            signature.check(text.encode(errors="replace"), {"SD": payload.get("sig")}, public_key)
            told = json.loads(text)["head"]
        except (signature.Refused, ValueError, LookupError, TypeError):
            self.unsigned += 1
            return
        self._put(told, place, 0)

    def _put(self, text: object, place: Place, order: int) -> None:
        head = parsed(str(text), place, order)
        if head:
            self.found.append(head)
        else:
            self.findings.append(Finding("head_form", 0, place))


def parsed(text: str, place: Place, order: int = 0) -> Head | None:
    found = _HEAD.fullmatch(text)
    return Head(int(found[1]), found[2], place, order) if found else None


def judge(log: Follower, heads: list[Head]) -> tuple[list[Finding], int]:
    """(what the heads find wrong with the log, how many are of entries that are gone by rule).

    Of entries that are cut off it is the highest head that tells how many."""
    first = log.before[0]
    last = max(log.entries, default=first)
    findings: list[Finding] = []
    beyond = [head for head in heads if head.number > last]
    if beyond:
        most = max(beyond, key=lambda head: head.number)
        findings.append(Finding("cut", last + 1, most.place, most.number))
    for head in heads:
        if first <= head.number <= last and _differs(log, head):
            findings.append(Finding("head", head.number, head.place))
    ordered = [head for head in heads if head.order]
    for earlier, later in zip(ordered, ordered[1:], strict=False):
        if later.order > earlier.order and later.number < earlier.number:
            findings.append(Finding("heads_back", later.number, later.place))
    gone = [(0, first - 1), *log.gone]
    return findings, sum(any(a <= head.number <= b for a, b in gone) for head in heads)


def _differs(log: Follower, head: Head) -> bool:
    """Not for an entry that is missing: that is a finding of its own."""
    if head.number == log.before[0]:
        mac = log.before[1]
    else:
        entry = log.entries.get(head.number)
        mac = entry.mac if entry else None
    return mac is not None and not mac.hex().startswith(head.digits)
