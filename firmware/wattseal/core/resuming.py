"""An open session from what a checkpoint kept of it, to be ended; imported late, seldom needed."""

from micropython import const

from wattseal.core.entry import Entry
from wattseal.core.segments import STATES, SUSPENDED, Segments
from wattseal.core.session import ENDS, Session, SessionError

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any

_MOST_S = const(0xFFFFFFFF)
_MOST_WH = 1 << 62


class _Begin:
    """The begin reading as a checkpoint kept it."""

    def __init__(self, entry: "Entry") -> None:
        self.energy_wh: Any = entry.energy_wh
        self.at_ms = None  # ticks of another boot
        self.utc_ms, self.time_state = entry.utc_ms, entry.time_state


def resume(snapshot: "list[Any]") -> Session:
    """The open session of a `Session.snapshot`. Raises SessionError."""
    try:
        session_id, connector, ef, rows, finished = snapshot[:5]
        opened = snapshot[5] if snapshot[5:] else None
        tariff_text = snapshot[6] if snapshot[6:] else ""
        entries = [Entry(*row) for row in rows]
        newest_s = (entries[-1].utc_ms - entries[0].utc_ms + 500) // 1000  # as Session counts
        segments = restored(entries[0].energy_wh, finished, opened, newest_s)
    except (TypeError, ValueError, IndexError):
        raise SessionError("this is no snapshot of a session")
    is_open = entries[0].tx == "B" and entries[-1].tx not in ENDS
    if not is_open or not isinstance(tariff_text, str):
        raise SessionError("this is no snapshot of an open session")
    session = Session(session_id, connector, _Begin(entries[0]), segments)
    session.entries = entries
    session.ef = ef
    session.tariff_text = tariff_text
    return session


def restored(
    begin_wh: "Any", rows: "list[Any]", opened: "list[Any] | None", newest_s: int
) -> Segments:
    """The segments that `rows` listed, and the one that was open. TypeError, ValueError.

    That one becomes SUSPENDED: how long the car went on nobody knows, and no price may count the
    time without power. `opened` is None in a checkpoint of 0.1: it began where the finished ones
    end, at `newest_s` or a little later.
    """
    segments = Segments(begin_wh)
    last_s, from_wh = -1, begin_wh
    for offset_s, wh, state in rows:
        _check(offset_s, wh, state)
        segments.append(offset_s, wh, state)
        last_s, from_wh = offset_s, from_wh + wh
    if opened is None:
        opened = [max(newest_s, last_s + 1) if rows else 0, from_wh, SUSPENDED]
    segments.from_s, segments.from_wh, state = opened
    _check(segments.from_s, segments.from_wh, SUSPENDED if state == "" else state)
    segments.state = SUSPENDED
    return segments


def _check(offset_s: "Any", wh: "Any", state: "Any") -> None:
    """ValueError, TypeError for what no segment has."""
    known = isinstance(offset_s, int) and isinstance(wh, int) and state in STATES
    if not known or not 0 <= offset_s <= _MOST_S or not -_MOST_WH <= wh <= _MOST_WH:
        raise ValueError("this is no segment")
