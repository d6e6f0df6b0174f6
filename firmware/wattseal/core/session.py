"""The state machine of one charging session: readings and inputs in, OCMF entries out.

Knows no meter, no clock and no storage; every method is given what it needs to know. States are
BEGIN (begin reading taken, contactor still open), CHARGING, PARKING (the car asks for nothing),
SUSPENDED (the charger offers nothing) and END.
"""

from micropython import const

from wattseal.core.entry import Entry
from wattseal.core.segments import Segments, restored

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any

    from wattseal.core.reading import BeginReading, Reading

BEGIN = "B"
CHARGING = "C"
PARKING = "P"
SUSPENDED = "S"
END = "E"

# OCMF table 7: how a session may end
ENDS = ("E", "L", "R", "A", "P")
_MAX_ENTRIES = const(12)  # begin + 9 in between + end fit 1,875 bytes; T is never refused
_STEP_MS = const(2000)  # a wall clock that moved more than this against the ticks was set


class SessionError(Exception):
    """A call that the session's state forbids."""


class Session:
    """One session from its begin reading to its one end reading.

    `begin` is a reading (energy_wh, at_ms, utc_ms, time_state) taken after the start was granted.
    """

    def __init__(self, session_id: str, connector: int, begin: "BeginReading") -> None:
        self.session_id = session_id
        self.connector = connector
        self.state = BEGIN
        self.ef = ""  # carried in every entry from the first error on, as OCMF demands
        self.begin_wh = begin.energy_wh
        self._segments = Segments()  # finished ones
        self.entries = [
            Entry(begin.utc_ms, begin.time_state, "B", begin.energy_wh, "", "G"),
        ]
        self._begin_at_ms = begin.at_ms  # None after a restart: these ticks are of another boot
        self._segment_from = (0, begin.energy_wh)
        self._lost = False
        self._newest: Reading | None = None  # good, since the begin, of this boot
        self._noted_wh = 0  # by the boot before this one, behind the newest entry

    @property
    def segments(self) -> "list[list[int | str]]":
        """The finished ones, as the record's XS has them: [offset_s, wh, state]."""
        return self._segments.rows()

    @property
    def newest_wh(self) -> "int | None":
        """The newest good register value; after a restart, the newest that was kept."""
        if self._newest:
            return self._newest.energy_wh
        return max(self._entered_wh(), self._noted_wh)

    def noted(self, wh: int) -> None:
        """After a restart: the register had come so far."""
        self._noted_wh = wh

    def observe(self, reading: "Reading", requesting: bool, offering: bool) -> str:
        """Take one good reading of a running session; returns the new state's letter or ""."""
        if self.state == END:
            raise SessionError("a session that has ended takes no reading")
        self._lost = False
        self._newest = reading
        state = SUSPENDED if not offering else CHARGING if requesting else PARKING
        if state == self.state:
            return ""
        if self.state != BEGIN:
            self._close_segment(reading)
            tx = "C" if state == CHARGING else "S"
            if len(self.entries) < _MAX_ENTRIES - 2:  # room for the end and one error
                self._add(reading, tx)
        self.state = state
        return state

    def meter_lost(self, at_ms: int, utc_ms: int, time_state: str, st: str) -> bool:
        """The meter has been silent too long: from here on the record's time is not usable.

        `st` is the OCMF reading status. The energy stays good, for it is the difference of two
        register values. Returns True when this changed the session.
        """
        if self._lost or self.state == END:
            return False
        self._lost = True
        if self.ef and len(self.entries) >= _MAX_ENTRIES - 1:
            return False  # the flag says it already, and the end needs the room
        self.ef = "t"
        utc_ms, time_state = self._time(at_ms, utc_ms, time_state)
        self.entries.append(Entry(utc_ms, time_state, "X", None, self.ef, st))
        return True

    def register_broken(self, at_ms: int, utc_ms: int, time_state: str, st: str) -> None:
        """No register value from here on belongs to the one that the session began with.

        `st` is the OCMF reading status of the error event. The session can only end without meter.
        """
        self.ef = "Et" if "t" in self.ef else "E"
        utc_ms, time_state = self._time(at_ms, utc_ms, time_state)
        self.entries.append(Entry(utc_ms, time_state, "X", None, self.ef, st))

    def tariff_change(self, reading: "Reading") -> None:
        """A reading taken at a price boundary (TX=T)."""
        self._newest = reading
        self._add(reading, "T")

    def end(self, reading: "Reading", tx: str) -> None:
        """Close the session with its one end reading; `tx` is one of ENDS."""
        self._require_open(tx)
        if tx == "P":
            self.ef = "t"  # OCMF: with a power failure the duration is no longer provable
        else:
            self._close_segment(reading)
        self._add(reading, tx)
        self.state = END

    def end_without_meter(self, tx: str, st: str) -> None:
        """Close a session whose meter cannot be read: the last good value at its own time.

        The entry says so (`st`, EF "Et"), and the record is not billable. Without a reading of
        this boot the newest entry's value stands.
        """
        self._require_open(tx)
        self.ef = "Et"
        if self._newest is None:
            newest = self.entries[-1]
            self.entries.append(
                Entry(newest.utc_ms, newest.time_state, tx, self._entered_wh(), self.ef, st)
            )
        else:
            self._add(self._newest, tx)
            self.entries[-1].st = st
        self.state = END

    def snapshot(self) -> "list[Any]":
        """Plain lists for a checkpoint; `resume` takes them back after a restart."""
        rows = [[e.utc_ms, e.time_state, e.tx, e.energy_wh, e.ef, e.st] for e in self.entries]
        return [self.session_id, self.connector, self.ef, rows, self.segments]

    def _entered_wh(self) -> int:
        return [e.energy_wh for e in self.entries if e.energy_wh is not None][-1]

    def _require_open(self, tx: str) -> None:
        if self.state == END:
            raise SessionError("a session ends once")
        if tx not in ENDS:
            raise SessionError("%r is no OCMF end of a session" % tx)

    def _add(self, reading: "Reading", tx: str) -> None:
        utc_ms, time_state = self._time(reading.at_ms, reading.utc_ms, reading.time_state)
        self.entries.append(Entry(utc_ms, time_state, tx, reading.energy_wh, self.ef, "G"))

    def _close_segment(self, reading: "Reading") -> None:
        if self._begin_at_ms is None or self.state == BEGIN:
            return
        offset_s, from_wh = self._segment_from
        self._segments.append(offset_s, reading.energy_wh - from_wh, self.state)
        elapsed_s = (reading.at_ms - self._begin_at_ms) // 1000
        self._segment_from = (elapsed_s, reading.energy_wh)

    def _time(self, at_ms: int, utc_ms: int, time_state: str) -> "tuple[int, str]":
        """UTC and OCMF time status of a later entry: never before an earlier one.

        One scale for the whole record: the begin plus monotonic ticks, whatever was done to the
        clock meanwhile. It is "S" when both ends were synchronised and the clock agrees with it,
        otherwise "R" (relative: the duration is right).
        """
        begin, newest = self.entries[0], self.entries[-1]
        if self._begin_at_ms is None:  # ticks do not reach over a restart
            if utc_ms < newest.utc_ms:
                return newest.utc_ms, "U"
            return utc_ms, time_state
        elapsed_utc_ms = begin.utc_ms + at_ms - self._begin_at_ms
        synchronised = begin.time_state == "S" and time_state == "S"
        agrees = -_STEP_MS <= utc_ms - elapsed_utc_ms <= _STEP_MS
        return max(elapsed_utc_ms, newest.utc_ms), "S" if synchronised and agrees else "R"


def resume(snapshot: "list[Any]") -> Session:
    """The open session of a `snapshot`, to be ended after a restart. Raises SessionError."""
    try:
        session_id, connector, ef, rows, segments = snapshot
        entries = [Entry(*row) for row in rows]
        segments = restored(segments)
    except (TypeError, ValueError):
        raise SessionError("this is no snapshot of a session")
    if not entries or entries[0].tx != "B" or entries[-1].tx in ENDS:
        raise SessionError("this is no snapshot of an open session")
    begin = _Begin()
    begin.energy_wh, begin.at_ms = entries[0].energy_wh, None
    begin.utc_ms, begin.time_state = entries[0].utc_ms, entries[0].time_state
    session = Session(session_id, connector, begin)
    session.entries = entries
    # The module reads what its class wrote.
    session._segments = segments  # pyright: ignore[reportPrivateUsage]
    session.ef = ef
    return session


class _Begin:
    """The begin reading as a checkpoint kept it."""

    energy_wh: "Any"
    at_ms: None
    utc_ms: int
    time_state: str
