"""S0 pulses as energy and power: counts and times in, integers out; reads no input."""

from micropython import const

KWH_MWH = const(1000000)
# W of one pulse a millisecond, at one pulse a kWh
_KWH_W_MS = 3600000000

_MEAN_MS = const(1000)  # power is the mean of at least so long, where pulses are fast
_QUIET_MS = const(60000)  # without a pulse for so long, and for ten intervals: no power
_QUIET_INTERVALS = const(10)

_BURST_S = const(10)  # of the limit's rate that may come at once: after a stall, or a long rest
_BURST_PULSES = const(3)
# IEC 62053-31 (DIN 43864 before it): a pulse is 30 to 120 ms long, and meters that call theirs so
# give up to 500. Four times the longest of them is a short circuit, which a session of a few
# seconds must not hide. A meter whose pulse is as long as its pause holds the input for minutes at
# standby: that is no S0 output, cannot be told from a short circuit, and is refused like one.
_STUCK_MS = const(2000)


class PulseRegister:
    """The energy register that the pulses of a counter make. Every pulse counts exactly.

    `imp_per_kwh`: the meter's constant, 1 to 1,000,000. A pulse is 10^6 / `imp_per_kwh` mWh: the
    part below a whole mWh is carried as `remainder`, in 1 / `imp_per_kwh` mWh, and never rounded.
    """

    def __init__(self, imp_per_kwh: int, energy_mwh: int = 0, remainder: int = 0) -> None:
        self.imp_per_kwh = imp_per_kwh
        self.energy_mwh = energy_mwh
        self.remainder = remainder

    def add(self, pulses: int) -> None:
        step_mwh, self.remainder = divmod(pulses * KWH_MWH + self.remainder, self.imp_per_kwh)
        self.energy_mwh += step_mwh


def since(raw: int, before: int, modulus: int) -> int:
    """Pulses from one count to a later one of a counter that goes on from 0 at `modulus`."""
    return (raw - before) % modulus


class PulsePower:
    """Power from the time between pulses; none is known before the second one."""

    def __init__(self, imp_per_kwh: int) -> None:
        self._imp_per_kwh = imp_per_kwh
        self._from_ms: int | None = None  # the pulse from which the next mean is taken
        self._since = 0  # pulses after it
        self._newest_ms = 0
        self._pulses = 0  # the newest mean: so many pulses
        self._in_ms = 1  # in so long

    def pulses(self, count: int, at_ms: int) -> None:
        """`count` more, the newest of them seen at `at_ms`."""
        self._newest_ms = at_ms
        if self._from_ms is None:
            self._from_ms = at_ms
            return
        self._since += count
        if at_ms - self._from_ms >= _MEAN_MS:
            self._pulses, self._in_ms = self._since, at_ms - self._from_ms
            self._from_ms, self._since = at_ms, 0

    def power_w(self, now_ms: int) -> int:
        """A pulse that does not come lowers it: there cannot be more than one by now."""
        if not self._pulses:
            return 0
        pulses, in_ms = self._pulses, self._in_ms
        quiet_ms = now_ms - self._newest_ms
        if quiet_ms * pulses > in_ms:
            if quiet_ms > _QUIET_MS and quiet_ms * pulses > _QUIET_INTERVALS * in_ms:
                return 0
            pulses, in_ms = 1, quiet_ms
        return pulses * _KWH_W_MS // (self._imp_per_kwh * in_ms)


class RateLimit:
    """Tells pulses that come faster than the connection can carry energy from those that do not.

    A credit of pulses grows with time at 1.2 x Pmax, up to ten seconds and three pulses, and each
    pulse takes one. Below zero the input is too fast, until the three pulses are there again.
    """

    def __init__(self, p_max_w: int, imp_per_kwh: int) -> None:
        # Thousandths of a pulse a second: 1.2 x W x imp / 3,600,000. Rounded up: at 1 imp/kWh a
        # thousandth less would refuse in time what the connection may carry.
        self._rate = -(-p_max_w * imp_per_kwh // 3000)
        self._most = self._rate * _BURST_S + _BURST_PULSES * 1000
        self._credit = self._most
        self._part = 0  # of a thousandth of a pulse
        self._at_ms: int | None = None
        self.exceeded = False

    def take(self, pulses: int, at_ms: int) -> bool:
        """False when these `pulses` are too many; `exceeded` until it has calmed down."""
        if self._at_ms is not None:
            grown, self._part = divmod(self._rate * (at_ms - self._at_ms) + self._part, 1000)
            self._credit = min(self._credit + grown, self._most)
        self._at_ms = at_ms
        self._credit -= pulses * 1000
        if self._credit < 0:
            self._credit = max(self._credit, -self._rate * _BURST_S)
            self.exceeded = True
        elif self._credit >= _BURST_PULSES * 1000:
            self.exceeded = False
        return not self.exceeded


class Hold:
    """Tells an input that is held from one that gives pulses: a short circuit counts nothing."""

    def __init__(self) -> None:
        self._since_ms: int | None = None

    def stuck(self, held: bool, pulses: int, at_ms: int) -> bool:
        """`held`: a pulse is on, and `pulses` more than at the look before. To be asked at every
        look. A new pulse was a release before: fast ones can be on at every look."""
        if not held:
            self._since_ms = None
        elif pulses or self._since_ms is None:
            self._since_ms = at_ms
        return self._since_ms is not None and at_ms - self._since_ms >= _STUCK_MS
