"""OUT/gone.txt: which records of a device will never come, and who said so; judges no record.

A line for each span: `11-42 operator`, or `4-4 device` for what it declared lost.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from tools.counting import without
from tools.records_file import write_whole

NAME = "gone.txt"
OPERATOR, DEVICE = "operator", "device"
_SPAN = re.compile(r"T?(\d{1,10})(?:-T?(\d{1,10}))?")
_MOST = 100_000  # records


def parse(text: str) -> set[int]:
    """`11-42,50`. ValueError."""
    numbers: set[int] = set()
    for part in text.split(","):
        found = _SPAN.fullmatch(part.strip())
        if not found:
            raise ValueError(part)
        first, last = int(found[1]), int(found[2] or found[1])
        if not 0 < first <= last < first + _MOST - len(numbers):
            raise ValueError(part)
        numbers.update(range(first, last + 1))
    return numbers


def read(folder: Path) -> set[int]:
    """OSError. A line that is none of ours names nothing."""
    numbers: set[int] = set()
    path = folder / NAME
    for line in path.read_text(errors="replace").splitlines() if path.exists() else ():
        try:
            numbers |= parse(line.partition(" ")[0])
        except ValueError:
            continue
    return numbers


def beside(name: str) -> set[int]:
    """A records.jsonl; nothing where none can be read."""
    try:
        return read(Path(name).parent)
    except (OSError, ValueError):
        return set()


def add(folder: Path, numbers: set[int], who: str) -> None:
    """What is not there yet. OSError."""
    path = folder / NAME
    before = path.read_text(errors="replace") if path.exists() else ""
    if before and not before.endswith("\n"):  # an editor's
        before += "\n"
    new = spans(numbers - read(folder))
    if new:
        write_whole(path, before + "".join(f"{first}-{last} {who}\n" for first, last in new))


def spans(numbers: set[int]) -> list[tuple[int, int]]:
    """(first, last) of each."""
    ordered = sorted(numbers)
    ends = [one for one, other in pairwise(ordered) if other > one + 1] + ordered[-1:]
    starts = ordered[:1] + [other for one, other in pairwise(ordered) if other > one + 1]
    return list(zip(starts, ends, strict=True))


def parts(
    missing: list[tuple[int, int]], gone: set[int]
) -> Iterator[tuple[tuple[int, int], bool]]:
    """Each span of what is missing, cut so that all of it is in `gone` or none; which of both."""
    ordered = sorted(gone)
    for first, last in missing:
        here = ordered[bisect_left(ordered, first) : bisect_right(ordered, last)]
        found = [(span, True) for span in spans(set(here))]
        yield from sorted(found + [(span, False) for span in without(here, first, last)])
