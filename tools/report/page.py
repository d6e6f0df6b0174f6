"""The report as one HTML file: no script, nothing from outside; for a phone and for A4."""

import datetime
import html
from collections.abc import Sequence
from dataclasses import dataclass

from tools.report import charts
from tools.report.figures import Figures
from tools.report.savings import Idle, Priced
from tools.report.streams import Cell
from wattseal.core.histogram import K

_STYLE = """
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 46rem; background: #fff; color: #1a1a1a;
  font: 15px/1.45 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
h1 { font-size: 1.35rem; margin: 0; } h2 { font-size: 1.05rem; margin: 1.6rem 0 .3rem; }
h3 { font-size: .95rem; margin: .8rem 0 .1rem; } p { margin: .3rem 0; } .dim { color: #5c5c5c; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .6rem;
  margin: 1rem 0; }
.tiles div { border: 1px solid #d4d4d4; border-radius: .4rem; padding: .5rem .7rem; }
.tiles b { display: block; font-size: 1.15rem; white-space: nowrap; }
svg { display: block; width: 100%; height: auto; } svg text { font-size: 12.5px; }
.scroll { overflow-x: auto; } table { width: 100%; border-collapse: collapse; }
th { text-align: right; font-weight: normal; color: #5c5c5c; font-size: .85rem; }
td { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td, th { padding: .3rem 0 .3rem .7rem; border-bottom: 1px solid #d4d4d4; }
td:first-child, th:first-child { text-align: left; padding-left: 0; }
section { break-inside: avoid; } h2, h3 { break-after: avoid; }
@media print { @page { size: A4; margin: 14mm 16mm; } body { padding: 0; font-size: 10pt;
  max-width: none; } svg { max-width: 128mm; } * { print-color-adjust: exact;
  -webkit-print-color-adjust: exact; } }
"""


@dataclass(frozen=True)
class Report:
    """`zone`: how local time is called; `months`: by their name."""

    figures: Figures | None
    months: Sequence[tuple[str, list[Cell]]]
    idle: Idle | None
    prices: Sequence[Priced]
    zone: str
    ignored: int


def page(report: Report) -> str:
    """Every text from outside is escaped."""
    parts = []
    if report.figures and report.idle:
        parts = [_tiles(report.figures), _load(report.figures), _savings(report)]
    parts += [_months(report.months), _notes(report)]
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer"><title>Charging report</title>
<style>{_STYLE}</style></head><body><h1>Charging report</h1>
<p class="dim">{html.escape(_span(report))}</p>
{"".join(parts)}
</body></html>
"""


def _span(report: Report) -> str:
    if not report.figures:
        return "no load curve in these messages"
    first = _date(report.figures.first_day)
    last = _date(report.figures.first_day + report.figures.days - 1)
    many = f"{report.figures.connectors} connector{'s' * (report.figures.connectors > 1)}"
    return f"{first} to {last}, {many}, local time {report.zone}"


def _date(day: int) -> str:
    return (datetime.date(1970, 1, 1) + datetime.timedelta(day)).isoformat()


def clock(slot: int) -> str:
    return f"{slot // 4:02d}:{slot % 4 * 15:02d}"


def _tiles(figures: Figures) -> str:
    rows = [
        (f"{figures.kwh:,.0f} kWh", "energy"),
        (f"{figures.utilisation:.1%}", "utilisation: time occupied"),
        (f"{figures.idle_share:.1%}", "idle share of the time occupied"),
        (f"{figures.reached_kw:,.0f} kW", f"reached in a quarter-hour by {K} stays or more"),
    ]
    if figures.peak_slot:
        slot, kw = figures.peak_slot
        rows.insert(3, (f"{clock(slot)}–{clock((slot + 1) % 96)}",
                        f"peak quarter-hour of the day, {kw:,.1f} kW in the mean"))  # fmt: skip
    said = "".join(f"<div><b>{value}</b>{name}</div>" for value, name in rows)
    return f'<div class="tiles">{said}</div>'


def _load(figures: Figures) -> str:
    names = ("workdays", "weekends")
    lines = [
        (name if any(line) else f"{name}: too few", line)
        for name, line in zip(names, figures.curves, strict=True)
    ]
    peak = figures.peak_slot[0] if figures.peak_slot else None
    return f"""<section><h2>Load curve</h2>
