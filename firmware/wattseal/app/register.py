"""Whether a session's register is still the one of its begin; reads no meter, ends no session."""

from micropython import const

from wattseal.core import gate

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.app.identity import Heads
    from wattseal.app.sampler import MeterPoint
    from wattseal.core.ocmf import Head
    from wattseal.core.reading import Identity, Reading
    from wattseal.core.session import Session


class Register:
    """`broken`: why no energy can be booked up to now (core.gate), "" while it can."""

    def __init__(self, point: "MeterPoint", heads: "Heads") -> None:
        self._point = point
        self._heads = heads
        self._serial = ""
        self._breaks = 0  # before the session
        self._kept_ms = 0  # for so long it may have gone on unseen before a reset, 0 for no reset
        self.broken = ""

    def begin(self, head: "Head") -> None:
        """The session's begin reading was taken now, from the meter that its record names."""
        self._serial = head.ms
        self._breaks = self._point.breaks
        self._kept_ms = 0
        self.broken = ""

    def resume(self, head: "Head", kept_ms: int) -> None:
        """A reset left the session open: whatever broke since the boot broke it.

        `kept_ms`: how much older than the reset the newest value that was kept may be. While the
        power is away no energy flows.
        """
        self.begin(head)
        self._breaks = 0
        self._kept_ms = kept_ms

    def breaks(self, session: "Session", reading: "Reading", identity: "Identity") -> str:
        """`broken` as of this reading; the session is told once."""
        if not self.broken:
            self.broken = self._cause(session, reading, identity)
            if self.broken:
                session.register_broken(
                    reading.at_ms, reading.utc_ms, reading.time_state, gate.status(self.broken)
                )
        return self.broken

    def _cause(self, session: "Session", reading: "Reading", identity: "Identity") -> str:
        if self._heads.serial(identity) != self._serial:
            return gate.SWAP
        if self._point.breaks != self._breaks:
            return self._point.broken
        gained_wh = reading.energy_wh - (session.newest_wh or 0)
        if gained_wh < 0:
            return gate.RESET  # while the power was away
        if self._kept_ms and not self._point.judge.may_gain(
            gained_wh * 1000, self._kept_ms, reading.energy_mwh
        ):
            return gate.JUMP
        return ""
