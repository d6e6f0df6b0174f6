"""The records of a device as a table for a person, as wide as the terminal; judges nothing."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from tools.verify import facts
from tools.verify.report import WIDTH_NO_TERMINAL, signature_word
from tools.verify.trail import BEGUN, FAILED, NOT_BILLABLE, UNPROVEN, VERIFIED, Trail
from tools.verify.verdict import Verdict

_STYLES = {
    VERIFIED: "green", BEGUN: "", NOT_BILLABLE: "yellow", UNPROVEN: "yellow", FAILED: "bold red",
}  # fmt: skip


def trail(found: Trail, width: int = WIDTH_NO_TERMINAL) -> Table:
    """One line for each record of a device; two in a terminal where one finds no room."""
    one = _in_one_line(found, _table(found))
    if Console(width=9999).measure(one).maximum <= width:
        return one
    return _in_two_lines(found, _table(found))


def _table(found: Trail) -> Table:
    grid = Table(box=None, title=Text(facts.clean(f"device {found.device}")), pad_edge=False)
    grid.title_justify = "left"
    return grid


def _in_two_lines(found: Trail, grid: Table) -> Table:
    for name in ("record\nkind", "begin\nduration", "kWh\nprice", "signature\nverdict"):
        right = name.startswith("kWh")
        grid.add_column(name, justify="right" if right else "left", no_wrap=True)
    for row in found.rows:
        verdict, message = row.verdict, row.message
        pairs = (
            (f"T{message.pagination} at {message.connector}", message.kind),
            (_start(verdict), facts.duration(verdict)),
            (facts.kwh(verdict), row.price.text if row.price else ""),
        )
        cells = ("\n".join(map(facts.clean, pair)) for pair in pairs)
        last = Text(facts.clean(signature_word(verdict))).append("\n")
        grid.add_row(*map(Text, cells), last.append(row.state, _STYLES[row.state]))
    return grid


def _in_one_line(found: Trail, grid: Table) -> Table:
    priced = any(row.price for row in found.rows)
    names = ["record", "connector", "kind", "begin", "duration", "kWh", "price", "signature"]
    for name in [*(n for n in names if priced or n != "price"), "verdict"]:
        right = name in ("connector", "kWh", "duration", "price")
        grid.add_column(name, justify="right" if right else "left", no_wrap=True)
    for row in found.rows:
        verdict = row.verdict
        cells = (
            f"T{row.message.pagination}", str(row.message.connector), row.message.kind,
            _start(verdict),
            facts.duration(verdict), facts.kwh(verdict),
            *([row.price.text if row.price else ""] if priced else []), signature_word(verdict),
        )  # fmt: skip
        grid.add_row(*(Text(facts.clean(x)) for x in cells), Text(row.state, _STYLES[row.state]))
    return grid


def _start(verdict: Verdict) -> str:
    text = (verdict.begin or {}).get("TM") or ""
    return f"{text[:10]} {text[11:19]} {text[23:28]}" if len(text) == 30 else text
