"""A closing record in parts that a bill is made of; believes no envelope, verifies nothing."""

import json
import re
from dataclasses import dataclass
from typing import Any

from tools.verify.source import Message
from wattseal.core import ocmf
from wattseal.core.entry import Entry

STATES = {"C": "charging", "P": "parking", "S": "suspended"}


# Beyond, no session of ours is: what somebody else signed must not keep us busy.
_MOST_MS = 400 * 86_400_000
_LAST_MS = 4_102_444_800_000  # 2100
_MOST_WH = 10**9
_COST = ("cur", "flags", "gross", "lim", "lines", "net", "pay", "th", "vat")
_CURRENCY = re.compile("[A-Z]{3}")
_LIMITS = ("", "min", "max")
_MOST_E4 = 10**15


class BillFault(Exception):
    """The record holds no bill; the argument says what it lacks, `name` is the finding's."""

    def __init__(self, sentence: str, name: str) -> None:
        super().__init__(sentence)
        self.name = name


@dataclass(frozen=True)
class Bill:
    """`entries`: RD. `rows`: XS, each [offset in s, Wh, state]. `cost`: XC, None without a price.

    `corrects`: the pagination of the record that this one takes back, None for a session's own.
    Amounts of `cost` are in 1/10000 of its currency, as wattseal.core.pricing.cost has them.
    """

    message: Message
    payload: dict[str, Any]
    entries: list[Entry]
    rows: list[list[Any]]
    cost: dict[str, Any] | None
    corrects: int | None

    @property
    def device(self) -> str:
        return self.payload["GS"]

    @property
    def pagination(self) -> int:
        return self.message.pagination

    @property
    def session(self) -> str:
        return self.message.session

    @property
    def begin(self) -> Entry:
        return self.entries[0]

    @property
    def end(self) -> Entry:
        return self.entries[-1]

    @property
    def begin_wh(self) -> int:
        return _wh(self.begin)

    @property
    def end_wh(self) -> int:
        return _wh(self.end)

    @property
    def energy_wh(self) -> int:
        return self.end_wh - self.begin_wh

    @property
    def is_priced(self) -> bool:
        """It has an amount payable; a cost of flags alone says why it has none."""
        return self.cost is not None and "pay" in self.cost

    @property
    def tariff_hash(self) -> str:
        return self.cost.get("th", "") if self.cost else ""

    @property
    def flags(self) -> list[str]:
        return self.cost.get("flags", []) if self.cost else []

    @property
    def is_timed(self) -> bool:
        """An end that counts from a begin of unknown time is unknown, too."""
        begin, end = self.begin.time_state, self.end.time_state
        return end != "U" and not (begin == "U" and end == "R")

    @property
    def duration_s(self) -> int:
        """To the nearest second, as the segments count."""
        return (self.end.utc_ms - self.begin.utc_ms + 500) // 1000

    def seconds(self) -> dict[str, int]:
        """Of each of STATES, by the segments; they add up to the session's duration."""
        end_s = max(self.rows[-1][0], self.duration_s)
        found = dict.fromkeys(STATES, 0)
        ends_s = [row[0] for row in self.rows[1:]] + [end_s]
        for (offset_s, _, state), until_s in zip(self.rows, ends_s, strict=True):
            found[state] += until_s - offset_s
        return found


def of(message: Message) -> Bill:
    """BillFault for what is no closing record of ours."""
    try:
        message.text.encode()
    except UnicodeEncodeError as fault:
        raise BillFault(f"T{message.pagination} holds half a character", "bill_form") from fault
    try:
        payload = json.loads(ocmf.split(message.text)[0])
        entries = [_entry(reading) for reading in payload["RD"]]
        rows, cost, corrects = payload["XS"], payload.get("XC"), payload.get("UR")
        _check(payload, entries, rows, corrects)
    except _ODD as fault:
        sentence = f"T{message.pagination} has no readings and segments of ours"
        raise BillFault(sentence, "bill_form") from fault
    if cost is not None and not _is_cost(cost):
        raise BillFault(f"T{message.pagination} has a price of another form", "price_form")
    return Bill(message, payload, entries, rows, cost, corrects)


_ODD = (
    ocmf.OcmfError, ValueError, LookupError, TypeError, AttributeError, RecursionError,
    OverflowError,
)  # fmt: skip


def _entry(reading: dict[str, Any]) -> Entry:
    utc_ms, state = ocmf.parse_time(reading["TM"])
    texts = (reading["TX"], reading["EF"], reading["ST"])
    if not all(isinstance(text, str) for text in texts) or not 0 <= utc_ms < _LAST_MS:
        raise ValueError
    return Entry(utc_ms, state, texts[0], reading.get("RV"), texts[1], texts[2])


def _check(payload: dict, entries: list[Entry], rows: Any, corrects: Any) -> None:
    """ValueError, TypeError."""
    lasting_ms = entries[-1].utc_ms - entries[0].utc_ms
    offsets = [row[0] for row in rows]
    good = (
        len(entries) > 1 and 0 <= lasting_ms <= _MOST_MS
        and all(type(entry.energy_wh) is int for entry in (entries[0], entries[-1]))
        and len(rows) > 0 and all(_is_segment(row) for row in rows)
        and offsets[0] == 0 and offsets == sorted(offsets)
        and offsets[-1] * 1000 <= lasting_ms + 1000
        and isinstance(payload["GS"], str)
        and (corrects is None or (type(corrects) is int and corrects > 0))
    )  # fmt: skip
    if not good:
        raise ValueError


def _is_segment(row: Any) -> bool:
    offset_s, wh, state = row
    return (
        type(offset_s) is int and type(wh) is int and abs(wh) < _MOST_WH and state in STATES
    )  # fmt: skip


def _is_cost(cost: Any) -> bool:
    """Of flags alone, or whole."""
    if not isinstance(cost, dict) or not _are_texts(cost.get("flags")):
        return False
    if set(cost) == {"flags"}:
        return bool(cost["flags"])
    return (
        sorted(cost) == sorted(_COST)
        and all(_is_number(cost[key]) for key in ("net", "gross", "pay"))
        and isinstance(cost["cur"], str) and bool(_CURRENCY.fullmatch(cost["cur"]))
        and isinstance(cost["th"], str) and cost["lim"] in _LIMITS
        and isinstance(cost["lines"], list) and all(_is_line(row) for row in cost["lines"])
        and isinstance(cost["vat"], list) and all(_is_vat(row) for row in cost["vat"])
    )  # fmt: skip


def _is_line(row: Any) -> bool:
    """[element, dimension, quantity, price, amount], behind that another tariff's number."""
    return (
        isinstance(row, list) and len(row) in (5, 6) and row[1] in ("E", "T", "P", "F")
        and all(_is_number(value) for at, value in enumerate(row) if at != 1)
    )  # fmt: skip


def _is_vat(row: Any) -> bool:
    """[rate, amount]"""
    return isinstance(row, list) and len(row) == 2 and all(_is_number(value) for value in row)


def _is_number(value: Any) -> bool:
    return type(value) is int and abs(value) < _MOST_E4


def _are_texts(values: Any) -> bool:
    return isinstance(values, list) and all(isinstance(value, str) for value in values)


def _wh(entry: Entry) -> int:
    assert entry.energy_wh is not None  # `of` has looked
    return entry.energy_wh
