"""The whole catalogue as rows, read from the firmware's own modules; changes nothing."""

import importlib
from dataclasses import dataclass

from wattseal.console import fault_words
from wattseal.core import faults


class CatalogueFault(Exception):
    """One sentence: what is wrong, where, and what to do."""


@dataclass(frozen=True)
class Row:
    """`kind`: 1 to 3 as core.faults has the classes, 0 for what is only counted. `place`: 1 to 7,
    where to look. `blinks`: long and short flashes, "" for none."""

    code: str
    kind: int
    place: int
    meaning: str
    remedy: str

    @property
    def blinks(self) -> str:
        return f"{self.kind}-{self.place}" if self.kind else ""

    @property
    def class_name(self) -> str:
        return fault_words.CLASSES[self.kind]

    @property
    def place_name(self) -> str:
        return fault_words.PLACES[self.place - 1]


def rows() -> list[Row]:
    """The worst first, what is only counted last. CatalogueFault."""
    found: list[Row] = []
    for place, name in enumerate(fault_words.PLACES, 1):
        module = importlib.import_module("wattseal.console.fault_words." + name)
        found += _rows(place, name, module.ROWS)
    known = {row.code: row for row in found}
    if len(known) != len(found):
        twice = sorted({row.code for row in found if known[row.code] is not row})
        raise CatalogueFault(f"{twice[0]} has two rows in fault_words; take one out")
    for code in device_codes():
        if code not in known:
            raise CatalogueFault(
                f"core/faults.py has {code} and no module of fault_words has its row; add it there"
            )
    return sorted(found, key=lambda row: (row.kind or 9, row.place, row.code))


def device_codes() -> dict[str, int]:
    """By code, the number that the device itself knows."""
    pairs = faults.ROWS.decode().split()
    return {code: int(told) for code, told in (pair.split("=") for pair in pairs)}


def _rows(place: int, name: str, text: bytes) -> list[Row]:
    lines = text.decode("ascii").splitlines()
    found = []
    for first, remedy in zip(lines[::2], lines[1::2], strict=True):
        code, bar, meaning = first.partition("|")
        if not bar:
            raise CatalogueFault(
                f"fault_words/{name}.py: {first!r} is no code|meaning; put a bar after the code"
            )
        number = faults.number(code)
        if number and number % 10 != place:
            raise CatalogueFault(
                f"{code} is in fault_words/{name}.py, and core/faults.py says {number}: its last"
                f" digit must be {place}"
            )
        found.append(Row(code, number // 10, place, meaning, remedy))
    return found
