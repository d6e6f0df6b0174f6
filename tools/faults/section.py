"""What a section of `make faults` hands back: counts, and what was wrong; plays nothing."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from tools.faults.play import Job

Tell = Callable[[str, int, int], None]  # of what, how many are done, of how many
Play = Callable[[list["Job"]], list["Row"]]  # what the jobs found, in their order


@dataclass
class Row:
    """`what` was tried so many times `on` an interpreter; `wrong` must be empty.

    `declared`: what the device said itself, of a fault that it cannot help.
    """

    what: str
    on: str
    tried: int = 0
    wrong: list[str] = field(default_factory=list)
    declared: list[str] = field(default_factory=list)


def counted(rows: list[Row], kinds: tuple[str, ...]) -> dict[str, dict]:
    """{what: {"points", and how often each kind was found}}, over all interpreters."""
    told: dict[str, dict] = {}
    for row in rows:
        counts = told.setdefault(row.what, {"points": 0, **dict.fromkeys(kinds, 0)})
        counts["points"] += row.tried
        for finding in row.wrong + row.declared:
            kind = finding.partition(":")[0]
            counts[kind] = counts.get(kind, 0) + 1
    return told


class Section(Protocol):
    """A module. `MUST`: what must be 0 of its rows."""

    @property
    def NAME(self) -> str: ...
    @property
    def MUST(self) -> str: ...

    def run(self, full: bool, play: Play) -> list[Row]: ...


class FaultsFault(Exception):
    """A section cannot be run; the argument is one sentence."""
