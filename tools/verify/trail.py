"""Follows paginations and sessions through the messages of a device; verifies no signature."""

from dataclasses import dataclass, field, replace
from itertools import pairwise

from tools.bills.bill import Bill, BillFault, of
from tools.bills.tariffs import Tariffs
from tools.verify import gson, own, prices
from tools.verify.source import Message
from tools.verify.verdict import OWN, Verdict, verify_record

VERIFIED, BEGUN, NOT_BILLABLE, FAILED = "verified", "begin", "not billable", "FAILED"
UNPROVEN = "unproven"


@dataclass(frozen=True)
class Row:
    """A message, its record's verdict, and what else is wrong with it, as names of findings."""

    message: Message
    verdict: Verdict
    faults: list[str] = field(default_factory=list)
    price: prices.Price | None = None

    @property
    def findings(self) -> list[str]:
        return [*self.verdict.findings, *self.faults]

    @property
    def state(self) -> str:
        """What a record's reader may rely on: only `verified` is a verified session."""
        if self.faults or not self.verdict.signature_ok:
            return FAILED
        if self.message.kind == "not_billable":
            return NOT_BILLABLE  # the device says so itself; it is no fault of the record
        if not self.verdict.ok:
            return FAILED
        if self.price and self.price.proven is None:
            return UNPROVEN
        return VERIFIED if self.verdict.complete else BEGUN


@dataclass
class Trail:
    """`missing`: (first, last) of each gap. `repeated`: paginations that came again, unchanged.
    `between_wh`: by meter, the energy that its register counted between sessions."""

    device: str
    rows: list[Row] = field(default_factory=list)
    missing: list[tuple[int, int]] = field(default_factory=list)
    repeated: list[int] = field(default_factory=list)
    between_wh: dict[str, int] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        bad = (FAILED, UNPROVEN)
        return not self.missing and all(row.state not in bad for row in self.rows)

    def count(self, state: str) -> int:
        return sum(row.state == state for row in self.rows)

    @property
    def open(self) -> list[Row]:
        """Begin records of sessions that have no closing record."""
        closed = {row.message.session for row in self.rows if row.message.kind != "begin"}
        begun = [row for row in self.rows if row.message.kind == "begin"]
        return [row for row in begun if row.message.session not in closed]


def follow(
    messages: list[Message], public_key: str, rules: str, tariffs: Tariffs | None = None
) -> list[Trail]:
    """One trail for each device, its rows in the order of pagination. `tariffs`: what prices are
    computed by; prices, corrections and registers are judged by our own rules alone."""
    devices = list(dict.fromkeys(message.device for message in messages))
    found = [
        _trail(device, [m for m in messages if m.device == device], public_key, rules)
        for device in devices
    ]
    if rules == OWN:
        for each in found:
            _bills(each, tariffs or Tariffs())
    return found


def _bills(trail: Trail, tariffs: Tariffs) -> None:
    """Judges what the signed records say of energy and money; what is not signed says nothing."""
    twice = {row.message.pagination for row in trail.rows if "differs" in row.faults}
    signed = [row for row in trail.rows if row.verdict.signature_ok]
    bills = [bill for row in signed for bill in _bill(row.message)]
    sure = [bill for bill in bills if bill.pagination not in twice]
    faults = prices.corrections(sure, {row.message.pagination for row in trail.rows})
    back, trail.between_wh = prices.registers(sure)
    good = {row.message.pagination for row in signed if row.verdict.ok}
    outside = prices.envelopes(bills, good)
    for at, row in enumerate(trail.rows):
        if not row.verdict.signature_ok:
            continue
        number = row.message.pagination
        price = prices.price(row.message, tariffs)
        more = list(price.findings if price else ())
        for found in (faults, back, outside):
            more += found.get(number, ())
        trail.rows[at] = replace(row, faults=[*row.faults, *more], price=price)


def _bill(message: Message) -> list[Bill]:
    """[] for a begin record, or one without a bill's parts."""
    try:
        return [of(message)]
    except BillFault:
        return []


def _trail(device: str, messages: list[Message], public_key: str, rules: str) -> Trail:
    trail = Trail(device)
    seen: dict[int, set[str]] = {}
    for message in sorted(messages, key=lambda m: m.pagination):
        known = seen.setdefault(message.pagination, set())
        if message.payload in known:
            trail.repeated.append(message.pagination)
            continue
        verdict = verify_record(message.text, public_key, rules)
        faults = _envelope(message, verdict) + (["differs"] if known else [])
        known.add(message.payload)
        trail.rows.append(Row(message, verdict, faults))
    for earlier, later in pairwise(sorted(seen)):
        if later > earlier + 1:
            trail.missing.append((earlier + 1, later - 1))
    trail.rows = _sessions(trail, rules)
    return trail


def _envelope(message: Message, verdict: Verdict) -> list[str]:
    """What the unsigned part says against the signed one."""
    if not verdict.signature_ok:
        return []
    faults = []
    if verdict.head["PG"] != f"T{message.pagination}":
        faults.append("envelope_pagination")
    if verdict.head["GS"] != message.device:
        faults.append("envelope_device")
    if message.kind not in ("begin", "session", "not_billable", "correction") or (
        verdict.complete == (message.kind == "begin")
    ):
        faults.append("envelope_kind")
    return faults


def _sessions(trail: Trail, rules: str) -> list[Row]:
    """The rows, with what begin and closing record of a session say against each other."""
    begins = {row.message.session: row for row in trail.rows if row.message.kind == "begin"}
    last = {row.message.connector: row.message.pagination for row in trail.rows}
    left_open = {row.message.pagination for row in trail.open}
    found = []
    for row in trail.rows:
        faults, message = [], row.message
        if message.kind == "begin":
            # An open session is in order only while nothing newer came from its connector.
            went_on = last[message.connector] > message.pagination
            faults = ["never_closed"] if message.pagination in left_open and went_on else []
        elif rules == OWN and message.session in begins:
            faults = _against(begins[message.session], row)
        found.append(replace(row, faults=[*row.faults, *faults]))
    return found


def _against(begin: Row, row: Row) -> list[str]:
    if not (begin.verdict.signature_ok and row.verdict.signature_ok):
        return []
    try:
        payloads = [gson.strict(each.message.text.split("|")[1]) for each in (begin, row)]
    except gson.NotReadable:
        return []  # a finding of the record itself
    return own.disagreements(*payloads)
