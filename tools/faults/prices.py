"""Random tariffs and sessions, priced twice: by the firmware and in exact fractions."""

from tools.faults.play import DEVICE, on_cpython
from tools.faults.section import Play, Row

NAME = "prices"
MUST = "sessions of which the firmware and the exact fractions say any figure differently"
_COUNT, _MORE = 10_000, 100_000
_SEEDS = (1, 2)  # a process for each
_BATCH = 1000  # as random_prices has it: a line for each


def run(full: bool, play: Play) -> list[Row]:
    count = (_MORE if full else _COUNT) // len(_SEEDS)
    jobs = [
        on_cpython(
            DEVICE, ["random_prices"], {"count": count, "seed": seed}, count // _BATCH, str(seed)
        )
        for seed in _SEEDS
    ]
    return play(jobs)
