"""Judges each step of a billing register; must never pass one that no energy explains.

0 <= step <= 1.2 x Pmax x time + one step of the register. A meter brings its registers up to date
about once a second, so that two readings may be of moments a second further apart than they are
themselves. What does not pass is read again, together with the meter's identity, and then has a
cause. Only a glitch leaves the register as it was.
"""

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable

    from wattseal.core.reading import Reading

GLITCH = "glitch"  # the first answer was wrong; the second one goes on where the register was
ROLLOVER = "rollover"  # it has passed its last digit
RESET = "reset"  # it has gone back
JUMP = "jump"  # it has gone ahead by more than the connection can carry
SWAP = "changed"  # another meter answers
UNSETTLED = "unsettled"  # two readings that do not agree with each other either

_UPDATE_MS = const(1000)
# mWh = W x ms / 3,600, and a fifth more: 253 V are no fault
_NUMERATOR = const(12)
_DENOMINATOR = const(36000)


def status(cause: str) -> str:
    """OCMF's `ST` of the error event: exchanged, out of range, or another error."""
    return "X" if cause == SWAP else "O" if cause == ROLLOVER else "E"


class Gate:
    """`p_max_w`: what the connection carries; `step_mwh(energy_mwh)`: of the register, there;
    `modulus_mwh`: where it begins anew, 0 for unknown."""

    def __init__(
        self, p_max_w: int, step_mwh: "Callable[[int], int]", modulus_mwh: int = 0
    ) -> None:
        self._p_max_w = p_max_w
        self.step_mwh = step_mwh
        self._modulus_mwh = modulus_mwh

    def passes(self, before: "Reading", after: "Reading") -> bool:
        """`after` may follow on `before`; both of one boot."""
        return self._fits(after.energy_mwh - before.energy_mwh, before, after)

    def cause(
        self, before: "Reading", doubted: "Reading", again: "Reading", same_meter: bool
    ) -> str:
        """Why `doubted` did not pass, now that the meter was read `again` and has identified
        itself: one of the names above."""
        if not same_meter:
            return SWAP
        if self.passes(before, again):
            return GLITCH
        if not self.passes(doubted, again):
            return UNSETTLED
        step_mwh = again.energy_mwh - before.energy_mwh
        if step_mwh > 0:
            return JUMP
        if self._modulus_mwh and self._fits(step_mwh + self._modulus_mwh, before, again):
            return ROLLOVER
        return RESET

    def may_gain(self, step_mwh: int, elapsed_ms: int, energy_mwh: int) -> bool:
        """A register that shows `energy_mwh` may have gone on by `step_mwh` in that time."""
        most_mwh = self._p_max_w * (elapsed_ms + _UPDATE_MS) * _NUMERATOR // _DENOMINATOR
        return 0 <= step_mwh <= most_mwh + self.step_mwh(energy_mwh)

    def _fits(self, step_mwh: int, before: "Reading", after: "Reading") -> bool:
        return self.may_gain(step_mwh, after.at_ms - before.at_ms, after.energy_mwh)
