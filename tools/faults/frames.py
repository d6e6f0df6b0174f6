"""The Modbus master: every fault of a line on twenty golden frames (support/frame_faults)."""

from tools.faults.play import everywhere
from tools.faults.section import Play, Row

NAME = "Modbus master, golden frames"
MUST = "wrong values accepted, good answers lost behind a fault"
_FRAMES, _KINDS = 20, 12
_LATE_STEP_MS = 7  # between two delays of a late reply


def run(full: bool, play: Play) -> list[Row]:
    arguments = {"late_step_ms": 1 if full else _LATE_STEP_MS}
    return play(everywhere("frame_faults", arguments, _FRAMES * _KINDS))
