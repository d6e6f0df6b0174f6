"""Bills of record files, each with verify's verdict on it; believes no record that has none."""

from dataclasses import dataclass, field
from pathlib import Path

from tools import gone_file
from tools.bills.bill import Bill, BillFault, of
from tools.bills.tariffs import Tariffs
from tools.ending import remark
from tools.verify import facts, findings, signature, source, trail
from tools.verify.verdict import OWN
from wattseal.core.pricing.tariff import Tariff

_MISSING = "missing from the file; ask the charger for them again"
_GONE = "gone for good, as gone.txt beside the records says"
_UNPROVEN = "its price was not computed anew, for its tariff is not known; give --tariff FILE"


@dataclass(frozen=True)
class Judged:
    """`public_key`: in hex. `why`: what is against the record, in words; "" when it counts."""

    bill: Bill
    public_key: str
    tariff: Tariff | None
    why: str


@dataclass(frozen=True)
class Other:
    """Paginations that make no bill, and `why`. `session`: "" of what is missing. `is_gone`: for
    good, as somebody has said: nobody can bring them."""

    device: str
    first: int
    last: int
    session: str
    why: str
    is_gone: bool = False

    @property
    def name(self) -> str:
        return f"{facts.span(self.first, self.last)} of {self.device}"


@dataclass
class Records:
    """`bills`: closing records in order. `others`: those that are no bill or are missing.
    `ok`: `verify` has nothing against any record, and none is missing."""

    bills: list[Judged] = field(default_factory=list[Judged])
    others: list[Other] = field(default_factory=list[Other])
    ok: bool = True
    gone: dict[str, set[int]] = field(default_factory=dict[str, set[int]])  # by device

    @property
    def good(self) -> list[Judged]:
        return [each for each in self.bills if not each.why]

    @property
    def refused(self) -> list[tuple[str, str]]:
        bad = [(f"T{e.bill.pagination} of {e.bill.device}", e.why) for e in self.bills if e.why]
        return bad + [(each.name, each.why) for each in self.others]


def read(names: list[str], key: str | None, tariff_files: list[Path]) -> Records:
    """Of all files, which may hold parts of what one device made; a repeated record counts once.

    SourceFault, TariffFault."""
    if names.count(source.STDIN) > 1:
        raise source.SourceFault("standard input was given twice; give each file once")
    found = Records()
    by_key: dict[str, list[source.Message]] = {}
    tariffs = Tariffs(None, tariff_files)
    for name in names:
        messages = _messages(name, len(names) > 1)
        if messages is None:
            continue
        public_key = signature.key_bytes(source.key(key, [name])).hex().upper()
        by_key.setdefault(public_key, []).extend(messages)
        if name != source.STDIN:
            tariffs.add(Tariffs(Path(name)))
            for device in {each.device for each in messages}:
                found.gone.setdefault(device, set()).update(gone_file.beside(name))
    if not by_key:
        raise source.SourceFault("no file holds a record yet; give one that does")
    for public_key, messages in by_key.items():
        for device in trail.follow(messages, public_key, OWN, tariffs):
            _follow(found, device, public_key, tariffs)
    return found


def _messages(name: str, is_one_of_many: bool) -> list[source.Message] | None:
    """None, and a remark, for a device that has sent no record yet beside others. SourceFault."""
    try:
        messages = [each for each in source.read(name) if isinstance(each, source.Message)]
    except source.NoRecords:
        if not is_one_of_many:
            raise
        remark(f"{name} holds no record yet; left out")
        return None
    if not messages:
        raise source.SourceFault(f"{name} holds bare records; give a records.jsonl")
    return messages


def _follow(found: Records, device: trail.Trail, public_key: str, tariffs: Tariffs) -> None:
    found.ok = found.ok and device.ok
    gone = found.gone.get(device.device, set())
    for gap, is_gone in gone_file.parts(device.missing, gone):
        why = _GONE if is_gone else _MISSING
        found.others.append(Other(device.device, *gap, "", why, is_gone))
    for row in device.rows:
        _add(found, row, public_key, tariffs)


def _add(found: Records, row: trail.Row, public_key: str, tariffs: Tariffs) -> None:
    if row.message.kind == "begin" and row.state in (trail.VERIFIED, trail.BEGUN):
        return
    why = _why(row)
    try:
        bill = of(row.message)
    except BillFault as fault:
        number, message = row.message.pagination, row.message
        other = Other(message.device, number, number, message.session, why or str(fault))
        found.others.append(other)
        return
    found.bills.append(Judged(bill, public_key, tariffs.of_bill(bill), why))


def _why(row: trail.Row) -> str:
    if row.state == trail.VERIFIED:
        return ""
    if row.state == trail.UNPROVEN:
        return _UNPROVEN
    if row.state == trail.NOT_BILLABLE:
        return f"the charger itself calls it not billable: {row.message.reason or 'no reason'}"
    said = " ".join(findings.sentence(name) for name in row.findings)
    return said or "it is no closing record of a session"
