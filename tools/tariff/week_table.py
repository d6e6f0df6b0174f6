"""A week of prices as a table: coloured cheap to dear, and readable without; asks for no price."""

from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from tools.tariff.local_time import WEEKDAYS, minute
from wattseal.core.pricing.tariff_text import amount

_COLOURS = ("green", "yellow", "red")
_FREE = "-"


def unit(week: dict[str, Any], currency: str) -> str:
    return f"{currency} {'per kWh' if week['dimension'] == 'E' else _per_time(week)}"


def table(week: dict[str, Any]) -> Table:
    """A row for each part of the day with prices of its own; equal neighbours are one."""
    prices = _known(week)
    grid = Table(box=box.SIMPLE, pad_edge=False)
    grid.add_column("", no_wrap=True)
    for day in WEEKDAYS:
        grid.add_column(day, justify="right", no_wrap=True, min_width=6)
    for row in week["rows"]:
        cells = [
            Text(_FREE) if price is None else Text(_said(week, price), _colour(price, prices))
            for price in row["price_e4"]
        ]
        grid.add_row(f"{minute(row['from_min'])}-{minute(row['to_min'])}", *cells)
    return grid


def legend(week: dict[str, Any]) -> list[str]:
    """What the table's numbers mean beside their hours."""
    said = []
    prices = _known(week)
    if len(prices) > 1:
        said.append(f"cheapest {_said(week, prices[0])}, dearest {_said(week, prices[-1])}")
    if any(None in row["price_e4"] for row in week["rows"]):
        said.append(f"{_FREE} no price: it is free then")
    edges = [minute(row["from_min"]) for row in week["rows"] if row["from_min"] % 60]
    if edges:
        said.append(f"changes within an hour: {', '.join(edges)}")
    return said


def _known(week: dict[str, Any]) -> list[int]:
    return sorted({p for row in week["rows"] for p in row["price_e4"] if p is not None})


def _per_time(week: dict[str, Any]) -> str:
    return "per minute" if all(price % 60 == 0 for price in _known(week)) else "per hour"


def _said(week: dict[str, Any], price: int) -> str:
    if week["dimension"] != "E" and _per_time(week) == "per minute":
        price = price // 60
    return amount(price)


def _colour(price: int, prices: list[int]) -> str:
    if len(prices) < 2:
        return ""
    return _COLOURS[prices.index(price) * (len(_COLOURS) - 1) // (len(prices) - 1)]
