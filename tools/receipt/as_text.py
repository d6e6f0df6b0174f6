"""A receipt as plain text of 80 columns, as a mail carries it; decides nothing."""

import textwrap

from tools.receipt.content import Receipt

_WIDTH = 80
_FIGURES = (18, 14, 14)  # widths of quantity, price and amount
_WHAT = _WIDTH - sum(_FIGURES)


def page(receipt: Receipt) -> str:
    parts = [receipt.title.upper(), *receipt.sender, ""]
    if not receipt.good:
        parts += [receipt.mark, ""]
    wide = max(len(name) for name, _ in receipt.facts) + 2
    for name, value in receipt.facts:
        parts += _hanging(f"{name:{wide}}", value)
    parts += ["", *_lines(receipt), ""]
    parts += [f"{'PAYABLE':{_WIDTH - 24}}{receipt.payable:>24}", ""]
    if receipt.vat:
        parts += _row("Included", "net", "VAT", "gross")
        for row in receipt.vat:
            parts += _row(*row)
    for note in receipt.notes:
        parts += ["", *textwrap.wrap(note, _WIDTH)]
    parts += ["", receipt.mark.upper()]
    for sentence in receipt.verdict:
        parts += textwrap.wrap(sentence, _WIDTH)
    parts.append(f"SHA-256 of the record: {receipt.digest[:32]}")
    parts.append(" " * 23 + receipt.digest[32:])
    return "\n".join(part.rstrip() for part in parts) + "\n"


def _lines(receipt: Receipt) -> list[str]:
    if not receipt.lines and not receipt.sums:
        return []
    found = _row(*receipt.columns)
    for line in receipt.lines:
        found += _row(line.what, line.quantity, line.price, line.amount)
    if receipt.sums:
        found.append("-" * _WIDTH)
    found += [f"{name:{_WIDTH - 24}}{amount:>24}" for name, amount in receipt.sums]
    return found


def _row(what: str, *figures: str) -> list[str]:
    cells = "".join(f"{text:>{width}}" for text, width in zip(figures, _FIGURES, strict=True))
    first, *rest = textwrap.wrap(what, _WHAT - 1)
    return [f"{first:{_WHAT}}{cells}", *(f"  {more}" for more in rest)]


def _hanging(label: str, value: str) -> list[str]:
    first, *rest = textwrap.wrap(value, _WIDTH - len(label)) or [""]
    return [label + first, *(" " * len(label) + more for more in rest)]
