"""What the tariff tools print on: a terminal, or a page that keeps a table's row on a line."""

import textwrap

from rich.console import Console
from rich.text import Text

from tools.verify import report

_WIDTH_NO_TERMINAL = 110


def console() -> Console:
    return report.console(_WIDTH_NO_TERMINAL)


def say(to: Console, words: str, indent: int = 0, style: str = "") -> None:
    """A paragraph, whole on one line where no terminal folds it."""
    lines = [words]
    if to.is_terminal:
        lines = textwrap.wrap(words, max(20, to.width - indent), break_on_hyphens=False)
    for line in lines:
        to.print(Text(" " * indent + line, style), soft_wrap=True)


def hang(to: Console, label: str, style: str, words: str) -> None:
    """Two spaces, a label, and words that keep to the right of it."""
    start = len(label) + 3
    lines = [words]
    if to.is_terminal:
        lines = textwrap.wrap(words, max(20, to.width - start), break_on_hyphens=False)
    to.print(Text.assemble("  ", (label, style), " " + lines[0]), soft_wrap=True)
    for line in lines[1:]:
        to.print(Text(" " * start + line), soft_wrap=True)
