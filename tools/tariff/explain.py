"""`explain FILE`: what drivers and operators read of a tariff; prices no session."""

import datetime
import json
from pathlib import Path
from typing import Any

from rich.console import Console

from tools.bills import price_words
from tools.tariff import judge, oddities, page, prices, week_table
from tools.tariff.local_time import DAY_S, LAST_S, date, offset, seconds, utc
from wattseal.core.pricing import tariff_text
from wattseal.core.pricing.tariff import Tariff

_SECTIONS = (("E", "per kWh"), ("T", "per minute of charging"), ("P", "per minute of parking"),
             ("F", "per session"))  # fmt: skip
_TAXES = {"incl": "prices include VAT", "excl": "VAT comes on top", "none": "no VAT"}
_TABLES = {"E": "Energy", "T": "Charging time", "P": "Parking time"}


def describe(tariff: Tariff, day: datetime.date) -> dict[str, Any]:
    """Everything as plain values; `day` is in the week of the tables."""
    values = tariff.values
    day_s = seconds(datetime.datetime.combine(day, datetime.time()))
    monday = day_s // DAY_S - day.weekday()
    monday_utc_s = monday * DAY_S - tariff.zone.offset_s(monday * DAY_S)
    return {
        "id": values["id"], "version": values.get("ver", 0), "hash": tariff.identity,
        "currency": values["cur"], "tax": values["tax"], "zone": values["tz"],
        "increment_e4": values["inc"], "valid": values.get("valid"),
        "offset_s": tariff.zone.offset_s(monday_utc_s),
        "prices": _prices(tariff), "limits": _limits(tariff),
        "text": tariff_text.text(tariff), "heading": tariff_text.heading(tariff),
        "week_of": date(monday * DAY_S),
        "weeks": [
            {"dimension": week.letter, "condition": week.condition,
             "rows": [{"from_min": begin, "to_min": end, "price_e4": row}
                      for begin, end, row in week.rows]}
            for letter in _TABLES for week in prices.weeks(tariff, letter, monday)
        ],
        "clock_changes": oddities.changes(tariff, monday_utc_s),
    }  # fmt: skip


def run(path: Path, day: datetime.date, console: Console, as_json: bool) -> int:
    tariff = judge.taken(path)
    values = describe(tariff, day)
    if as_json:
        print(json.dumps(values))
        return 0
    _show_head(values, console)
    _show_prices(values, console)
    for week in values["weeks"]:
        title = _TABLES[week["dimension"]]
        console.print(f"\n{title}, {week_table.unit(week, values['currency'])}", style="bold")
        if week["condition"]:
            console.print(week["condition"])
        console.print(week_table.table(week))
        for line in week_table.legend(week):
            console.print(line)
    zone = f"{values['zone']}, UTC{offset(values['offset_s'])}"
    console.print(f"\nLocal time, {zone}; the week of {values['week_of']}.")
    _show_changes(values, console)
    return 0


def _prices(tariff: Tariff) -> list[dict[str, Any]]:
    """In AFIR's order."""
    return [
        {"dimension": letter, "element": number, "price_e4": component["p"],
         "vat_rate": component.get("v"),
         "words": price_words.whole(tariff, element, component) + _once(letter, element)}
        for letter, _ in _SECTIONS
        for number, element in enumerate(tariff.elements)
        for component in element["pc"] if component["d"] == letter
    ]  # fmt: skip


def _once(letter: str, element: dict[str, Any]) -> str:
    """A flat price is due at any moment of its times, not only at a session's begin."""
    timed = letter == "F" and element.get("re", {}).keys() & {"t0", "dow", "d0", "d1"}
    return ", once for a session that is on at any time then" if timed else ""


def _limits(tariff: Tariff) -> list[str]:
    """In words."""
    said = []
    for which, word in (("min", "at least"), ("max", "at most")):
        limit = tariff.values.get(which, {})
        for side, words in (("net", "without VAT"), ("gross", "with VAT")):
            if side in limit:
                amount = tariff_text.amount(limit[side])
                said.append(f"{word} {amount} {tariff.values['cur']} a session, {words}")
    return said


def rate(vat_rate: int | None) -> str:
    """19000 is 19 %."""
    return "" if vat_rate is None else f"{vat_rate / 1000:.3f}".rstrip("0").rstrip(".") + " %"


def _show_head(values: dict[str, Any], console: Console) -> None:
    console.print(f"{values['id']}, version {values['version']}", style="bold")
    console.print(f"hash {values['hash']}")
    amount = tariff_text.amount(values["increment_e4"])
    console.print(
        f"{values['currency']}, {_TAXES[values['tax']]}; the amount payable is rounded to {amount}"
    )
    if values["valid"]:
        begin, end = values["valid"]
        until = f" until {utc(end)}" if end <= LAST_S else ", without an end"
        console.print(f"valid from {utc(begin)}{until}")


def _show_prices(values: dict[str, Any], console: Console) -> None:
    for letter, title in _SECTIONS:
        rows = [row for row in values["prices"] if row["dimension"] == letter]
        if not rows:
            continue
        console.print(f"\n{title}", style="bold")
        for row in rows:
            vat = f", VAT {rate(row['vat_rate'])}" if row["vat_rate"] is not None else ""
            page.say(console, f"{row['words']}{vat}  [el {row['element']}]", 2)
    if values["limits"]:
        console.print("\nother", style="bold")
        for words in values["limits"]:
            page.say(console, words, 2)
    console.print("\nThe first of the elements that holds prices each part.")
    console.print("\nWhat a display says", style="bold")
    page.say(console, values["text"], 2)
    console.print("What a record says (TT)", style="bold")
    page.say(console, values["heading"], 2)


def _show_changes(values: dict[str, Any], console: Console) -> None:
    console.print("\nNext changes of the clock", style="bold")
    if not values["clock_changes"]:
        console.print("  none: this zone's clock never changes")
    for change in values["clock_changes"]:
        page.say(console, f"{change['date']}: {change['what']}", 2)
        for words in change["touches"]:
            page.say(console, f"touches {words}", 4)
        if not change["touches"]:
            console.print("    touches no price of this tariff")
