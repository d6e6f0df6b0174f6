"""Who sells the energy, from the operator's own small JSON file; knows no record."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from tools.bills.command import CommandFault

EXAMPLE = '{"name": "...", "address": ["..."], "vat_number": "...", "places": {"1": "..."}}'


@dataclass(frozen=True)
class Operator:
    """`places`: by connector or EVSE id, in words."""

    name: str = ""
    address: list[str] = field(default_factory=list)
    vat_number: str = ""
    places: dict[str, str] = field(default_factory=dict)

    @property
    def texts(self) -> list[str]:
        """All that is shown of it."""
        return [self.name, *self.address, self.vat_number, *self.places.values()]


def load(path: Path) -> Operator:
    """CommandFault."""
    try:
        row = json.loads(path.read_text("utf-8"))
        found = Operator(**row)
    except OSError as fault:
        raise CommandFault(f"{path} cannot be read: {fault.strerror}; name another") from fault
    except (ValueError, TypeError, RecursionError) as fault:
        raise CommandFault(f"{path} is no operator file; it must be like {EXAMPLE}") from fault
    parts = (
        (found.address, list(found.places) + list(found.places.values()))
        if (isinstance(found.address, list) and isinstance(found.places, dict))
        else ([None],)
    )
    texts = [found.name, found.vat_number, *(text for part in parts for text in part)]
    if not all(isinstance(text, str) for text in texts):
        raise CommandFault(f"{path} holds something that is no text; it must be like {EXAMPLE}")
    return found
