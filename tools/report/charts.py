"""Plots as inline SVG, readable on a phone and on paper; knows figures, no messages."""

from collections.abc import Callable, Sequence

from tools.report.figures import BINS, SLOTS, Heat
from tools.report.streams import Cell
from wattseal.core.histogram import K

WIDTH = 480
_LEFT, _RIGHT, _TOP = 66, 8, 10
_PLOT = WIDTH - _LEFT - _RIGHT
_COLOURS = ("#0b5fa5", "#c2570c")  # workdays, weekends
_RAMP = ((239, 246, 252), (8, 69, 129))
_STEPS = (1, 2, 5)
_HATCH = (
    '<defs><pattern id="few" width="6" height="6" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><rect width="6" height="6" fill="#fff"/>'
    '<path d="M0 0V6" stroke="#9a9a9a" stroke-width="1.4"/></pattern></defs>'
)


def curve(lines: Sequence[tuple[str, list[float | None]]], peak: int | None) -> str:
    """kW by the quarter-hours of a day; where a line breaks, fewer than k stays made it."""
    height, bottom = 250, 210
    most = max((kw for _, line in lines for kw in line if kw is not None), default=0)
    step = _step(most)
    top_kw = step * max(1, -(-most // step))
    y = _scale(top_kw, bottom)
    parts = [_grid(step, top_kw, y), _hours(bottom), _named(8, 20, "kW", "start")]
    if peak is not None:
        x = _x(peak)
        parts.append(
            f'<rect x="{x:.1f}" y="{_TOP}" width="{_PLOT / SLOTS:.1f}" height="{bottom - _TOP}" '
            'fill="#f5d76e" opacity=".8"/>'
        )
    for (_, line), colour in zip(lines, _COLOURS, strict=True):
        parts.append(
            f'<path d="{_path(line, y)}" fill="none" stroke="{colour}" stroke-width="2"/>'
        )
    keys = [(name, colour) for (name, _), colour in zip(lines, _COLOURS, strict=True)]
    if peak is not None:
        keys.append(("peak quarter-hour", "#f5d76e"))
    parts.append(_legend(keys, height - 6))
    return _svg(height, "Load curve: mean kW by quarter-hour of the day", parts)


def heat(table: Heat) -> str:
    """Occupied share by row and two hours, each with its number."""
    row_h, width = 30, _PLOT / BINS
    most = max((s for row in table.shares for s in row if s is not None), default=0) or 1
    parts = [_HATCH]
    for i, (name, row) in enumerate(zip(table.rows, table.shares, strict=True)):
        y = _TOP + i * row_h
        parts.append(_named(_LEFT - 6, y + 20, name, "end"))
        for j, share in enumerate(row):
            said = "" if share is None else f"{100 * share:.0f}"
            fill = None if share is None else share / most
            parts.append(_box(_LEFT + j * width, y, width, row_h, fill, said))
    bottom = _TOP + len(table.rows) * row_h
    parts.append(_hours(bottom))
    parts.append(_scale_key(bottom + 46, f"0 to {100 * most:.0f} % of the time occupied"))
    return _svg(bottom + 58, "Heat map: share of time occupied", parts)


def month(cells: Sequence[Cell], keyed: bool) -> str:
    """The stays of a month by the hours in which they began, as wide as they were merged."""
    row_h, hour = 30, _PLOT / 24
    most = max((_per_hour(cell) for cell in cells if cell.hours), default=0) or 1
    parts = [_HATCH]
    for i, kind in enumerate(("workday", "weekend")):
        y = _TOP + i * row_h
        parts.append(_named(_LEFT - 6, y + 20, kind, "end"))
        parts.append(_box(_LEFT, y, _PLOT, row_h, None, ""))
        for cell in cells:
            if cell.day == kind and cell.hours and cell.count >= K:
                begin, end = cell.hours
                x, width = _LEFT + begin * hour, (end - begin) * hour
                parts.append(_box(x, y, width, row_h, _per_hour(cell) / most, str(cell.count)))
    bottom = _TOP + 2 * row_h
    parts.append(_hours(bottom))
    if keyed:
        parts.append(_scale_key(bottom + 46, "few to many stays begun in an hour"))
    height = bottom + (58 if keyed else 26)
    return _svg(height, "Stays by the hours in which they began", parts)


def _per_hour(cell: Cell) -> float:
    assert cell.hours is not None
    return cell.count / (cell.hours[1] - cell.hours[0]) if cell.count >= K else 0.0


def _step(most: float) -> float:
    step, i = 0.1, 0
    while most / step > 5:
        i += 1
        step = 0.1 * _STEPS[i % 3] * 10 ** (i // 3)
    return step


def _scale(top: float, bottom: int) -> Callable[[float], float]:
    return lambda value: bottom - (bottom - _TOP) * value / top


def _x(slot: float) -> float:
    return _LEFT + _PLOT * slot / SLOTS


def _path(line: list[float | None], y: Callable[[float], float]) -> str:
    said, pen = [], "M"
    for slot, kw in enumerate(line):
        if kw is None:
            pen = "M"
            continue
        said.append(f"{pen}{_x(slot):.1f} {y(kw):.1f}H{_x(slot + 1):.1f}")
        pen = "L"
    return "".join(said)


def _grid(step: float, top: float, y: Callable[[float], float]) -> str:
    said = []
    for i in range(round(top / step) + 1):
        at = y(i * step)
        said.append(f'<path d="M{_LEFT} {at:.1f}H{WIDTH - _RIGHT}" stroke="#ddd"/>')
        said.append(_named(_LEFT - 6, at + 4, f"{i * step:g}"[:5], "end"))
    return "".join(said)


def _hours(bottom: float) -> str:
    said = [f'<path d="M{_LEFT} {bottom}H{WIDTH - _RIGHT}" stroke="#555"/>']
    for hour in range(0, 25, 4):
        x = _LEFT + _PLOT * hour / 24
        said.append(f'<path d="M{x:.1f} {bottom}v4" stroke="#555"/>')
        anchor = "end" if hour == 24 else "middle"
        said.append(_named(x, bottom + 17, f"{hour:02d} h", anchor))
    return "".join(said)


# From where on white is the better ink: either has a contrast of 4.5 there (WCAG 2.2, 1.4.3).
_WHITE_FROM = 0.7


def _box(x: float, y: float, width: float, height: float, part: float | None, said: str) -> str:
    fill = "url(#few)" if part is None else _colour(part)
    ink = "#fff" if part is not None and part > _WHITE_FROM else "#000"
    box = (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height}" fill="{fill}" '
        'stroke="#fff"/>'
    )
    middle = x + width / 2
    return box + _named(middle, y + height / 2 + 4.5, said, "middle", ink) if said else box


def _colour(part: float) -> str:
    low, high = _RAMP
    return "#" + "".join(
        f"{round(a + (b - a) * part):02x}" for a, b in zip(low, high, strict=True)
    )


def _scale_key(y: float, said: str) -> str:
    steps = "".join(
        f'<rect x="{_LEFT + 14 * i}" y="{y - 11}" width="14" height="12" '
        f'fill="{_colour(i / 4)}" stroke="#ccc"/>'
        for i in range(5)
    )
    few = f'<rect x="378" y="{y - 11}" width="14" height="12" fill="url(#few)" stroke="#ccc"/>'
    words = _named(_LEFT + 76, y, said, "start") + _named(396, y, f"below {K}", "start")
    return steps + few + words


def _legend(keys: Sequence[tuple[str, str]], y: float) -> str:
    said, x = [], _LEFT
    for name, colour in keys:
        said.append(f'<rect x="{x}" y="{y - 9}" width="16" height="8" fill="{colour}"/>')
        said.append(_named(x + 21, y, name, "start"))
        x += 44 + 7 * len(name)
    return "".join(said)


def _named(x: float, y: float, said: str, anchor: str, ink: str = "#1a1a1a") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{ink}">{said}</text>'


def _svg(height: float, title: str, parts: Sequence[str]) -> str:
    head = f'<svg viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-label="{title}">'
    return f"{head}<title>{title}</title>{''.join(parts)}</svg>"
