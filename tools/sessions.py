"""Reads charging sessions from CSV and moves them to after the firmware's build; plans no time."""

import csv
import datetime
from dataclasses import dataclass
from pathlib import Path

import zoneinfo

ZONE = zoneinfo.ZoneInfo("Europe/Zurich")
COLUMNS = ("session", "plug", "arrival", "departure", "energy_wh", "p_max_w")
DEFAULT = Path(__file__).with_name("sessions.csv")
_EPOCH = datetime.datetime.fromtimestamp(0, datetime.UTC)
_MS = datetime.timedelta(milliseconds=1)
_YEARS = range(1970, 2100)  # what may be shifted, and added to, without leaving the calendar
_MOST = 1e7  # Wh and W
_SHOWN = 40  # characters of a value that is quoted in a sentence


class SessionsError(Exception):
    """The file cannot be used; the argument is one sentence."""


class _Unusable(Exception):
    """A line that is no session; the argument says why and what to write."""


@dataclass(frozen=True)
class Session:
    """One charging session; times in UTC milliseconds, connector from 1 in order of appearance."""

    name: str
    connector: int
    arrival_ms: int
    departure_ms: int
    energy_wh: float
    p_max_w: int


@dataclass(frozen=True)
class _Row:
    """A session as written, its arrival in ZONE. The time on the wall may jump in a session: it
    lasts what the file's two times differ by, whatever ZONE's clocks do meanwhile."""

    name: str
    connector: int
    arrival: datetime.datetime
    stay: datetime.timedelta
    energy_wh: float
    p_max_w: int

    def shifted(self, by: datetime.timedelta) -> Session:
        # adding forgets which of autumn's two equal hours it was
        arrival = (self.arrival + by).replace(fold=self.arrival.fold)
        arrival_ms = (arrival - _EPOCH) // _MS
        departure_ms = arrival_ms + self.stay // _MS
        return Session(
            self.name, self.connector, arrival_ms, departure_ms, self.energy_wh, self.p_max_w
        )


def load(path: Path, count: int | None, not_before: datetime.date) -> list[Session]:
    """The first `count` sessions, shifted by whole weeks to after `not_before`. SessionsError."""
    plugs: dict[str, int] = {}
    rows = []
    for number, fields in _read(path)[: count or None]:
        try:
            rows.append(_row(fields, plugs))
        except _Unusable as fault:
            raise SessionsError(f"{path} line {number}: {fault}") from fault
    first = min(row.arrival.date() for row in rows)
    weeks = max(0, -(-((not_before - first).days + 1) // 7))
    sessions = [row.shifted(datetime.timedelta(weeks=weeks)) for row in rows]
    sessions.sort(key=lambda s: s.arrival_ms)
    _check_free(path, sessions)
    return sessions


def _read(path: Path) -> list[tuple[int, dict]]:
    """(line, fields) of each session, one at least; a byte order mark, as Excel writes it, is
    skipped. SessionsError."""
    try:
        with open(path, newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            rows = [(reader.line_num, fields) for fields in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        why = getattr(fault, "strerror", None) or fault
        raise SessionsError(f"{path} cannot be read as CSV: {why}; name another") from fault
    if not rows:
        raise SessionsError(f"{path} holds no sessions; the first line must name the columns")
    missing = [c for c in COLUMNS if c not in (reader.fieldnames or ())]
    if missing:
        raise SessionsError(
            f"{path} has no column {', '.join(missing)}; it needs {', '.join(COLUMNS)}"
        )
    return rows


def _row(fields: dict, plugs: dict[str, int]) -> _Row:
    """_Unusable. `plugs`: the connectors so far, which a new plug extends."""
    absent = [c for c in COLUMNS if fields[c] is None]
    if absent:
        raise _Unusable(f"{absent[0]} is missing; write one value for each column")
    arrival, departure = _time(fields, "arrival"), _time(fields, "departure")
    if (arrival.tzinfo is None) != (departure.tzinfo is None):
        raise _Unusable("only one of arrival and departure has a UTC offset; write both or none")
    if departure <= arrival:
        raise _Unusable("departure is not after arrival; exchange or correct them")
    energy_wh = _number(fields, "energy_wh", 0)
    p_max_w = int(_number(fields, "p_max_w", 1))
    local = arrival.astimezone(ZONE) if arrival.tzinfo else arrival.replace(tzinfo=ZONE)
    connector = plugs.setdefault(fields["plug"], len(plugs) + 1)
    return _Row(fields["session"], connector, local, departure - arrival, energy_wh, p_max_w)


def _time(fields: dict, column: str) -> datetime.datetime:
    """With a time zone only when there is an offset in the file. _Unusable."""
    text = fields[column]
    try:
        time = datetime.datetime.fromisoformat(text)
    except ValueError as fault:
        raise _Unusable(f"{column} {_quoted(text)} is no time; write YYYY-MM-DDThh:mm") from fault
    if time.year not in _YEARS:
        raise _Unusable(
            f"{column} {_quoted(text)} is out of range; use the years {_YEARS[0]} to {_YEARS[-1]}"
        )
    return time


def _number(fields: dict, column: str, least: int) -> float:
    """_Unusable."""
    text = fields[column]
    try:
        number = float(text)
    except ValueError as fault:
        raise _Unusable(f"{column} {_quoted(text)} is no number; write digits alone") from fault
    if not least <= number < _MOST:  # nor is NaN
        raise _Unusable(
            f"{column} {_quoted(text)} is out of range; "
            f"write {least} or more, and less than {_MOST:.0f}"
        )
    return number


def _check_free(path: Path, sessions: list[Session]) -> None:
    """`sessions` in order of arrival. SessionsError when two share a connector at any time."""
    free_from: dict[int, int] = {}
    for s in sessions:
        if s.arrival_ms < free_from.get(s.connector, 0):
            raise SessionsError(
                f"{path}: session {_quoted(s.name)} arrives while its connector is occupied; "
                "remove one of the two"
            )
        free_from[s.connector] = s.departure_ms


def _quoted(text: str) -> str:
    """On one line, and not too long for a sentence."""
    return repr(text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "...")
