"""One thing in a tariff that is legal and likely not meant; finds none itself."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Doubt:
    """Where it is, what is odd about it, and what to do: three parts of one sentence."""

    place: str
    what: str
    todo: str
