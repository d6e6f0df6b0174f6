"""A meter with an S0 output: its pulses as Readings; counts no edge itself, decides no policy.

The register is this device's: it goes on from the total that was saved, and what the meter gave
after that is not known. Whoever learns an identity learns it after the register was saved, so
that no begin or end reading can be above what a power cut leaves.
"""

from micropython import const

from wattseal.core.pulses import Hold, PulsePower, RateLimit, since
from wattseal.core.reading import Identity, MeterFault, Reading
from wattseal.drivers.pulse_total import LOST, NEW, OLDER, RESTORED

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Awaitable, Callable

    from wattseal.contracts import Clock, PulseCounter
    from wattseal.drivers.pulse_total import PulseTotal

# Why the register does not go on where it was; each is counted under its name.
GAP = "gap"  # a restart: pulses since the last save are not known
TOTAL_LOST = "total_lost"  # no saved total is left: it began again at 0
TOTAL_OLDER = "total_older"  # as a gap, but it may be below readings that were signed
TOO_FAST = "too_fast"  # more pulses than the connection can carry energy for
STUCK = "stuck"  # the input was held: pulses may be missing
UNSAVED = "total_unsaved"  # the medium refused

_LOOKS = const(20)  # between two samples: what the time of a pulse is good for
_SAVE_MS = const(50000)  # and ten seconds for a quiet line and the medium: a minute at stake
_SAVE_AGAIN_MS = const(10000)


class PulseMeter:
    """Satisfies contracts.PulseMeter. `quiet()` as the recorder's; `run` must run."""

    def __init__(
        self, counter: "PulseCounter", total: "PulseTotal", p_max_w: int, clock: "Clock",
        quiet: "Callable[[], Awaitable[None]]",
    ) -> None:  # fmt: skip
        self.resting = False
        imp_per_kwh = total.register.imp_per_kwh
        self.beats = 0  # looks of `run`
        self._counter = counter
        self._total = total
        self._clock = clock
        self._quiet = quiet
        self._raw = 0
        self._power = PulsePower(imp_per_kwh)
        self._limit = RateLimit(p_max_w, imp_per_kwh)
        self._hold = Hold()
        self._fault = ""  # OCMF ST of the input as it is now
        self._unsaved_ms: int | None = None  # since when pulses wait to be saved
        self._saved = total.found == RESTORED
        self.counts: dict[str, int] = {}
        self._broken = ""
        if total.lost:
            self.counts[TOTAL_LOST] = 1
        if total.found == LOST:
            self._broken = TOTAL_LOST
        elif total.found != NEW:
            # The energy of up to a minute is missing, and no reading can tell how much: more than
            # a meter may err by. A session across it is not billed (`Register.breaks`: X with EF
            # E), for a value that is known to be short is none to sign as good.
            self._break(TOTAL_OLDER if total.found == OLDER else GAP)

    def take_break(self) -> str:
        """Why nothing can be booked across this moment, once; "" while everything can. A fault
        that lasts is told again after every look."""
        cause, self._broken = self._broken, ""
        return cause

    async def read(self) -> Reading:
        """The register with every pulse up to now. MeterFault "F": held, "O": too fast."""
        self._look()
        if self._fault:
            raise MeterFault(self._fault)
        clock = self._clock
        now_ms = clock.now_ms()
        energy_mwh = self._total.register.energy_mwh
        power_w = self._power.power_w(now_ms)
        return Reading(energy_mwh, power_w, now_ms, clock.utc_ms(), clock.state())

    async def identify(self) -> Identity:
        """An S0 output tells nothing. The register is durable when it returns. MeterFault "E"."""
        if self._unsaved_ms is not None or not self._saved:
            await self._quiet()
            if not self._save():
                raise MeterFault("E")
        return Identity("", "")

    async def run(self) -> None:
        """Look at the counter for ever, and save what has come in time."""
        clock = self._clock
        while True:
            await clock.sleep_until(clock.now_ms() + max(1, clock.grid_ms // _LOOKS))
            self.beats += 1
            self._look()
            await self._save_in_time()

    async def _save_in_time(self) -> None:
        due_ms = self._unsaved_ms
        if due_ms is None or self._clock.now_ms() - due_ms < _SAVE_MS:
            return
        await self._quiet()
        if not self._save():
            self._unsaved_ms = self._clock.now_ms() - _SAVE_MS + _SAVE_AGAIN_MS

    def _look(self) -> None:
        now_ms = self._clock.now_ms()
        raw = self._counter.count()
        pulses = since(raw, self._raw, self._counter.modulus)
        self._raw = raw
        if self._hold.stuck(self._counter.held(), pulses, now_ms):
            self._fail("F", STUCK)
        elif (pulses or self._fault) and not self._limit.take(pulses, now_ms):
            self._fail("O", TOO_FAST)
            return  # what came so fast is not booked
        else:
            self._fault = ""
        if pulses:
            self._total.register.add(pulses)
            self._power.pulses(pulses, now_ms)
            if self._unsaved_ms is None:
                self._unsaved_ms = now_ms

    def _save(self) -> bool:
        """What follows `quiet` must not await before it writes."""
        try:
            self._total.save()
        except OSError:
            self.counts[UNSAVED] = self.counts.get(UNSAVED, 0) + 1
            return False
        self._saved = True
        self._unsaved_ms = None
        return True

    def _fail(self, st: str, cause: str) -> None:
        """A break at every look, counted once: a session that begins while the fault goes on
        (its reading was good, the wait for its identity long) is broken as well."""
        if self._fault != st:
            self._break(cause)
        self._fault = st
        self._broken = cause

    def _break(self, cause: str) -> None:
        self.counts[cause] = self.counts.get(cause, 0) + 1
        self._broken = cause
