"""Follows the stays whose drivers agreed to it, by the clock's quarter-hours; sends nothing.

All that a reset takes is what came after the last quarter began. A closed month is kept until it
is in the journal, with the mark that it is closed: it may get there twice, the same to the byte,
and never as another one.
"""

from micropython import const

from wattseal.app import statistics_state
from wattseal.core import histogram, load_bucket
from wattseal.core.histogram import Histogram
from wattseal.core.load_bucket import Buckets
from wattseal.core.stay import AWAY, QUARTER_S, StayMeter

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Awaitable, Callable, Protocol, Sequence

    from wattseal.app.connector import Connector
    from wattseal.contracts import Checkpoints, Clock
    from wattseal.core.pricing.zone import Zone
    from wattseal.core.stay import Stay

    class Journal(Protocol):
        @property
        def next(self) -> int: ...

        @property
        def oldest(self) -> int: ...

        def read(self, number: int) -> "tuple[int, bytes] | None": ...

        def add(self, kind: int, payload: bytes) -> int: ...

        def flush(self) -> bool: ...


_NAME = "statistics"
_DAY = const(96)  # quarters
LOAD, STAT = const(1), const(2)  # kinds of records in the journal
_NEWEST_RECORDS = const(64)  # more than a turn of all connectors gives


class Statistics:
    """`consented(connector, ends)`: asked at each sample, and once when a stay ends; `quiet()`:
    the recorder's; `counts`: of what went wrong."""

    def __init__(
        self, connectors: "Sequence[Connector]", clock: "Clock",
        consented: "Callable[[int, bool], bool]", zone: "Zone", journal: "Journal",
        checkpoints: "Checkpoints", quiet: "Callable[[], Awaitable[None]]",
        counts: "dict[str, int]",
    ) -> None:  # fmt: skip
        self._lines = [(each, StayMeter(), Buckets()) for each in connectors]
        self._clock, self._consented, self._zone = clock, consented, zone
        self._journal, self._checkpoints = journal, checkpoints
        self._quiet, self._counts = quiet, counts
        self._histogram = Histogram()
        self._closed = b""  # a month that is not yet in the journal
        self._quarter = 0
        self._early = 0  # quarters in a row whose month comes before the open one
        self._changed = False  # since it was saved

    def restore(self) -> None:
        """Go on with what was saved. What cannot be read is counted, and begun anew. OSError."""
        blob = self._checkpoints.load(_NAME)
        if blob is None:
            return
        try:
            self._closed, cut = statistics_state.decode(blob, self._histogram, self._lines)
        except (ValueError, IndexError):
            self._count("statistics_unreadable")
            for _, _, buckets in self._lines:
                buckets.restore([])
            return
        for connector, _, buckets in self._lines:
            stays = [stay for each, stay in cut if each is connector]
            if not buckets.kept() and not stays:
                continue
            told = self._told(connector.id)
            buckets.forget(told)
            for stay in stays:
                self._ended(buckets, stay, stay.last * QUARTER_S, told)

    def _told(self, connector: int) -> int:
        """The newest quarter of it in the journal: power may have failed between a quarter's
        buckets and the state behind them. 0: none."""
        told, journal = 0, self._journal
        for number in range(max(journal.oldest, journal.next - _NEWEST_RECORDS), journal.next):
            kind, record = journal.read(number) or (0, b"")
            if kind != LOAD:
                continue
            try:
                of, run = load_bucket.unpack(record)
            except ValueError:
                continue  # the sender counts it
            if of == connector:
                told = run[0] + run[1] - 1
        return told

    async def run(self) -> None:
        """Never returns."""
        clock = self._clock
        while True:
            await clock.sleep_until(clock.now_ms() + clock.grid_ms)
            quarter = clock.utc_ms() // 1000 // QUARTER_S
            if quarter != self._quarter and clock.state() != "U":
                self._quarter = quarter
                await self._turn(quarter)
            if self._look():
                await self._save()

    def _look(self) -> bool:
        """Take the newest sample of each connector; True: somebody has withdrawn his consent."""
        withdrawn = False
        for connector, meter, buckets in self._lines:
            reading = connector.point.latest
            if reading is None:
                continue
            before = meter.withdrawn, meter.untimed
            state, consented = AWAY, False
            if connector.session is not None and connector.point.needed:
                state, consented = connector.session.state, self._consented(connector.id, False)
            elif meter.open:
                consented = self._consented(connector.id, True)
            stay = meter.sample(
                reading.at_ms, reading.utc_ms, reading.time_state != "U", reading.energy_wh,
                reading.power_w, state, consented,
            )  # fmt: skip
            if stay:
                self._ended(buckets, stay, self._clock.utc_ms() // 1000)
            withdrawn |= meter.withdrawn != before[0]
            if meter.untimed != before[1]:
                self._count("statistics_untimed")
            self._changed |= meter.open is not None or withdrawn
        return withdrawn

    def _ended(self, buckets: Buckets, stay: "Stay", end_s: int, told: int = 0) -> None:
        buckets.add(stay, told)
        self._changed = True
        begin_s, minutes = stay.first * QUARTER_S, load_bucket.minutes(stay)
        if not self._histogram.add(begin_s, end_s, self._zone, stay.wh, minutes):
            self._count("statistics_untimed")

    async def _turn(self, quarter: int) -> None:
        """A quarter begins: what is final goes into the journal."""
        for connector, meter, buckets in self._lines:
            for run in buckets.passed(quarter, meter.open):
                self._changed = True
                self._add(LOAD, load_bucket.pack(connector.id, run))
        month = histogram.month_of(quarter * QUARTER_S, self._zone)
        self._early = self._early + 1 if month < self._histogram.month else 0
        if self._early >= _DAY:  # a clock that was ahead opened it, and no other month could begin
            self._histogram.drop()
            self._changed = True
            self._count("statistics_untimed")
        if not self._closed:
            self._closed = self._histogram.close(month) or b""
            self._changed |= self._closed != b""
        if not self._changed:
            return
        await self._flush()
        await self._save()
        if self._closed and self._add(STAT, self._closed) and await self._flush():
            self._closed = b""
            await self._save()

    def _add(self, kind: int, record: bytes) -> bool:
        if self._journal.add(kind, record):
            return True
        self._count("statistics_dropped")
        return False

    async def _flush(self) -> bool:
        await self._quiet()
        return self._journal.flush()

    async def _save(self) -> None:
        blob = statistics_state.encode(self._histogram, self._closed, self._lines)
        await self._quiet()
        try:
            self._checkpoints.save(_NAME, blob)
            self._changed = False
        except OSError:
            self._count("statistics_unsaved")

    def _count(self, name: str) -> None:
        self._counts[name] = self._counts.get(name, 0) + 1
