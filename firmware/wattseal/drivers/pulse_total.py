"""A pulse input's total through power cuts: loads it, saves it; decides neither when nor what for.

A save wears the flash little: in files 16 saves erase a block (test_pulse_wear.py), and LittleFS
moves on after a hundred; on raw flash 44 saves do, and 16 blocks take turns. A car that charges
all year, saved once a minute, is 33,000 erases or 12,000: 330 of each of a hundred free blocks, or
750 of each of the 16. A block stands 100,000.
"""

from micropython import const

from wattseal.core import pulse_total
from wattseal.core.pulse_total import Total, TotalFault
from wattseal.core.pulses import PulseRegister

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.contracts import Checkpoints

NEW = "new"  # nothing was ever saved
RESTORED = "restored"
OLDER = "older"  # restored, but a copy is damaged: it may have been the newer one
LOST = "lost"  # something was saved, and no copy of it is good


class PulseTotal:
    """`name`: of the blob, one for each input. `found`: one of the words above."""

    def __init__(self, checkpoints: "Checkpoints", name: str, imp_per_kwh: int) -> None:
        """OSError when the medium cannot be read: then nothing is known, and nothing may count."""
        self._checkpoints = checkpoints
        self._name = name
        self.found = NEW
        self._total = Total(PulseRegister(imp_per_kwh))
        blob = checkpoints.load(name)
        try:
            if blob is not None:
                self._total = pulse_total.decode(blob, imp_per_kwh)
                self.found = OLDER if checkpoints.damaged(name) else RESTORED
            elif checkpoints.damaged(name):
                raise TotalFault
        except TotalFault:
            self.found = LOST
            self._total.lost = True

    @property
    def register(self) -> PulseRegister:
        return self._total.register

    @property
    def lost(self) -> bool:
        """A total was lost, now or before, and the register began again at 0."""
        return self._total.lost

    def save(self) -> None:
        """Durable when it returns. OSError: what was saved before is still there."""
        self._checkpoints.save(self._name, pulse_total.encode(self._total))
