"""Names that the user gives to pseudonyms and sessions; no record knows a card or a vehicle."""

import csv
import io
import json
from pathlib import Path

from tools.bills.bill import Bill
from tools.bills.command import CommandFault

UNNAMED = "(no name)"
_NEEDED = "give --names FILE, JSON or CSV of pseudonym or session id and name"


class Names:
    """`known`: pseudonym (OCMF's ID) or session id to name."""

    def __init__(self, known: dict[str, str]) -> None:
        self._known = known

    def of(self, bill: Bill) -> str:
        """ "" without one; a session's own name goes before that of its pseudonym."""
        pseudonym = self._known.get(str(bill.payload.get("ID")), "")
        return self._known.get(bill.session, pseudonym)


def load(path: Path | None, by: str) -> Names:
    """CommandFault."""
    if path is None:
        if by in ("card", "vehicle"):
            raise CommandFault(
                f"records hold no {by}, only a pseudonym for each session; {_NEEDED}"
            )
        return Names({})
    try:
        text = path.read_text("utf-8-sig")
    except OSError as fault:
        raise CommandFault(
            f"{path} cannot be read: {fault.strerror}; name another file"
        ) from fault
    except ValueError as fault:
        raise CommandFault(f"{path} is no text; {_NEEDED}") from fault
    return Names(_json(path, text) if text.lstrip().startswith("{") else _csv(path, text))


def _json(path: Path, text: str) -> dict[str, str]:
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as fault:
        raise CommandFault(f"{path} is no JSON: {fault}") from fault
    if not all(isinstance(name, str) for name in values.values()):
        raise CommandFault(f"{path} has a name that is no text; {_NEEDED}")
    return values


def _csv(path: Path, text: str) -> dict[str, str]:
    # a name may hold the other one, what stands before it neither
    delimiter = next((letter for letter in text if letter in ",;"), ",")
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    except csv.Error as fault:
        raise CommandFault(f"{path} is no CSV: {fault}; {_NEEDED}") from fault
    for number, row in enumerate(rows, 1):
        if row and len(row) != 2:
            raise CommandFault(f"line {number} of {path} has not two columns; {_NEEDED}")
    return {row[0].strip(): row[1].strip() for row in rows if row}
