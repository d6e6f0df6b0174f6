"""Which answers of a time server set the clock, and which must be confirmed first; sets nothing.

The window, from the tightest to the widest:
- An answer that differs from the clock by no more than 2 s, and 100 ppm of the time since the
  last one, finds it right: taken at once.
- Any other is a step: taken when the next answer agrees with it to a second, so that no single
  reply moves the clock.
- While the clock is synchronised, a step of more than 1000 s is refused. If it is the truth, the
  clock is informative after a day without a good answer, and the step is taken then.
- A time before the clock's floor, or a lifetime after it (core.clock_state), is refused always.
"""

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.core.sntp import Answer

RIGHT = const(0)
STEP = const(1)
DOUBTED = const(2)  # ask again
REFUSED = const(3)

_RIGHT_MS = const(2000)  # as core.session: nothing that was S may be further off
_DRIFT = const(10000)  # 100 ppm
_PANIC_MS = const(1000000)
_AGREES_MS = const(1000)


class StepGuard:
    """Remembers the answer that waits for a second one."""

    def __init__(self) -> None:
        self._doubted: Answer | None = None
        self._right_at_ms = 0

    def judge(self, answer: "Answer", clock_utc_ms: int, state: str, possible: bool) -> int:
        """`clock_utc_ms`, `state`: what the clock showed at the answer's `at_ms`. `possible`: the
        answer is in the clock's life."""
        step_ms = abs(answer.utc_ms - clock_utc_ms)
        if not possible or state == "S" and step_ms > _PANIC_MS:
            return REFUSED
        verdict = DOUBTED
        if state != "U" and step_ms <= self._allowance_ms(answer, state):
            verdict = RIGHT
        elif self._doubted and _agree(self._doubted, answer):
            verdict = STEP
        self._doubted = answer if verdict == DOUBTED else None
        if verdict != DOUBTED:
            self._right_at_ms = answer.at_ms
        return verdict

    def _allowance_ms(self, answer: "Answer", state: str) -> int:
        drift_ms = (answer.at_ms - self._right_at_ms) // _DRIFT if state == "S" else 0
        return _RIGHT_MS + drift_ms


def _agree(earlier: "Answer", later: "Answer") -> bool:
    passed_ms = later.at_ms - earlier.at_ms
    return abs(later.utc_ms - earlier.utc_ms - passed_ms) <= _AGREES_MS
