"""Comparisons for a terminal of 80 columns or more, and as values for a program."""

from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from tools.bills import flagged, local_time, tariffs, words
from tools.verify import facts, report
from tools.what_if import hints
from tools.what_if.comparison import Change, Comparison, Sessions
from tools.what_if.repricing import Priced
from wattseal.core.pricing.rounding import half_away

_ARM = 7  # characters of a bar on each side
_NO_TERMINAL = 80


def console() -> Console:
    return report.console(_NO_TERMINAL)


def signed_part(found: Sessions) -> list[Text]:
    """What was signed: sums, hints, and which sessions are left out or flagged."""
    parts: list[Text] = []
    for currency in dict.fromkeys(priced.cost["cur"] for priced in found.signed):
        mine = [priced for priced in found.signed if priced.cost["cur"] == currency]
        told = hints.of(currency, mine)
        total = words.amount(told.pay_e4, currency)
        parts.append(Text(f"As signed: {_count(len(mine), 'session')}, {total}.", "bold"))
        parts += [Text(f"  {sentence}") for sentence in hints.sentences(told)]
    for number, why in ((found.taken_back, "taken back"), (found.unpriced, "without a price")):
        if number:
            parts.append(Text(f"Left out: {_count(number, 'session')} {why}."))
    told = flagged.sentences(priced.bill for priced in found.signed)
    return parts + [Text(facts.clean(f"Flagged, but compared: {each}")) for each in told]


def comparison_part(made: Comparison, most: int, blocks: bool) -> list[Text | Table]:
    """`most`: so many sessions are shown, those that change most. `blocks`: for the bars."""
    currency = made.tariff.values["cur"]
    was, now = (words.amount(e4, currency) for e4 in (made.was_e4, made.now_e4))
    parts: list[Text | Table] = [
        Text(""),
        Text(facts.clean(f"Under {tariffs.name(made.tariff)}: {now} instead of {was}, "), "bold")
        + Text(f"{_signed(made.now_e4 - made.was_e4, currency)}{_percent(made)}.", "bold"),
    ]
    told = hints.of(currency, [change.now for change in made.changes])
    parts += [Text(f"  {sentence}") for sentence in hints.sentences(told)]
    if made.estimated:
        parts.append(Text(
            f"  {_count(made.estimated, 'price')} estimated (~): this tariff's price changes "
            "where the charger took no reading."
        ))  # fmt: skip
    if made.other_currency:
        number = _count(made.other_currency, "session")
        parts.append(Text(f"  Not compared: {number} in another currency than {currency}."))
    return [*parts, _table(made, most, blocks)] if made.changes else parts


def _table(made: Comparison, most: int, blocks: bool) -> Table:
    largest = sorted(made.changes, key=lambda change: -abs(change.e4))[:most]
    shown = [change for change in made.changes if change in largest]
    widest = max(abs(change.e4) for change in made.changes)
    grid = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for name in ("record", "end (local time)", "kWh", "signed", "new", "change"):
        grid.add_column(name, justify="left" if name[0] in "re" else "right", no_wrap=True)
    grid.add_column(f"{'cheaper':>{_ARM}}|dearer", no_wrap=True)
    several = len({change.was.bill.device for change in made.changes}) > 1
    for change in shown:
        bill, currency = change.was.bill, made.tariff.values["cur"]
        end = local_time.at(bill.end.utc_ms, change.was.tariff).strftime("%Y-%m-%d %H:%M")
        cells = (
            f"T{bill.pagination}" + (f" {bill.device[-4:]}" if several else ""), end,
            words.kwh(bill.energy_wh * 1000).partition(" ")[0], _plain(change.was, currency),
            _plain(change.now, currency), _signed(change.e4, currency).partition(" ")[0],
        )  # fmt: skip
        grid.add_row(*(Text(facts.clean(cell)) for cell in cells), _bar(change, widest, blocks))
    if len(shown) < len(made.changes):
        grid.caption = f"{len(shown)} of {len(made.changes)} sessions, those that change most"
        grid.caption_justify = "left"
    return grid


def _bar(change: Change, widest: int, blocks: bool) -> Text:
    length = half_away(abs(change.e4) * _ARM, widest) if widest else 0
    bar = ("█" if blocks else "#") * max(length, int(change.e4 != 0))
    if change.e4 < 0:
        return Text(" " * (_ARM - len(bar))) + Text(bar, "green") + Text("|")
    return Text(" " * _ARM + "|") + Text(bar, "red")


def _plain(priced: Priced, currency: str) -> str:
    amount = words.amount(priced.pay_e4, currency).partition(" ")[0]
    return f"~{amount}" if priced.estimated else amount


def _signed(e4: int, currency: str) -> str:
    return ("+" if e4 > 0 else "") + words.amount(e4, currency)


def _percent(made: Comparison) -> str:
    if made.was_e4 <= 0:
        return ""
    tenths = half_away(1000 * (made.now_e4 - made.was_e4), made.was_e4)
    sign = "-" if tenths < 0 else "+" if tenths else ""
    return f" ({sign}{abs(tenths) // 10}.{abs(tenths) % 10} %)"


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" + ("" if number == 1 else "s")


def values(found: Sessions, made: list[Comparison], left_out: list[tuple[str, str]]) -> dict:
    currencies = dict.fromkeys(priced.cost["cur"] for priced in found.signed)
    return {
        "signed": [
            vars(hints.of(currency, [p for p in found.signed if p.cost["cur"] == currency]))
            for currency in currencies
        ],
        "taken_back": found.taken_back, "unpriced": found.unpriced,
        "tariffs": [_comparison_values(each) for each in made],
        "left_out": [{"record": record, "why": why} for record, why in left_out],
    }  # fmt: skip


def _comparison_values(made: Comparison) -> dict[str, Any]:
    currency = made.tariff.values["cur"]
    return {
        "tariff": tariffs.name(made.tariff), "hash": made.tariff.identity, "currency": currency,
        "was_e4": made.was_e4, "now_e4": made.now_e4, "estimated": made.estimated,
        "other_currency": made.other_currency,
        "hints": vars(hints.of(currency, [change.now for change in made.changes])),
        "sessions": [_change_values(change) for change in made.changes],
    }  # fmt: skip


def _change_values(change: Change) -> dict[str, Any]:
    bill = change.was.bill
    return {
        "device": bill.device, "pagination": bill.pagination, "session": bill.session,
        "energy_wh": bill.energy_wh, "was_e4": change.was.pay_e4, "now_e4": change.now.pay_e4,
        "change_e4": change.e4, "estimated": change.now.estimated,
        "flags": change.was.cost["flags"],
    }  # fmt: skip
