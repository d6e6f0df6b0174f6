"""Reads charging sessions from CSV and moves them to after the firmware's build; plans no time."""

import csv
import datetime
from dataclasses import dataclass
from pathlib import Path

import zoneinfo

ZONE = zoneinfo.ZoneInfo("Europe/Zurich")
COLUMNS = ("session", "plug", "arrival", "departure", "energy_wh", "p_max_w")
DEFAULT = Path(__file__).with_name("sessions.csv")


class SessionsError(Exception):
    """The file cannot be used; the argument is one sentence."""


@dataclass(frozen=True)
class Session:
    """One charging session; times in UTC milliseconds, connector from 1 in order of appearance."""

    name: str
    connector: int
    arrival_ms: int
    departure_ms: int
    energy_wh: float
    p_max_w: int


def load(path: Path, count: int | None, not_before: datetime.date) -> list[Session]:
    """The first `count` sessions, shifted by whole weeks to after `not_before`. SessionsError."""
    try:
        with open(path, newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        raise SessionsError(f"{path} cannot be read as CSV: {_reason(fault)}") from fault
    missing = [c for c in COLUMNS if not rows or rows[0].get(c) is None]
    if missing:
        raise SessionsError(
            f"{path} has no column {', '.join(missing)}; it needs {', '.join(COLUMNS)}"
            if rows
            else f"{path} holds no sessions; the first line must name the columns"
        )
    rows = rows[:count] if count else rows
    plugs: dict[str, int] = {}
    parsed = []
    for number, row in enumerate(rows, 2):
        try:
            plug = plugs.setdefault(row["plug"], len(plugs) + 1)
            arrival = datetime.datetime.fromisoformat(row["arrival"])
            departure = datetime.datetime.fromisoformat(row["departure"])
            energy_wh, p_max_w = float(row["energy_wh"]), int(float(row["p_max_w"]))
        except (ValueError, TypeError, KeyError) as fault:
            raise SessionsError(f"{path} line {number}: {_reason(fault)}") from fault
        if departure <= arrival or not 0 <= energy_wh < 1e7 or not 0 < p_max_w < 1e7:
            raise SessionsError(
                f"{path} line {number}: departure, energy_wh or p_max_w is out of range"
            )
        parsed.append((row["session"], plug, arrival, departure, energy_wh, p_max_w))
    return _shifted(path, parsed, not_before)


def _shifted(path: Path, rows: list, not_before: datetime.date) -> list[Session]:
    first = min(row[2] for row in rows).date()
    weeks = max(0, -(-((not_before - first).days + 1) // 7))
    shift = datetime.timedelta(weeks=weeks)
    sessions = [
        Session(name, plug, _utc_ms(a + shift), _utc_ms(d + shift), energy, p_max)
        for name, plug, a, d, energy, p_max in rows
    ]
    sessions.sort(key=lambda s: s.arrival_ms)
    free_from: dict[int, int] = {}
    for s in sessions:
        if s.arrival_ms < free_from.get(s.connector, 0):
            raise SessionsError(
                f"{path}: session {s.name} arrives while its connector is occupied; "
                "remove one of the two"
            )
        free_from[s.connector] = s.departure_ms
    return sessions


def _utc_ms(local: datetime.datetime) -> int:
    return int(local.replace(tzinfo=ZONE).timestamp() * 1000)


def _reason(fault: Exception) -> str:
    return getattr(fault, "strerror", None) or str(fault)
