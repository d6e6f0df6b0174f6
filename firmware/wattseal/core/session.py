"""The state machine of one charging session: readings and inputs in, OCMF entries out.

Knows no meter, no clock and no storage; every method is given what it needs to know. States are
BEGIN (begin reading taken, contactor still open), those of a segment, and END.
"""

from micropython import const

from wattseal.core.entry import Entry
from wattseal.core.segments import CHARGING, Segments

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any

    from wattseal.core.reading import BeginReading, Reading

BEGIN = "B"
END = "E"

# OCMF table 7: how a session may end
ENDS = ("E", "L", "R", "A", "P")
_MAX_ENTRIES = const(12)  # begin + 9 in between + end fit 1,875 bytes without a price
_MOST_TARIFF_CHANGES = const(3)  # with those, begin, end and a price fit 1,875 bytes
_STEP_MS = const(2000)  # a wall clock that moved more than this against the ticks was set


class SessionError(Exception):
    """A call that the session's state forbids."""


class Session:
    """One session from its begin reading to its one end reading.

    `begin` is a reading (energy_wh, at_ms, utc_ms, time_state) taken after the start was granted;
    `segments` are those that an earlier boot left.
    """

    def __init__(
        self, session_id: str, connector: int, begin: "BeginReading",
        segments: "Segments | None" = None,
    ) -> None:  # fmt: skip
        self.session_id = session_id
        self.connector = connector
        self.state = BEGIN
        self.tariff_text = ""  # of the price that it began with, as OCMF's TT; "" for none
        self.ef = ""  # carried in every entry from the first error on, as OCMF demands
        self.begin_wh = begin.energy_wh
        self._segments = Segments(begin.energy_wh) if segments is None else segments
        self.entries = [
            Entry(begin.utc_ms, begin.time_state, "B", begin.energy_wh, "", "G"),
        ]
        self._begin_at_ms = begin.at_ms  # None after a restart: these ticks are of another boot
        self._lost = False
        self._newest: Reading | None = None  # good, since the begin, of this boot
        self._noted_wh = 0  # by the boot before this one, in the open segment

    @property
    def segments(self) -> "list[list[int | str]]":
        """The finished ones, as the record's XS has them: [offset_s, wh, state]."""
        return self._segments.rows()

    @property
    def newest_wh(self) -> "int | None":
        """The newest good register value; after a restart, the newest that was kept."""
        if self._newest:
            return self._newest.energy_wh
        return max(self._recorded_wh(), self._noted_wh)

    def noted(self, wh: int) -> None:
        """After a restart: the register had come so far."""
        self._noted_wh = wh

    def observe(self, reading: "Reading", state: str) -> bool:
        """Take one good reading of a running session, in `state` from it on; True: that is new."""
        if self.state == END:
            raise SessionError("a session that has ended takes no reading")
        self._lost = False
        self._newest = reading
        if state == self.state:
            return False
        self._turn(reading, state)
        if self.state != BEGIN:
            tx = "C" if state == CHARGING else "S"
            if len(self.entries) < _MAX_ENTRIES - 2:  # room for the end and one error
                self._add(reading, tx)
        self.state = state
        return True

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
        """A reading taken at a price boundary (TX=T), which `observe` has seen.

        The first few are among the record's readings; from then on the segments alone tell."""
        self.cut(reading)
        if len([entry for entry in self.entries if entry.tx == "T"]) < _MOST_TARIFF_CHANGES:
            self._add(reading, "T")

    def cut(self, reading: "Reading") -> None:
        """A segment ends at a reading, of now or before, and the next one is alike."""
        self._turn(reading, self._segments.state)

    def end(self, reading: "Reading", tx: str) -> None:
        """Close the session with its one end reading; `tx` is one of ENDS."""
        self._require_open(tx)
        if tx == "P":
            self.ef = "t"  # OCMF: with a power failure the duration is no longer provable
        self._add(reading, tx)
        self._segments.close(reading.energy_wh)
        self.state = END

    def end_without_meter(self, tx: str, st: str) -> None:
        """Close a session whose meter cannot be read: the last good value at its own time.

        The entry says so (`st`, EF "Et"), and the record is not billable. Without a reading of
        this boot the newest value that was kept stands: a note's has no time of its own.
        """
        self._require_open(tx)
        self.ef = "Et"
        if self._newest is None:
            wh = self.newest_wh
            time_state = self.entries[-1].time_state if wh == self._recorded_wh() else "U"
            self.entries.append(Entry(self._least_ms(), time_state, tx, wh, self.ef, st))
        else:
            self._add(self._newest, tx)
            self.entries[-1].st = st
        self._segments.close(self.entries[-1].energy_wh or 0)
        self.state = END

    def snapshot(self) -> "list[Any]":
        """Plain lists for a checkpoint; core.resuming takes them back after a restart."""
        rows = [[e.utc_ms, e.time_state, e.tx, e.energy_wh, e.ef, e.st] for e in self.entries]
        finished, opened = self.segments, self._segments.opened()
        tariff = self.tariff_text
        return [self.session_id, self.connector, self.ef, rows, finished, opened, tariff]

    def _recorded_wh(self) -> int:
        """The newest register value in the record."""
        return max([self._segments.from_wh] + [e.energy_wh or 0 for e in self.entries])

    def _require_open(self, tx: str) -> None:
        if self.state == END:
            raise SessionError("a session ends once")
        if tx not in ENDS:
            raise SessionError("%r is no OCMF end of a session" % tx)

    def _add(self, reading: "Reading", tx: str) -> None:
        utc_ms, time_state = self._time(reading.at_ms, reading.utc_ms, reading.time_state)
        self.entries.append(Entry(utc_ms, time_state, tx, reading.energy_wh, self.ef, "G"))

    def elapsed_s(self, reading: "Reading") -> int:
        """Since the begin, as XS counts it: to the nearest, for samples come a second apart."""
        if self._begin_at_ms is None:
            raise SessionError("after a restart a session can only end")
        return (reading.at_ms - self._begin_at_ms + 500) // 1000

    def _turn(self, reading: "Reading", state: str) -> None:
        self._segments.turn(self.elapsed_s(reading), reading.energy_wh, state)

    def _least_ms(self) -> int:
        """UTC before which no later entry can be."""
        segment_ms = self.entries[0].utc_ms + 1000 * self._segments.from_s
        return max(self.entries[-1].utc_ms, segment_ms)

    def _time(self, at_ms: int, utc_ms: int, time_state: str) -> "tuple[int, str]":
        """UTC and OCMF time status of a later entry: never before an earlier one.

        One scale for the whole record: the begin plus monotonic ticks, whatever was done to the
        clock meanwhile. It is "S" when both ends were synchronised and the clock agrees with it,
        otherwise "R" (relative: the duration is right).
        """
        begin, newest = self.entries[0], self.entries[-1]
        if self._begin_at_ms is None:  # ticks do not reach over a restart
            least_ms = self._least_ms()
            if utc_ms < least_ms or begin.time_state == "U":
                return least_ms, "U"  # what shows a time by now does not tell when it began
            return utc_ms, time_state
        elapsed_utc_ms = begin.utc_ms + at_ms - self._begin_at_ms
        synchronised = begin.time_state == "S" and time_state == "S"
        agrees = -_STEP_MS <= utc_ms - elapsed_utc_ms <= _STEP_MS
        return max(elapsed_utc_ms, newest.utc_ms), "S" if synchronised and agrees else "R"
