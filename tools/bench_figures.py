"""What a bench hands back: figures, and a sentence for each promise missed; measures nothing."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Figure:
    """`ratio` is this value by the value of `vs`, both from one interleaved run."""

    value: float
    unit: str
    vs: str | None = None
    ratio: float | None = None


@dataclass
class Outcome:
    """Figures by name, and what was missed."""

    figures: dict[str, Figure] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)


class BenchFault(Exception):
    """The bench cannot run; the argument is one sentence."""
