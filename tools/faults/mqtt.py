"""The line to the broker: a million mutated streams from it (support/mqtt_faults)."""

import dataclasses

from tools.faults.play import everywhere
from tools.faults.section import Play, Row

NAME = "MQTT, mutated streams"
MUST = "undeclared exceptions, packets that take more than 8 KB, false acknowledgements"
_COUNT, _MORE = 1_000_000, 2_000_000
_SAMPLE = 20  # MicroPython, which tells the heap, plays one in so many
_BATCH = 5000  # as mqtt_faults has it: a line for each


def run(full: bool, play: Play) -> list[Row]:
    count = _MORE if full else _COUNT
    first, *others = everywhere("mqtt_faults", {"count": count}, count // _BATCH)
    few = count // _SAMPLE
    sample = {"arguments": {"count": few}, "lines": few // _BATCH}
    return play([first, *(dataclasses.replace(job, **sample) for job in others)])
