"""What is legal in a tariff and yet likely not meant; refuses nothing."""

import re
from typing import Any

from tools.bills import words
from tools.tariff import gaps, local_time, money_doubts, overlap
from tools.tariff.doubt import Doubt
from tools.tariff.local_time import changes, clock, date, utc
from wattseal.core.pricing.tariff import Tariff

_NUMBER = re.compile(r"(?<![\d.,:-])(\d+)[.,](\d{2,4})(?![\d:])")


def of(tariff: Tariff, now_s: int) -> list[Doubt]:
    """`now_s`: UTC, for what has ended."""
    values = tariff.values
    found = [
        Doubt(place, what, "change the order, or the times, if that is not meant")
        for place, what in overlap.doubts(tariff.elements)
    ]
    free = gaps.of(tariff.elements, now_s // local_time.DAY_S)
    if free:
        todo = "give it a price there; p 0 says that it is meant to be free"
        found.append(Doubt("el", free, todo))
    for number, element in enumerate(tariff.elements):
        flat = any(component["d"] == "F" for component in element["pc"])
        restrictions = element.get("re", {})
        found += _of_restrictions(f"el[{number}].re", restrictions, flat, tariff, now_s)
        for at, component in enumerate(element["pc"]):
            if component.get("s", 1) > 1 and values["tax"] == "incl":
                found.append(Doubt(
                    f"el[{number}].pc[{at}].s",
                    "a step size makes drivers pay for more than they used, and consumers see "
                    "prices that include VAT",
                    "take s out unless a contract demands it",
                ))  # fmt: skip
    found += money_doubts.of(tariff, _unit_e4(values))
    found += _vat(tariff) + _validity(values, now_s) + _limits(values)
    return found + _text(values) + _increment(values)


def _of_restrictions(
    place: str, restrictions: dict[str, Any], flat: bool, tariff: Tariff, now_s: int
) -> list[Doubt]:
    found: list[Doubt] = []
    begin, end = restrictions.get("t0", 0), restrictions.get("t1", 0)
    if begin > end > 0 and restrictions.get("dow", 127) != 127:
        times = f"00:00-{local_time.minute(end)} and {local_time.minute(begin)}-24:00"
        found.append(Doubt(
            place + ".dow",
            f"the window passes midnight, and each day of dow has both ends of it: {times}",
            "for a night from one day to the next write two elements",
        ))  # fmt: skip
    if "t0" in restrictions:
        found += _changing(place, begin, end, tariff, now_s)
    if flat and restrictions.keys() & {"t0", "dow", "d0", "d1"}:
        found.append(Doubt(
            place,
            "a session pays this once if it is on at any moment of these times, not only if it "
            "begins in them",
            "say so in text, or leave the times out",
        ))  # fmt: skip
    if "p0" in restrictions or "p1" in restrictions:
        found.append(Doubt(
            place + ".p0" if "p0" in restrictions else place + ".p1",
            "a record has no power: each segment is priced by its average",
            "restrict the time of the day instead, if a driver must be able to foresee the price",
        ))  # fmt: skip
    return found


def _changing(place: str, begin: int, end: int, tariff: Tariff, now_s: int) -> list[Doubt]:
    """A window with an end inside the hour that a change of the clock skips or repeats."""
    found: list[Doubt] = []
    for change in changes(tariff.zone, now_s, 2):
        low, high = change.gap
        day_s = low // local_time.DAY_S * local_time.DAY_S
        inside = [
            key for key, minute in (("t0", begin), ("t1", end)) if low < day_s + 60 * minute < high
        ]
        whole = begin < end and low <= day_s + 60 * begin and day_s + 60 * end <= high
        if not inside and not whole:
            continue
        does = "is skipped" if change.skips else "comes twice"
        what = f"{clock(low)}-{clock(high)} {does} on {date(low)}"
        if whole:
            what += ", and with it all of this window"
        found.append(Doubt(
            f"{place}.{inside[0] if inside else 't0'}", what,
            "let the window begin and end outside that hour",
        ))  # fmt: skip
    return found


def _vat(tariff: Tariff) -> list[Doubt]:
    if tariff.values["tax"] == "none":
        return []
    rows = [
        (f"el[{number}].pc[{at}]", "v" in component)
        for number, element in enumerate(tariff.elements)
        for at, component in enumerate(element["pc"])
    ]
    without = [place for place, has in rows if not has]
    if not without:
        return []
    todo = "give each price its v; 0 is a rate as well"
    if len(without) == len(rows):
        todo += "; or make tax none"
        what = f"tax is {tariff.values['tax']}, and no price says its VAT"
        return [Doubt("tax", what, todo)]
    return [Doubt(place, "a price without VAT among prices with it", todo) for place in without]


def _validity(values: dict[str, Any], now_s: int) -> list[Doubt]:
    begin, end = values.get("valid", (0, now_s + 1))
    if end <= now_s:
        what = f"it ended on {utc(end)}: sessions cost nothing (tariff_not_valid)"
        return [Doubt("valid", what, "give the device the tariff of today")]
    if begin > now_s:
        what = f"it begins on {utc(begin)}: until then sessions cost nothing (tariff_not_valid)"
        return [Doubt("valid", what, "give it to the device on that day")]
    return []


def _limits(values: dict[str, Any]) -> list[Doubt]:
    """The side that is not limited moves along in proportion: with it the VAT of what was used."""
    rates = {component.get("v", 0) for element in values["el"] for component in element["pc"]}
    if values["tax"] == "none":
        return []
    found = []
    least = values.get("min", {})
    if any(rates) and "v" not in least and least.get("net") != least.get("gross"):
        what = "a session in which nothing was priced pays it with no VAT, or with VAT of no rate"
        found.append(Doubt("min", what, "give it v, the VAT of what it stands for"))
    what = (
        "net alone is limited, and the prices have several VAT rates: the amount payable can fall"
        " while a session goes on"
    )
    todo = "limit gross, or both"
    return found + [
        Doubt(which, what, todo)
        for which in ("min", "max")
        if len(rates) > 1 and which in values and "gross" not in values[which]
    ]


def _text(values: dict[str, Any]) -> list[Doubt]:
    """Decimals in the text that are no price, limit or rate of the tariff."""
    known: set[int] = set()
    for element in values["el"]:
        for component in element["pc"]:
            price = component["p"]
            known |= {price, component.get("cap", price), 10 * component.get("v", 0)}
            if component["d"] in "TP" and price % 60 == 0:
                known.add(price // 60)
    for which in ("min", "max"):
        known |= {amount for key, amount in values.get(which, {}).items() if key != "v"}
    found: list[Doubt] = []
    for match in _NUMBER.finditer(values.get("text", "")):
        if int(match[1]) * 10000 + int(match[2].ljust(4, "0")) not in known:
            what = f"it says {match[0]}, which is no price of this tariff"
            found.append(Doubt("text", what, "mend the text or the price; drivers see both"))
    return found


def _increment(values: dict[str, Any]) -> list[Doubt]:
    unit = _unit_e4(values)
    if values["inc"] % unit == 0:
        return []
    what = f"amounts payable can be finer than the smallest unit of {values['cur']}"
    return [Doubt("inc", what, f"make it {unit}, or a multiple of that")]


def _unit_e4(values: dict[str, Any]) -> int:
    """The smallest unit of the currency."""
    return 10 ** (4 - words.places(values["cur"]))
