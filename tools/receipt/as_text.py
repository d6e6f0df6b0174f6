"""A receipt as plain text of 80 columns, as a mail carries it; decides nothing.

Its last lines are longer: the public key and the record, which somebody copies whole.
"""

import textwrap
from collections.abc import Sequence

from tools.receipt.content import Receipt

_WIDTH = 80
_FIGURES = (18, 14, 14)  # least widths of quantity, price and amount
_GAP = 2  # at the least, before each
_LEAST_WHAT = 20


def page(receipt: Receipt) -> str:
    parts = [receipt.title.upper()]
    for line in receipt.sender:
        parts += textwrap.wrap(line, _WIDTH)
    parts.append("")
    if not receipt.good:
        parts += [receipt.mark, ""]
    for note in receipt.notes:
        parts += [*textwrap.wrap(note, _WIDTH), ""]
    wide = max(len(name) for name, _ in receipt.facts) + 2
    for name, value in receipt.facts:
        parts += _hanging(f"{name:{wide}}", value)
    parts += ["", *_lines(receipt), ""]
    parts += [f"{'PAYABLE':{_WIDTH - 24}}{receipt.payable:>24}", ""]
    if receipt.vat:
        parts += _table([("Included", "net", "VAT", "gross"), *receipt.vat])
    parts += ["", receipt.mark.upper()]
    for sentence in receipt.verdict:
        parts += textwrap.wrap(sentence, _WIDTH)
    parts.append(f"SHA-256 of the record: {receipt.digest[:32]}")
    parts.append(" " * 23 + receipt.digest[32:])
    if receipt.key:
        parts += [
            "",
            *textwrap.wrap(receipt.how.replace("the code holds", "below stands"), _WIDTH),
        ]
        parts += [receipt.key, "", "The record:", receipt.record]
    return "\n".join(part.rstrip() for part in parts) + "\n"


def _lines(receipt: Receipt) -> list[str]:
    if not receipt.lines and not receipt.sums:
        return []
    rows = [(line.what, line.quantity, line.price, line.amount) for line in receipt.lines]
    found = _table([receipt.columns, *rows])
    if receipt.sums:
        found.append("-" * _WIDTH)
    found += [f"{name:{_WIDTH - 24}}{amount:>24}" for name, amount in receipt.sums]
    return found


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    """What, and three figures, no two of which touch."""
    columns = list(zip(*(row[1:] for row in rows), strict=True))
    widths = [
        max(least, *(_GAP + len(text) for text in column))
        for least, column in zip(_FIGURES, columns, strict=True)
    ]
    found: list[str] = []
    for what, *figures in rows:
        cells = "".join(f"{text:>{width}}" for text, width in zip(figures, widths, strict=True))
        found += _beside(what, cells)
    return found


def _beside(what: str, cells: str) -> list[str]:
    """Cells that leave no room beside them have a line of their own."""
    room = _WIDTH - len(cells)
    if room < _LEAST_WHAT:
        return [*textwrap.wrap(what, _WIDTH), f"{cells.strip():>{_WIDTH}}"]
    first, *rest = textwrap.wrap(what, room - 1)
    return [f"{first:{room}}{cells}", *(f"  {more}" for more in rest)]


def _hanging(label: str, value: str) -> list[str]:
    first, *rest = textwrap.wrap(value, _WIDTH - len(label)) or [""]
    return [label + first, *(" " * len(label) + more for more in rest)]
