"""A simulated meter with an S0 output: its energy as whole pulses, which bounce; knows no filter.

It has no register that anybody reads: what it serves is the pulses it has given.
"""

import random
from collections.abc import Iterator

MODEL = "s0"
IMP_PER_KWH = 100
_KWH_MWH = 1_000_000
_P_MAX_W = 1_500_000  # far above any car, and still slower than the firmware's filter of 10 ms
_BOUNCE_MS = 9  # shorter than that filter
_STEADY_MS = 30  # IEC 62053-31: pulse and rest, at the least
_LINE = 400  # characters of levels in one message


class SimPulseMeter:
    """One meter; set `energy_mwh` at any time, and `levels` has the pulses that are due."""

    model = MODEL

    def __init__(self, unit: int, serial: str) -> None:
        self.unit, self.serial = unit, serial
        self.energy_mwh = 0
        self.power_w = 0
        self.given = 0  # pulses
        self._random = random.Random(unit)

    def configured(self) -> dict[str, str | int]:
        """What a configuration must say because the meter does not."""
        return {"serial": self.serial, "imp_per_kwh": IMP_PER_KWH, "p_max_w": _P_MAX_W}

    def served_energy_mwh(self) -> int:
        """Of the pulses given, exactly."""
        return self.given * _KWH_MWH // IMP_PER_KWH

    def levels(self) -> Iterator[str]:
        """The pulses due, as the simulated counter plays them, in pieces that fit a message."""
        due = self.energy_mwh * IMP_PER_KWH // _KWH_MWH - self.given
        piece = ""
        for _ in range(due):
            self.given += 1
            piece += self._pulse()
            if len(piece) > _LINE:
                yield piece
                piece = ""
        if piece:
            yield piece

    def _pulse(self) -> str:
        """One pulse and the rest after it; both bounce, too short for a filter, at first."""
        text = ""
        for level, bounced in ("LH", "HL"):
            for _ in range(self._random.randrange(3)):
                there, back = (self._random.randint(1, _BOUNCE_MS) for _ in range(2))
                text += f"{level}{there} {bounced}{back} "
            text += f"{level}{_STEADY_MS} "
        return text
