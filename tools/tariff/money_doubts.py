"""Prices, VAT and limits that are legal and likely of another unit or sign; refuses nothing."""

from typing import Any

from tools.tariff import local_time
from tools.tariff.doubt import Doubt
from wattseal.core.pricing.tariff import Tariff
from wattseal.core.pricing.tariff_text import amount

_FULL = 100000  # 100 % in our unit of a VAT
_WHOLE_PERCENT = 1000
_SEASONS_S = (1768435200, 1784073600)  # 2026-01-15 and -07-15
# Names of standard times that mean one offset, in hours from UTC.
_HOURS = {
    "UTC": 0, "GMT": 0, "WET": 0, "CET": 1, "EET": 2, "MSK": 3, "EST": -5, "MST": -7, "PST": -8,
    "AKST": -9, "HST": -10, "JST": 9, "KST": 9, "AEST": 10, "NZST": 12,
}  # fmt: skip


def of(tariff: Tariff, unit_e4: int) -> list[Doubt]:
    """`unit_e4`: the currency's smallest unit."""
    found = []
    for number, element in enumerate(tariff.elements):
        for at, component in enumerate(element["pc"]):
            found += _of_price(f"el[{number}].pc[{at}]", component, tariff.values, unit_e4)
    return found + _zone(tariff) + _payable(tariff.values) + _sides(tariff.values, unit_e4)


def _of_price(
    place: str, component: dict[str, Any], values: dict[str, Any], unit_e4: int
) -> list[Doubt]:
    found = []
    price, rate = component["p"], component.get("v", 0)
    if price < 0:
        what = f"a price below zero: the driver is paid {amount(-price)} {values['cur']} for it"
        found.append(Doubt(place + ".p", what, "take the minus away, if that is not meant"))
    elif 0 < price < unit_e4:
        what = f"{amount(price)} {values['cur']} is less than the smallest unit of {values['cur']}"
        found.append(Doubt(place + ".p", what, "p is in 1/10000: write 4900 for 0.49"))
    if 0 < rate < _WHOLE_PERCENT:
        what = f"a VAT of {rate / 1000:g} %"
        found.append(Doubt(place + ".v", what, "v is in 1/1000 %: write 19000 for 19 %"))
    return found


def _zone(tariff: Tariff) -> list[Doubt]:
    """The sign in a POSIX rule is the other one than in "UTC+1"."""
    rule = tariff.values["tz"]
    name = rule[: next((at for at, letter in enumerate(rule) if not letter.isalpha()), len(rule))]
    offsets_s = [tariff.zone.offset_s(at_s) for at_s in _SEASONS_S]
    if name not in _HOURS or _HOURS[name] * 3600 in offsets_s:
        return []
    what = f"it says {name}, and is UTC{local_time.offset(offsets_s[0])}"
    todo = "turn the sign round: CET-1 is an hour ahead of UTC"
    return [Doubt("tz", what, todo)]


def _payable(values: dict[str, Any]) -> list[Doubt]:
    """What is paid is rounded last: the limit itself has to be an amount that can be paid."""
    found = []
    side = "net" if values["tax"] == "none" else "gross"
    for which, words in (("min", "at least"), ("max", "at most")):
        limit = values.get(which, {})
        money = limit.get(side, limit.get("gross") if side == "net" else None)
        if money is None or money % values["inc"] == 0:
            continue
        paid = (2 * money + values["inc"]) // (2 * values["inc"]) * values["inc"]
        if (paid > money) == (which == "max"):
            what = f"a session is to cost {words} {amount(money)}, and {amount(paid)} is paid"
            todo = f"make it a multiple of inc, {amount(values['inc'])}"
            found.append(Doubt(which, what, todo))
    return found


def _sides(values: dict[str, Any], unit_e4: int) -> list[Doubt]:
    """Each side is limited for itself (OCPI), and what lies between them is called VAT."""
    if values["tax"] == "none":
        return []
    rates = [c.get("v", 0) for element in values["el"] for c in element["pc"]]
    found = []
    for which in ("min", "max"):
        limit = values.get(which, {})
        if "net" not in limit or "gross" not in limit:
            continue
        own = [*rates, *([limit["v"]] if "v" in limit else [])]
        low, high = (limit["net"] * (_FULL + rate) for rate in (min(own), max(own)))
        if not low - unit_e4 * _FULL <= limit["gross"] * _FULL <= high + unit_e4 * _FULL:
            what = (
                f"{amount(limit['net'])} without VAT and {amount(limit['gross'])} with it are not "
                "apart by the VAT of any price: bills would show a VAT that is none"
            )
            found.append(Doubt(which, what, "mend one of them, or leave net out"))
    least, most = values.get("min", {}), values.get("max", {})
    if least.get("gross", 0) * _FULL > most.get("net", 1 << 60) * (_FULL + max(rates)) or (
        least.get("net", 0) * (_FULL + min(rates)) > most.get("gross", 1 << 60) * _FULL
    ):
        what = "with VAT counted it is more than max, which holds then"
        found.append(Doubt("min", what, "make max the larger one"))
    return found
