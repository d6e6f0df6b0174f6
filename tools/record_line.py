"""One record, alarm or value as a person reads it, in a run's view and a receiver's."""

import datetime
import json

from rich.text import Text

from tools.bills import words
from tools.run_summary import energy_wh
from tools.stored import Stored

_STATES = {
    "idle": "free", "B": "begun", "C": "charging", "P": "parking", "S": "suspended", "E": "ended",
}  # fmt: skip
_MOST = 10**12  # W and Wh; more is nonsense, and may be more than a float holds


def alarm(text: str) -> Text:
    return Text(f"ALARM {text}", "bold red")


def line(record: Stored) -> Text:
    text = Text(f"T{record.pagination:<4} connector {record.connector}  {record.kind:<12} ")
    if record.ok:
        text.append("verified", "green")
        if record.kind == "session":
            text.append(f"  {energy_wh(record):>7,} Wh  {_minutes(record)}{_price(record)}")
    else:
        text.append("NOT VERIFIED: " + ", ".join(record.findings), "bold red")
    return text


def state(letter: object) -> str:
    return _STATES.get(letter, "?") if isinstance(letter, str) else "?"


def kilo(value: object, unit: str) -> str:
    """Anybody may have sent the value."""
    if value is None:
        return ""
    return f"{value / 1000:,.2f} {unit}" if type(value) is int and abs(value) < _MOST else "?"


def cost(record: Stored) -> tuple[int, str] | None:
    """(what is to pay in 1/10000, currency); None of one that has no price. Its device alone
    vouches for it: no rule of OCMF is about it."""
    told = json.loads(record.ocmf.split("|")[1]).get("XC")
    pay, currency = (told.get("pay"), told.get("cur")) if isinstance(told, dict) else (0, 0)
    return (pay, currency) if type(pay) is int and isinstance(currency, str) else None


def _price(record: Stored) -> str:
    price = cost(record)
    return f"  {words.amount(*price):>10}" if price else ""


def _minutes(record: Stored) -> str:
    readings = json.loads(record.ocmf.split("|")[1])["RD"]
    begin, end = (_time(readings[at]["TM"]) for at in (0, -1))
    return f"{(end - begin).total_seconds() / 60:5.1f} min"


def _time(tm: str) -> datetime.datetime:
    return datetime.datetime.strptime(tm[:28], "%Y-%m-%dT%H:%M:%S,%f%z")
