"""What a record costs against what it must: findings by name; judges no signature and no form."""

import json
from dataclasses import dataclass
from itertools import pairwise

from tools.bills import recompute, words
from tools.bills.bill import Bill, BillFault, of
from tools.bills.tariffs import Tariffs
from tools.verify import gson
from tools.verify.source import Message
from wattseal.core.pricing import tariff_text
from wattseal.core.pricing.session_price import PricingError
from wattseal.core.pricing.tariff import Tariff

PARTS = ("cur", "flags", "gross", "lim", "lines", "net", "pay", "th", "vat")


@dataclass(frozen=True)
class Price:
    """`text`: the amount payable, or that there is none. `proven`: it was computed anew, and is
    equal; None when its tariff is not known, and nobody can say."""

    text: str
    proven: bool | None
    findings: tuple[str, ...] = ()


def price(message: Message, tariffs: Tariffs) -> Price | None:
    """None for a record that has none, and whose session never had a tariff."""
    if message.kind not in ("session", "correction"):
        return None
    try:
        bill = of(message)
    except BillFault as fault:
        return Price("", False, (fault.name,)) if _says_more(message.text) else None
    if bill.cost is None:
        return Price("", False, ("price_missing",)) if bill.payload.get("TT") else None
    if not bill.is_priced:
        known = set(bill.flags) <= set(words.FLAGS)
        return Price("none", True) if known else Price("none", False, ("price_form",))
    text = words.amount(bill.cost["pay"], bill.cost["cur"])
    tariff = tariffs.of(bill.tariff_hash)
    if tariff is None:
        if bill.tariff_hash in tariffs.swapped:
            return Price(text, False, ("tariff_swapped",))
        return Price(text, False, ("tariff_other",)) if tariffs.named else Price(text, None)
    found = tuple(_findings(bill, tariff))
    return Price(text, not found, found)


def _says_more(text: str) -> bool:
    """It has what records of ours have, though not in their form."""
    try:
        return any(key in gson.strict(text.split("|")[1]) for key in ("XC", "XS", "TT", "UR"))
    except (gson.NotReadable, LookupError):
        return False


def price_of_text(text: str, tariffs: Tariffs) -> Price | None:
    """Of a record without its message."""
    kind = "correction" if '"UR":' in text else "session"
    return price(Message(1, text, "", 0, kind, 0, "", "", text), tariffs)


def _findings(bill: Bill, tariff: Tariff) -> list[str]:
    try:
        made = recompute.cost(bill, tariff)
    except PricingError:
        return ["price_impossible"]
    found = [f"price_{key}" for key in PARTS if (bill.cost or {}).get(key) != made.get(key)]
    if bill.payload.get("TT") != tariff_text.heading(tariff):
        found.append("tariff_text")
    if not found:
        written = '"XC":' + json.dumps(made, sort_keys=True, separators=(",", ":"))
        if written not in bill.message.text:
            found.append("price_bytes")
    return found


def corrections(bills: list[Bill], present: set[int]) -> dict[int, list[str]]:
    """By pagination: what is wrong with records that take others back. `present`: every
    pagination that is there."""
    own = {bill.pagination: bill for bill in bills if bill.corrects is None}
    found: dict[int, list[str]] = {}
    done: set[int] = set()
    for bill in sorted(bills, key=lambda each: each.pagination):
        faults = found.setdefault(bill.pagination, [])
        if (bill.corrects is not None) != (bill.message.kind == "correction"):
            faults.append("correction_kind")
        if bill.corrects is None:
            continue
        if bill.corrects in done:
            faults.append("corrected_twice")
        done.add(bill.corrects)
        if bill.corrects in own:
            faults += _against(own[bill.corrects], bill)
        elif bill.corrects in present:
            faults.append("correction_of_none")
    return found


def _against(own: Bill, back: Bill) -> list[str]:
    same = all(own.payload.get(key) == back.payload.get(key) for key in ("RD", "XS", "GS", "MS"))
    same = same and own.session == back.session and own.pagination < back.pagination
    negated = same and own.is_priced and back.cost == recompute.negated(own.cost or {})
    return [] if negated else ["correction_differs"]


def envelopes(bills: list[Bill], good: set[int]) -> dict[int, list[str]]:
    """By pagination: what the unsigned message says against the signed record. `good`: those
    that keep our rules: the device bills each of them."""
    found: dict[int, list[str]] = {}
    for bill in bills:
        kind, place = bill.message.kind, bill.payload.get("CI")
        faults = found.setdefault(bill.pagination, [])
        if kind == "not_billable" and bill.pagination in good:
            faults.append("envelope_kind")
        told = bill.message.connector if bill.payload.get("CT") == "CBIDC" else 0
        if told and str(place).split(" ")[-1] != str(told):
            faults.append("envelope_connector")
        if kind in ("session", "correction") and bill.energy_wh != sum(r[1] for r in bill.rows):
            faults.append("segments_energy")
    return found


def registers(bills: list[Bill]) -> tuple[dict[int, list[str]], dict[str, int]]:
    """(by pagination: a register below where the session before it ended, by meter: the Wh that
    no session has). `bills`: sessions of one device, billable or not, in order."""
    found: dict[int, list[str]] = {}
    between_wh: dict[str, int] = {}
    for serial in dict.fromkeys(bill.payload.get("MS") for bill in bills):
        sessions = [b for b in bills if b.payload.get("MS") == serial and b.corrects is None]
        for earlier, later in pairwise(sessions):
            gap_wh = later.begin_wh - earlier.end_wh
            if gap_wh < 0:
                found[later.pagination] = ["register_back"]
            else:
                between_wh[str(serial)] = between_wh.get(str(serial), 0) + gap_wh
    return found, between_wh
