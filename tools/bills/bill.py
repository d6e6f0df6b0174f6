"""A closing record in parts that a bill is made of; believes no envelope, verifies nothing."""

import json
from dataclasses import dataclass
from typing import Any

from tools.verify.source import Message
from wattseal.core import ocmf
from wattseal.core.entry import Entry

STATES = {"C": "charging", "P": "parking", "S": "suspended"}


class BillFault(Exception):
    """The record holds no bill; the argument says what it lacks, in words."""


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

    def seconds(self) -> dict[str, int]:
        """Of each of STATES, by the segments; they add up to the session's duration."""
        end_s = max(self.rows[-1][0], (self.end.utc_ms - self.begin.utc_ms + 500) // 1000)
        found = dict.fromkeys(STATES, 0)
        ends_s = [row[0] for row in self.rows[1:]] + [end_s]
        for (offset_s, _, state), until_s in zip(self.rows, ends_s, strict=True):
            found[state] += until_s - offset_s
        return found


def of(message: Message) -> Bill:
    """BillFault for what is no closing record of ours."""
    try:
        payload = json.loads(ocmf.split(message.text)[0])
        entries = [_entry(reading) for reading in payload["RD"]]
        rows, cost, corrects = payload["XS"], payload.get("XC"), payload.get("UR")
        _check(payload, entries, rows, cost, corrects)
    except (ocmf.OcmfError, ValueError, LookupError, TypeError, AttributeError) as fault:
        raise BillFault(f"T{message.pagination} has no readings and segments of ours") from fault
    return Bill(message, payload, entries, rows, cost, corrects)


def _entry(reading: dict[str, Any]) -> Entry:
    utc_ms, state = ocmf.parse_time(reading["TM"])
    energy_wh = reading.get("RV")
    return Entry(utc_ms, state, reading["TX"], energy_wh, reading["EF"], reading["ST"])


def _check(payload: dict, entries: list[Entry], rows: Any, cost: Any, corrects: Any) -> None:
    """ValueError, TypeError."""
    for entry in (entries[0], entries[-1]):
        _wh(entry)
    whole = all(type(row[0]) is int and type(row[1]) is int and row[2] in STATES for row in rows)
    good = (
        len(entries) > 1 and rows and rows[0][0] == 0 and whole and isinstance(payload["GS"], str)
    )
    if not good or not isinstance(cost, dict | None) or type(corrects) not in (int, type(None)):
        raise ValueError


def _wh(entry: Entry) -> int:
    if type(entry.energy_wh) is not int:
        raise TypeError("a bill begins and ends with a register's value")
    return entry.energy_wh
