"""The catalogue as the README has it, between two markers; changes nothing outside of them."""

from pathlib import Path

from tools.fault_codes.catalogue import CatalogueFault, Row
from wattseal.console import fault_words

BEGIN = "<!-- faults: written by python -m tools.fault_codes write -->"
END = "<!-- faults: end -->"
_HEAD = (
    "| blinks | code | what it means | what to do |",
    "|---|---|---|---|",
)


def text(rows: list[Row]) -> str:
    """What stands between the markers."""
    places = ", ".join(f"{i} {name}" for i, name in enumerate(fault_words.PLACES, 1))
    kinds = ", ".join(f"{i} {name}" for i, name in enumerate(fault_words.CLASSES) if i)
    lines = [
        f"Long flashes tell how bad it is: {kinds}.",
        f"Short ones tell where to look: {places}.",
        "",
        *_table([row for row in rows if row.kind]),
        "",
        "Only counted, without a flash:",
        "",
        *_table([row for row in rows if not row.kind]),
    ]
    return "\n".join(lines) + "\n"


def put(path: Path, rows: list[Row]) -> bool:
    """Write the table into a README; True when that changed it. CatalogueFault."""
    try:
        before = path.read_text()
    except OSError as fault:
        raise CatalogueFault(
            f"{path} cannot be read ({fault.strerror}); name the README"
        ) from fault
    head, begin, rest = before.partition(BEGIN + "\n")
    _, end, tail = rest.partition(END + "\n")
    if not begin or not end or BEGIN in tail:
        raise CatalogueFault(
            f"{path} has not one pair of the markers of the faults; put {BEGIN} and {END} on lines"
            " of their own where the table is to be"
        )
    after = head + begin + text(rows) + end + tail
    if after == before:
        return False
    try:
        path.write_text(after)
    except OSError as fault:
        raise CatalogueFault(
            f"{path} cannot be written ({fault.strerror}); name another README"
        ) from fault
    return True


def _table(rows: list[Row]) -> list[str]:
    return [
        *_HEAD,
        *(f"| {row.blinks} | `{row.code}` | {row.meaning} | {row.remedy} |" for row in rows),
    ]
