"""`simulate FILE`: what a session would cost, as the device would sign it; signs nothing."""

import json
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from tools.bills import price_words
from tools.bills.words import flag
from tools.tariff import local_time, page
from tools.tariff.explain import rate
from tools.tariff.playing import Part, Plan, Played, play
from wattseal.core.pricing import matching
from wattseal.core.pricing.tariff import Tariff
from wattseal.core.pricing.tariff_text import amount

_STATES = {"C": "charging", "P": "idle", "S": "suspended"}
_ORDER = "ETPF"
_FREE = "free"


def run(tariff: Tariff, plan: Plan, note: str, console: Console, as_json: bool) -> int:
    played = play(tariff, plan)
    if as_json:
        print(json.dumps(values(tariff, plan, played, note)))
        return 0
    if note:
        page.say(console, note, style="yellow")
    end_s = plan.start_s + plan.stay_s
    page.say(console, (
        f"{tariff.values['id']}, version {tariff.values.get('ver', 0)}: "
        f"{local_time.stamp(tariff.zone, plan.start_s)} to "
        f"{local_time.stamp(tariff.zone, end_s)}, {local_time.lasting(plan.stay_s)}, "
        f"{_kwh(plan.energy_mwh)} kWh"
    ))  # fmt: skip
    if "lines" not in played.cost:
        for name in played.cost["flags"]:  # as of a tariff that is not valid then
            page.say(console, f"{flag(name)} ({name})")
        return 0
    console.print()
    console.print(_timeline(tariff, plan, played.parts))
    console.print()
    for remark in _remarks(tariff, plan):
        page.say(console, remark)
    console.print(_bill(tariff, played.cost))
    for name in played.cost["flags"]:
        page.say(console, f"flag: {name}")
    return 0


def values(tariff: Tariff, plan: Plan, played: Played, note: str) -> dict[str, Any]:
    """`cost` is the record's XC; amounts in 1/10000 of the currency."""
    return {
        "id": tariff.values["id"], "version": tariff.values.get("ver", 0),
        "start": local_time.stamp(tariff.zone, plan.start_s), "start_utc_s": plan.start_s,
        "end": local_time.stamp(tariff.zone, plan.start_s + plan.stay_s),
        "full_after_s": plan.charge_s, "stay_s": plan.stay_s, "energy_mwh": plan.energy_mwh,
        "note": note, "cost": played.cost,
        "timeline": [
            {"from": local_time.stamp(tariff.zone, plan.start_s + part.from_s),
             "from_s": part.from_s, "to_s": part.to_s, "wh": part.wh, "state": part.state,
             "held": _held(part) if "lines" in played.cost else {}}
            for part in played.parts
        ],
    }  # fmt: skip


def _held(part: Part) -> dict[str, Any]:
    return {
        letter: match and {"element": match[0], "price_e4": match[1]["p"]}
        for letter, match in part.held.items()
    }


def _timeline(tariff: Tariff, plan: Plan, parts: list[Part]) -> Table:
    """A row for each segment."""
    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("from", "to", "h:min:s", "state", "kWh", "energy", "time"):
        right = name in ("h:min:s", "kWh")
        grid.add_column(name, justify="right" if right else "left", no_wrap=True)
    for part in parts:
        begin_s, end_s = plan.start_s + part.from_s, plan.start_s + part.to_s
        begin_local_s = begin_s + tariff.zone.offset_s(begin_s)
        (_, energy), (letter, time) = part.held.items()
        grid.add_row(
            f"{local_time.date(begin_local_s).split()[0]} {local_time.clock(begin_local_s)}",
            local_time.clock(end_s + tariff.zone.offset_s(end_s)), _hours(end_s - begin_s),
            _STATES[part.state], _kwh(part.wh * 1000),
            _said(tariff, "E", energy) if part.wh else "", _said(tariff, letter, time),
        )  # fmt: skip
    return grid


def _remarks(tariff: Tariff, plan: Plan) -> list[str]:
    """What the times of the table do not say for themselves."""
    said: list[str] = []
    for change in local_time.changes(tariff.zone, plan.start_s, 2):
        if change.at_s < plan.start_s + plan.stay_s:
            at = local_time.clock(change.at_s + change.before_s)
            to = local_time.clock(change.at_s + change.after_s)
            said.append(f"At {at} the clock is set to {to}.")
    if any(key in e.get("re", {}) for e in tariff.elements for key in ("e0", "e1")):
        said.append("A row's energy price is that of its begin; the bill has each tier of energy.")
    if plan.stay_s > plan.parks_s:
        said.append(
            f"The car is full after {local_time.lasting(plan.charge_s)}; the device is sure of it "
            f"{local_time.lasting(plan.idle_after_s)} later, and idle time counts from there."
        )
    return said


def _hours(seconds: int) -> str:
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _said(tariff: Tariff, letter: str, match: "matching.Match | None") -> str:
    if match is None:
        return _FREE
    words = price_words.whole(tariff, {}, {"d": letter, "p": match[1]["p"]})
    return words.removeprefix("charging ").removeprefix("parking ")


def _bill(tariff: Tariff, cost: dict[str, Any]) -> Table:
    grid = Table(box=box.SIMPLE, pad_edge=False, show_header=False)
    for justify in ("left", "right", "left", "right"):
        grid.add_column("", justify=justify)
    for line in sorted(cost["lines"], key=lambda row: (_ORDER.index(row[1]), row[0])):
        element, letter, quantity, _, money = line[:5]
        component = next(c for c in tariff.elements[element]["pc"] if c["d"] == letter)
        words = price_words.whole(tariff, tariff.elements[element], component)
        vat = f"VAT {rate(component['v'])}" if "v" in component else ""
        grid.add_row(words, _quantity(letter, quantity), vat, amount(money))
    lines = sum(line[4] for line in cost["lines"])
    if cost["lim"]:
        words = {"min": "minimum", "max": "maximum"}[cost["lim"]]
        base = cost["net"] if tariff.values["tax"] == "excl" else cost["gross"]
        grid.add_row(f"to the {words} of a session", "", "", amount(base - lines))
    grid.add_section()
    grid.add_row("without VAT", "", "", amount(cost["net"]))
    for vat_rate, money in cost["vat"]:
        grid.add_row(f"VAT {rate(vat_rate)}", "", "", amount(money))
    grid.add_row("with VAT", "", "", amount(cost["gross"]))
    grid.add_row("payable", "", cost["cur"], amount(cost["pay"]), style="bold")
    return grid


def _quantity(letter: str, quantity: int) -> str:
    if letter == "E":
        return f"{_kwh(quantity)} kWh"
    return str(quantity) if letter == "F" else local_time.lasting(quantity)


def _kwh(mwh: int) -> str:
    """At least three decimals, and all that there are."""
    return f"{mwh // 1000000}.{f'{mwh % 1000000:06d}'.rstrip('0').ljust(3, '0')}"
