"""Shows the figures of an emulated run against their limits, a heading for each part; no more."""

from rich.table import Table
from rich.text import Text

from tools.emulate.row import Row, shown
from tools.emulate.summary import Groups

_KEPT, _MISSED = Text("ok", "green"), Text("MISSED", "bold red")


def table(title: str, groups: Groups) -> Table:
    """80 columns wide at the most."""
    grid = Table(
        title=title, title_justify="left", title_style="bold", box=None, padding=(0, 2, 0, 0),
        pad_edge=False,
    )  # fmt: skip
    grid.add_column("figure", no_wrap=True)
    grid.add_column("value", justify="right", no_wrap=True)
    grid.add_column("limit", no_wrap=True)
    grid.add_column("")
    for heading, rows in groups.items():
        grid.add_row(Text(heading, "bold"))
        for row in rows:
            grid.add_row(*_cells(row))
    return grid


def _cells(row: Row) -> "list[str | Text]":
    limit = shown(row.limit, row.unit) if row.limit else ""
    verdict = (_MISSED if row.fault else _KEPT) if row.limit else ""
    return [f" {row.name}", shown(row.value, row.unit), limit, verdict]