<p class="dim">Mean load of the site in kW by quarter-hour of the day. A gap: fewer than {K} stays.
</p>{charts.curve(lines, peak)}</section>
<section><h2>Charging hours</h2><p class="dim">Time occupied in per cent of all connectors' time,
by two hours of local time.</p>{charts.heat(figures.heat)}</section>"""


def _savings(report: Report) -> str:
    idle = report.idle
    assert idle is not None
    said = f"""<section><h2>What could be saved</h2>
<p>Parked cars took {idle.hours:,.1f} connector hours in 30 days. Were these free, and as well used
as the others, they would charge {idle.kwh:,.0f} kWh more.</p>"""
    if report.prices:
        said += _price_table(report.prices)
    else:
        said += "<p class='dim'>With --tariff FILE, twice for two, prices are compared here.</p>"
    return said + "</section>"


def _price_table(prices: Sequence[Priced]) -> str:
    rows = []
    for row in prices:
        same = row.currency == prices[0].currency
        more = f"{row.total - prices[0].total:+,.2f}" if same else "–"
        amounts = (row.energy, row.time, row.parking, row.total)
        cells = "".join(f"<td>{amount:,.2f}</td>" for amount in amounts)
        name = html.escape(f"{row.name} ({row.currency})")
        rows.append(f"<tr><td>{name}</td>{cells}<td>{more}</td><td>{row.moved:,.2f}</td></tr>")
    names = ("tariff", "energy", "time", "parking", "sum", "to the first", "if moved")
    head = "".join(f"<th>{name}</th>" for name in names)
    return f"""<div class="scroll"><table><tr>{head}</tr>{"".join(rows)}</table></div>
<p class="dim">In 30 days, if everybody charged as now. Parking as after an hour of it; without
fixed fees, caps and what depends on a session's energy or power. “If moved”: what drivers save
when a fifth of the energy of the dearest hours moves to the cheapest.</p>"""


def _months(months: Sequence[tuple[str, list[Cell]]]) -> str:
    if not months:
        return ""
    said = ["<h2>Months, as each was published once</h2>"]
    keyed = False  # the first one says what the colours mean
    for name, cells in months:
        title = html.escape(name)
        if not cells:
            said.append(f"<h3>{title}</h3><p>Fewer than {K} stays: nothing is shown.</p>")
            continue
        shown = [cell for cell in cells if cell.count >= K]
        count, kwh = sum(c.count for c in shown), sum(c.wh for c in shown) / 1000
        hours = sum(c.occ_min for c in shown) / 60
        rest = sum(c.count for c in shown if not c.hours)
        more = f", {rest} of them in a rest without hours" if rest else ""
        said.append(
            f"<section><h3>{title}: {count} stays{more}, {kwh:,.0f} kWh, {hours:,.0f} h occupied"
            f"</h3>{charts.month(cells, not keyed)}</section>"
        )
        keyed = True
    return "".join(said)


def _notes(report: Report) -> str:
    said = [
        f"No cell of fewer than {K} stays is shown; none at all counts as fewer, too.",
        "Only stays whose drivers agreed to statistics are in it; the others look like free time.",
        "A stay's energy is spread over the quarter-hours in which it charged, and the time in "
        "its first and last one is a mean: sums are true, a single quarter-hour is not.",
        "A quarter-hour is idle when the car surely parked in all of it: the idle share is the "
        "least that it was.",
        "Utilisation is of the days from the first to the last with a stay.",
    ]
    if report.figures and report.figures.refused:
        said.insert(1, f"{report.figures.refused} cells and points of this page were refused so.")
    if report.ignored:
        said.append(f"{report.ignored} lines of `load` and `stat` were not understood.")
    rows = "".join(f"<li>{html.escape(each)}</li>" for each in said)
    return f"<section><h2>How to read it</h2><ul>{rows}</ul></section>"
