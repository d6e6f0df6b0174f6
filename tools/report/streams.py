"""Reads the `load` and `stat` messages of a records.jsonl; passes over everything else unread.

A message may come twice; the one that came last counts. What no device sends is counted.
"""

import datetime
import json
from dataclasses import dataclass, field
from pathlib import Path

from tools.bills.command import CommandFault

QUARTER_S = 900
_ENDED_MIN = 5  # what the last bucket of a stay has
_MOST_WH, _MOST_KW, _MOST = 10**8, 10**5, 10**12


@dataclass(frozen=True)
class Bucket:
    """A quarter-hour of a connector. `stay`: equal for those that may be of one car."""

    connector: tuple[str, int]
    quarter: int  # UTC seconds // 900
    wh: int
    kw: int
    occ_min: int
    idle_min: int
    stay: int


@dataclass(frozen=True)
class Cell:
    """Of a month; `hours`: local, of the stays' begins; None for the rest."""

    day: str
    hours: tuple[int, int] | None
    count: int
    wh: int
    occ_min: int


@dataclass
class Streams:
    """`months`: their cells by device and month, empty where a device says that it had too few."""

    buckets: list[Bucket] = field(default_factory=list)
    months: dict[tuple[str, str], list[Cell]] = field(default_factory=dict)
    ignored: int = 0


def read(path: Path) -> Streams:
    """CommandFault."""
    found, last = Streams(), {}
    try:
        with path.open(encoding="utf-8") as file:
            for line in file:
                _take(line, found, last)
    except OSError as fault:
        raise CommandFault(f"{path} cannot be read ({fault.strerror}); name another") from fault
    except UnicodeDecodeError as fault:
        raise CommandFault(f"{path} is no text; give a records.jsonl") from fault
    found.buckets = _numbered(last)
    if not found.buckets and not found.months:
        raise CommandFault(
            f"{path} holds no `load` and no `stat` message; were statistics switched on?"
        )
    return found


def _take(line: str, found: Streams, last: dict) -> None:
    try:
        row = json.loads(line)
        _, _, device, stream, *rest = row["topic"].split("/")
        if stream == "load":
            connector = (device, int(rest[0]))
            quarter, *values = _bucket(json.loads(row["payload"]))
            last[connector, quarter] = values
        elif stream == "stat" and not rest:
            message = json.loads(row["payload"])
            found.months[device, _month(message["month"])] = _cells(message)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
        found.ignored += 1


def _bucket(message: dict) -> tuple[int, int, int, int, int]:
    at = datetime.datetime.fromisoformat(message["q"])
    quarter, beyond = divmod(int(at.timestamp()), QUARTER_S)
    if at.utcoffset() or beyond or message["v"] != 1:
        raise ValueError
    limits = {"wh": _MOST_WH, "kw": _MOST_KW, "occ_min": 15, "idle_min": 15}
    wh, kw, occ_min, idle_min = [_whole(message[name], most) for name, most in limits.items()]
    if idle_min > occ_min:
        raise ValueError
    return quarter, wh, kw, occ_min, idle_min


def _cells(message: dict) -> list[Cell]:
    if message["v"] != 1:
        raise ValueError
    if message.get("few") is True:
        return []
    found = []
    for cell in message["cells"]:
        day, hours = cell["day"], (_whole(cell["from"], 23), _whole(cell["to"], 24))
        if day not in ("workday", "weekend") or hours[0] >= hours[1]:
            raise ValueError
        found.append(Cell(day, hours, *_sums(cell)))
    return [*found, Cell("", None, *_sums(message["rest"]))]


def _sums(cell: dict) -> tuple[int, int, int]:
    return _whole(cell["n"], _MOST), _whole(cell["wh"], _MOST), _whole(cell["occ_min"], _MOST)


def _month(text: str) -> str:
    return datetime.date.fromisoformat(text + "-01").isoformat()[:7]


def _whole(value: object, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise ValueError
    return value


def _numbered(last: dict) -> list[Bucket]:
    """Neighbours may be of one stay, unless the first of the two is one's last: never too many."""
    found: list[Bucket] = []
    stay = 0
    for (connector, quarter), values in sorted(last.items()):
        before = found[-1] if found else None
        goes_on = before and (before.connector, before.quarter + 1) == (connector, quarter)
        if not (goes_on and before and before.occ_min != _ENDED_MIN):
            stay += 1
        found.append(Bucket(connector, quarter, *values, stay=stay))
    return found
