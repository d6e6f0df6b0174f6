"""What a receipt says, in words and figures, before any form; verifies nothing itself."""

import hashlib
import re
from dataclasses import dataclass

from tools.bills import local_time, sums, tariffs, words
from tools.bills.bill import Bill
from tools.receipt import figures
from tools.receipt.figures import Line
from tools.receipt.operator_file import Operator
from tools.verify import findings
from tools.verify.facts import clean
from tools.verify.trail import Row
from wattseal.core.pricing.tariff import Tariff

_ENDS = {
    "E": "", "L": "at the charger", "R": "from afar", "A": "by an error",
    "P": "by a power failure",
}  # fmt: skip
_ODD_LETTERS = re.compile("[^A-Za-z0-9_-]")
_MOST_LETTERS = 40  # of a device's name in a file's
MOST_IN_QR = 2953  # bytes at the lowest error correction: ISO/IEC 18004, version 40-L


@dataclass(frozen=True)
class Receipt:
    """`facts`, `sums`: (name, value). `vat`: (rate, net, VAT, gross). `good`: the verdict."""

    number: str
    title: str
    sender: list[str]
    payable: str
    currency: str
    facts: list[tuple[str, str]]
    lines: list[Line]
    sums: list[tuple[str, str]]
    vat: list[tuple[str, str, str, str]]
    notes: list[str]
    verdict: list[str]
    good: bool
    record: str
    key: str = ""  # the charger's public one, SPKI in hex

    @property
    def mark(self) -> str:
        """The verdict in a word, beside the amount."""
        return "Verified" if self.good else "NOT VERIFIED"

    @property
    def columns(self) -> tuple[str, str, str, str]:
        """Of the lines."""
        return "What", "Quantity", f"Price, {self.currency}", f"Amount, {self.currency}"

    @property
    def fits_qr(self) -> bool:
        return len(self.record.encode()) <= MOST_IN_QR

    @property
    def how(self) -> str:
        """How anybody checks it without whoever sells the energy."""
        where = "the code holds" if self.fits_qr else "below stands"
        return (
            f"Anybody can check this: {where} the record as the charger signed it (OCMF), which "
            "public software takes, such as S.A.F.E.'s transparency software, with the charger's "
            "public key:"
        )

    @property
    def digest(self) -> str:
        """SHA-256 of the record."""
        return hashlib.sha256(self.record.encode()).hexdigest()


def receipt(
    bill: Bill, row: Row, tariff: Tariff | None, operator: Operator, fingerprint: str,
    back: int | None = None, key: str = "",
) -> Receipt:  # fmt: skip
    """`row`: the record's verdict, `tariff`: None when it is not known, `back`: the pagination of
    the correction that takes the bill back, `key`: the public one, `fingerprint`: its SHA-256.

    Lines are shown only of what the device signed, and what they come to only once it is proven.
    """
    signed = row.verdict.signature_ok
    cost = bill.cost if bill.is_priced and signed else None
    proven = tariff if row.price and row.price.proven else None
    found = sums.of(cost, proven) if cost and proven else None
    currency = cost["cur"] if cost else ""
    return Receipt(
        _file_name(bill),
        "Charging receipt" if bill.corrects is None else "Correction of a charging receipt",
        _sender(operator), _payable(bill, signed), currency,
        _facts(bill, tariff, operator),
        figures.lines(cost, proven) if cost else [],
        figures.steps(found, currency), figures.vat(found, currency),
        [clean(note) for note in _notes(bill, back)],
        _verdict(row, fingerprint), not row.findings and row.state == "verified",
        bill.message.text, key,
    )  # fmt: skip


def _file_name(bill: Bill) -> str:
    """Made of a device's name that anybody may have written."""
    return f"{_ODD_LETTERS.sub('_', bill.device)[:_MOST_LETTERS]}-T{bill.pagination}"


def _payable(bill: Bill, signed: bool) -> str:
    if not signed:
        return "unknown"
    if bill.cost is None or not bill.is_priced:
        return "nothing to pay" if bill.cost else "no price"
    return words.amount(bill.cost["pay"], bill.cost["cur"])


def _notes(bill: Bill, back: int | None) -> list[str]:
    notes = [words.flag(name) for name in bill.flags]
    if bill.corrects is not None:
        said = bill.payload.get("UC")
        reason = f"Reason: {said}." if said else "No reason is given."
        notes.insert(0, f"This takes back the bill of record T{bill.corrects}. {reason}")
    if back is not None:
        notes.insert(0, f"This bill was taken back by record T{back}.")
    return notes


def _sender(operator: Operator) -> list[str]:
    found = [operator.name, *operator.address]
    if operator.vat_number:
        found.append(f"VAT number {operator.vat_number}")
    return [clean(text) for text in found if text]


def _facts(bill: Bill, tariff: Tariff | None, operator: Operator) -> list[tuple[str, str]]:
    head, seconds = bill.payload, bill.seconds()
    meter = " ".join(str(head[key]) for key in ("MV", "MM") if head.get(key))
    # what a reader subtracts is the duration
    end_ms = bill.begin.utc_ms // 1000 * 1000 + bill.duration_s * 1000
    ended = _ENDS.get(bill.end.tx, "")
    rows = [
        ("Record", f"T{bill.pagination} of device {bill.device}"),
        ("Session", bill.session),
        ("Place", _place(head, operator)),
        ("Charge point", " ".join(str(head[key]) for key in ("CT", "CI") if head.get(key))),
        ("Meter", f"{meter}, serial number {head.get('MS', '')}"),
        ("Begin", _moment(bill.begin.utc_ms, bill.begin.time_state, tariff)),
        ("End", _moment(end_ms, bill.end.time_state, tariff, bill.begin.time_state)),
        ("Ended", ended),
        ("Duration", words.duration(bill.duration_s)),
        ("Charging", words.duration(seconds["C"])),
        ("Parking, no demand", words.duration(seconds["P"])),
        ("Suspended by the charger", words.duration(seconds["S"]) if seconds["S"] else ""),
        ("Register at the begin", _register(bill.begin_wh)),
        ("Register at the end", _register(bill.end_wh)),
        ("Energy" if bill.corrects is None else "Energy taken back", _register(bill.energy_wh)),
        ("Tariff", tariffs.name(tariff) if tariff else bill.tariff_hash[:16]),
    ]
    return [(name, clean(value)) for name, value in rows if value]


def _place(head: dict, operator: Operator) -> str:
    """By what was signed: the EVSE's id, or the connector of one without."""
    name = str(head.get("CI", ""))
    last = name.split(" ")[-1] if head.get("CT") == "CBIDC" else ""
    return operator.places.get(name) or operator.places.get(last, "")


def _moment(utc_ms: int, state: str, tariff: Tariff | None, begin: str = "") -> str:
    """`begin`: the state of what a relative time counts from."""
    state, shown = begin if state == "R" else state, local_time.text(utc_ms, tariff)
    if state == "U":
        return f"not known; the clock showed {shown}"
    return shown + ("" if state == "S" else ", by a clock that was not synchronised")


def _register(wh: int) -> str:
    return words.kwh(1000 * wh)


def _verdict(row: Row, fingerprint: str) -> list[str]:
    signature = "good" if row.verdict.signature_ok else "NOT GOOD"
    said = [f"Signature {signature}, key {fingerprint[:16]}."]
    said += [findings.sentence(name) for name in row.findings]
    price = row.price
    if price and price.proven is None:
        said.append("The tariff is not at hand, so the price was NOT computed again.")
    elif price and price.proven and price.text != "none":
        said.append("Price computed again from the signed readings: equal.")
    return said
