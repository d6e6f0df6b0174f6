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


def _price(record: Stored) -> str:
    cost = json.loads(record.ocmf.split("|")[1]).get("XC", {})
    return f"  {words.amount(cost['pay'], cost['cur']):>10}" if "pay" in cost else ""


def _minutes(record: Stored) -> str:
    readings = json.loads(record.ocmf.split("|")[1])["RD"]
    begin, end = (_time(readings[at]["TM"]) for at in (0, -1))
    return f"{(end - begin).total_seconds() / 60:5.1f} min"


def _time(tm: str) -> datetime.datetime:
    return datetime.datetime.strptime(tm[:28], "%Y-%m-%dT%H:%M:%S,%f%z")
