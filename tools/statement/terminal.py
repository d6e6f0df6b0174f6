"""A statement for a person at a terminal of 80 columns or more; computes nothing."""

import datetime

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from tools.bills import flagged, words
from tools.statement.book import Book, Row, Sum
from tools.verify import facts

_WIDTH = 80


def document(book: Book) -> Group:
    said = f"Statement of {book.period.name}; a session belongs to the local day of its end."
    parts: list[Table | Text] = [Text(said, "bold")]
    if book.rows:
        devices = dict.fromkeys(row.bill.device for row in book.rows)
        parts += [_rows(book, device) for device in devices]
        told = flagged.sentences(row.bill for row in book.rows)
        parts += [Text(facts.clean(sentence)) for sentence in told]
        parts.append(_sums(book))
        parts += [_total(total, _before(book, total.currency)) for total in book.totals]
    else:
        parts.append(Text("No verified session ended in it."))
    if book.untimed:
        parts.append(Text("\nTime unknown, in no period and no sum:", "bold"))
        parts += [Text(facts.clean(f"  {row.untimed_words}")) for row in book.untimed]
    if book.left_out:
        parts.append(Text("\nLeft out:", "bold"))
        parts += [Text(facts.clean(f"  {record}: {why}")) for record, why in book.left_out]
    return Group(*parts)


def console(to_file: bool = False) -> Console:
    """Of the terminal's width, or of 80 columns: a narrower terminal folds lines, and cuts no
    amount off. `to_file`: without a terminal's colours, wherever it was asked for."""
    forced = False if to_file else None
    plain = Console(highlight=False, markup=False, emoji=False, force_terminal=forced)
    plain.width = max(plain.width, _WIDTH) if plain.is_terminal else _WIDTH
    return plain


def _table(title: str, *columns: tuple[str, str]) -> Table:
    grid = Table(box=None, title=Text("\n" + title, "bold"), pad_edge=False, padding=(0, 1, 0, 0))
    grid.title_justify = "left"
    for name, side in columns:
        grid.add_column(name, justify="right" if side == "r" else "left", no_wrap=True)
    grid.columns[0].no_wrap = False  # for the others to keep their width
    grid.columns[0].overflow = "fold"
    return grid


def _rows(book: Book, device: str) -> Table:
    grid = _table(
        f"Records of {facts.clean(device)}", ("record", "l"),
        ("begin\nend (local time)", "l"), ("register\nkWh", "r"),
        ("kWh", "r"), ("charging\nidle h", "r"), ("payable\nnet", "r"),
    )  # fmt: skip
    for row in book.rows:
        if row.bill.device != device:
            continue
        numbers = row.figures
        cells = (
            f"T{row.bill.pagination} at {row.bill.message.connector}\n{_about(row)}",
            f"{_moment(row.begin)}\n{_moment(row.end)}",
            f"{_kwh(row.bill.begin_wh)}\n{_kwh(row.bill.end_wh)}", _kwh(numbers.energy_wh),
            f"{_time(numbers.charging_s)}\n{_time(numbers.idle_s)}",
            f"{_money(numbers.pay_e4, row.currency)}\n{_money(numbers.net_e4, row.currency)}",
        )  # fmt: skip
        grid.add_row(*(Text(_lines(cell)) for cell in cells))
    return grid


def _about(row: Row) -> str:
    if row.bill.corrects is not None:
        return f"takes T{row.bill.corrects} back"
    if row.back is not None:
        return f"taken back, T{row.back}"
    return row.name or ("flagged" if row.bill.flags else "")


def _sums(book: Book) -> Table:
    grid = _table(
        f"By {book.by}", (book.by, "l"), ("sessions", "r"), ("kWh", "r"), ("net", "r"),
        ("VAT", "r"), ("payable", "r"), ("per kWh", "r"),
    )  # fmt: skip
    for each in book.sums:
        numbers, currency = each.figures, each.currency
        amounts = (numbers.net_e4, sum(numbers.vat_e4.values()), numbers.pay_e4)
        cells = (
            each.name, str(numbers.sessions), _kwh(numbers.energy_wh),
            *(_money(e4, currency).partition(" ")[0] for e4 in amounts[:2]),
            _money(amounts[2], currency), _rate(each),
        )  # fmt: skip
        grid.add_row(*(Text(facts.clean(cell)) for cell in cells))
    return grid


def _total(total: Sum, before: Sum | None) -> Table:
    """All of one currency; beside it the period before."""
    titles = [("", "l"), ("total", "r")]
    if before is not None:
        titles.append((before.name, "r"))
    grid = _table(f"All in {total.currency}" if total.currency else "All without a price", *titles)
    sums = [total] if before is None else [total, before]
    rates = sorted({rate for each in sums for rate in each.figures.vat_e4})
    columns = (_cells(each, total.currency, rates) for each in sums)
    for label, *cells in zip(_labels(total, rates), *columns):
        grid.add_row(*(Text(facts.clean(cell)) for cell in (label, *cells)))
    return grid


def _labels(total: Sum, rates: list[int]) -> list[str]:
    labels = [
        "sessions", "of them taken back", "energy", "charging", "idle", "suspended by the charger",
    ]  # fmt: skip
    if not total.currency:
        return labels
    return [
        *labels, "energy, with VAT", "charging time, with VAT", "idle time, with VAT",
        "fees, with VAT", "limits and rounding", "payable", "net",
        *(f"VAT {words.percent(rate)}" for rate in rates), "payable per kWh",
    ]  # fmt: skip


def _cells(each: Sum, currency: str, rates: list[int]) -> list[str]:
    numbers = each.figures
    cells = [
        str(numbers.sessions), str(numbers.corrections), f"{_kwh(numbers.energy_wh)} kWh",
        *map(words.duration, (numbers.charging_s, numbers.idle_s, numbers.suspended_s)),
    ]  # fmt: skip
    if not currency:
        return cells
    amounts = (
        numbers.energy_e4, numbers.time_e4, numbers.idle_e4, numbers.fee_e4,
        numbers.adjustment_e4, numbers.pay_e4, numbers.net_e4,
        *(numbers.vat_e4.get(rate, 0) for rate in rates),
    )  # fmt: skip
    return [*cells, *(words.amount(e4, currency) for e4 in amounts), _rate(each)]


def _before(book: Book, currency: str) -> Sum | None:
    """All zero when the period before has nothing in this currency; None when there is none."""
    if book.before is None:
        return None
    for each in book.before:
        if each.currency == currency:
            return each
    earlier = book.period.before()
    return Sum(earlier.name if earlier else "", "", currency, type(book.totals[0].figures)())


def _rate(each: Sum) -> str:
    rate_e4 = each.figures.pay_e4_per_kwh
    return "" if rate_e4 is None or not each.currency else words.amount(rate_e4, each.currency)


def _money(e4: int, currency: str) -> str:
    return words.amount(e4, currency) if currency else ""


def _moment(local: datetime.datetime) -> str:
    return local.strftime("%Y-%m-%d %H:%M ") + local.isoformat()[19:]


def _kwh(wh: int) -> str:
    return words.kwh(wh * 1000).partition(" ")[0]


def _time(seconds: int) -> str:
    """1:05:00, with hours always."""
    sign, seconds = "-" if seconds < 0 else "", abs(seconds)
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _lines(cell: str) -> str:
    return "\n".join(facts.clean(line) for line in cell.split("\n"))
