"""S0 pulses: a million with bounce, overflow of the counter and stalls (support/pulse_faults)."""

from tools.faults.play import everywhere
from tools.faults.section import Play, Row

NAME = "S0 pulses"
MUST = "pulses lost, invented, energies wrong"
_COUNT, _MORE = 1_000_000, 10_000_000
_BATCH = 10_000  # as pulse_faults has it


def run(full: bool, play: Play) -> list[Row]:
    count = _MORE if full else _COUNT
    return play(everywhere("pulse_faults", {"pulses": count}, count // _BATCH))
