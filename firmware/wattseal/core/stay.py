"""One car's stay at a connector, on the clock's quarter-hours alone; knows no session.

What is said of a stay must not say when in its quarter-hour it began, not even to who knows its
energy, its largest power, its end and all other stays. So only these are kept: the quarters in
which it began, charged last and ended, its energy and its largest power.
"""

import struct

from micropython import const

TYPE_CHECKING = const(False)

QUARTER_S = const(900)
PARKED = "P"  # as core.segments has it
AWAY = ""
_JUMP_MS = const(30000)  # UTC that moved by so much against the ticks was set meanwhile
_LAYOUT = ">IIIQQI"
PACKED_BYTES = const(32)


class Stay:
    """Quarters are UTC seconds // 900; each is counted from the same zero."""

    def __init__(self, quarter: int, register_wh: int) -> None:
        self.first = self.charged = self.last = quarter
        self.begin_wh = self.end_wh = register_wh
        self.peak_w = 0

    @property
    def wh(self) -> int:
        return max(0, self.end_wh - self.begin_wh)

    def charging_quarters(self) -> int:
        """From the first on: so many that it could have begun at the very end of the first one.

        Else its energy and power would say that it began earlier in that quarter."""
        least = 0
        if self.peak_w:
            least = (3600 * self.wh + QUARTER_S * self.peak_w - 1) // (QUARTER_S * self.peak_w)
        return min(max(self.charged, self.first + least), self.last) - self.first + 1

    def pack(self) -> bytes:
        """What `unpack` takes, for a stay that a reset may cut."""
        quarters = (self.first, self.charged, self.last)
        return struct.pack(_LAYOUT, *quarters, self.begin_wh, self.end_wh, self.peak_w)


def unpack(packed: bytes) -> Stay:
    """What `pack` gave. ValueError for anything else."""
    if len(packed) != PACKED_BYTES:
        raise ValueError("no stay")
    first, charged, last, begin_wh, end_wh, peak_w = struct.unpack(_LAYOUT, packed)
    stay = Stay(first, begin_wh)
    stay.charged, stay.last, stay.end_wh, stay.peak_w = charged, last, end_wh, peak_w
    return stay


class StayMeter:
    """Follows one connector from sample to sample.

    `untimed`: stays that were left out, for the clock was not to be trusted in them; `withdrawn`:
    for somebody took his consent back."""

    def __init__(self) -> None:
        self.open: Stay | None = None
        self.untimed = self.withdrawn = 0
        self._barred = False  # this stay is left out, to its end
        self._skew_ms: int | None = None  # UTC less ticks, at the sample before

    def sample(
        self, at_ms: int, utc_ms: int, trusted: bool, register_wh: int, power_w: int, state: str,
        consented: bool,
    ) -> "Stay | None":  # fmt: skip
        """A stay that has ended, or None. `state`: AWAY, PARKED, or anything else for charging.

        `trusted`: the clock says that it knows the time. Without consent a stay is as if there
        were none, from its begin on, also when it is taken back as late as with AWAY; what is
        given later counts from then on."""
        timed = self._is_timed(utc_ms - at_ms) or self.open is None
        if self.open and not consented:
            self.open = None
            self.withdrawn += 1
        elif state != AWAY and consented and not (timed and trusted or self._barred):
            self.open, self._barred = None, True
            self.untimed += 1
        if state == AWAY:
            ended, self.open, self._barred = self.open, None, False
            return ended
        if consented and not self._barred:
            self._follow(utc_ms // 1000 // QUARTER_S, register_wh, power_w, state)
        return None

    def _is_timed(self, skew_ms: int) -> bool:
        """The clock was not set since the sample before."""
        before, self._skew_ms = self._skew_ms, skew_ms
        return before is None or abs(skew_ms - before) < _JUMP_MS

    def _follow(self, quarter: int, register_wh: int, power_w: int, state: str) -> None:
        stay = self.open
        if stay is None:
            stay = self.open = Stay(quarter, register_wh)
        stay.last, stay.end_wh = quarter, register_wh
        if state != PARKED:
            stay.charged = quarter
            stay.peak_w = max(stay.peak_w, power_w)
