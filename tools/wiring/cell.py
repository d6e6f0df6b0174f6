"""The frame of one circuit on a wiring diagram; draws no circuit."""

from tools.wiring.sheet import Sheet

WIDTH = 424
LEFT = 12  # of what is in it


def head_of(sheet: Sheet, x: float, y: float, words: str) -> None:
    """What the circuit is called, in the cell whose upper left corner is (x, y)."""
    sheet.text(x + LEFT, y + 20, words, "head")
