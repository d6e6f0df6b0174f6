"""A meter whose register this device keeps: what breaks that breaks a session; reads no pulse."""

from micropython import const

from wattseal.app.sampler import MeterPoint

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.contracts import PulseMeter
    from wattseal.core.gate import Gate


class PulsePoint(MeterPoint):
    """The meter counts what went wrong; `doubted` is its counts and the gate's."""

    def __init__(self, meter: "PulseMeter", judge: "Gate") -> None:
        super().__init__(meter, judge)
        self._pulses = meter
        self.doubted = meter.counts

    async def sample(self) -> None:
        """Nobody who waits for the sample runs before a break of it is known."""
        await super().sample()
        cause = self._pulses.take_break()
        if cause:
            self.breaks += 1
            self.broken = cause
