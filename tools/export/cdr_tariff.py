"""A tariff of ours as OCPI 2.2.1's Tariff object, and in words what that object cannot say."""

import datetime
from decimal import Decimal
from typing import Any

from tools.bills import tariffs, words
from tools.export import units
from wattseal.core.pricing import tariff_text
from wattseal.core.pricing.tariff import Tariff

_FULL = 100000
_TYPES = {"E": "ENERGY", "T": "TIME", "P": "PARKING_TIME", "F": "FLAT"}
_DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
_RESERVATIONS = {"R": "RESERVATION", "X": "RESERVATION_EXPIRES"}
_MOST_ID = 36
_LAST_S = 253402300799  # of the year 9999; what ends later has no end
_EPOCH = datetime.date(1970, 1, 1)
# ours, OCPI's, the decimal places by which the unit moves
_NUMBERS = (
    ("e0", "min_kwh", 6), ("e1", "max_kwh", 6), ("a0", "min_current", 3),
    ("a1", "max_current", 3), ("p0", "min_power", 3), ("p1", "max_power", 3),
    ("s0", "min_duration", 0), ("s1", "max_duration", 0),
)  # fmt: skip


def name(tariff: Tariff) -> str:
    """<id>-<version>, or the hash's beginning when that is too long."""
    said = f"{tariff.values['id']}-{tariff.values.get('ver', 0)}"
    return said if len(said) <= _MOST_ID else tariff.identity[:_MOST_ID]


def of(
    tariff: Tariff, country_code: str, party_id: str, at_s: int
) -> tuple[dict[str, Any], list[str]]:
    """(the object, one sentence for each thing that it cannot say). `at_s`: when it was in use."""
    said = [element for element in tariff.elements if _is_mapped(element)]
    left = [element for element in tariff.elements if not _is_mapped(element)]
    values = tariff.values
    found: dict[str, Any] = {
        "country_code": country_code, "party_id": party_id, "id": name(tariff),
        "currency": values["cur"],
        "elements": [_element(element, values["tax"]) for element in said] or [_free()],
        "last_updated": units.utc(at_s),
    }  # fmt: skip
    times = zip(("start_date_time", "end_date_time"), values.get("valid", ()), strict=False)
    found |= {theirs: units.utc(valid_s) for theirs, valid_s in times if valid_s <= _LAST_S}
    for ours, theirs in (("min", "min_price"), ("max", "max_price")):
        price = _limit(values.get(ours), values["tax"])
        if price:
            found[theirs] = price
    more = _more(tariff, left)
    if more:
        found["tariff_alt_text"] = [{"language": "en", "text": "; ".join(more)[:512]}]
    return found, _notes(tariff, left, more)


def _is_mapped(element: dict[str, Any]) -> bool:
    """OCPI knows no idle period and no cap; without them its price would be another."""
    idle = {"i0", "i1"} & set(element.get("re", {}))
    return not idle and not any("cap" in component for component in element["pc"])


def _element(element: dict[str, Any], tax: str) -> dict[str, Any]:
    found: dict[str, Any] = {"price_components": [_component(c, tax) for c in element["pc"]]}
    if element.get("re"):
        found["restrictions"] = _restrictions(element["re"])
    return found


def _component(component: dict[str, Any], tax: str) -> dict[str, Any]:
    found = {
        "type": _TYPES[component["d"]], "price": units.number(_net(component, tax)),
        "step_size": component.get("s", 1) or 1,
    }  # fmt: skip
    if "v" in component:
        found["vat"] = units.number(Decimal(component["v"]).scaleb(-3))
    return found


def _net(component: dict[str, Any], tax: str) -> Decimal:
    """OCPI's prices are without VAT, in four decimals."""
    price = Decimal(component["p"]).scaleb(-4)
    return (
        units.rounded(price * _FULL / (_FULL + component.get("v", 0))) if tax == "incl" else price
    )


def _free() -> dict[str, Any]:
    return {"price_components": [{"type": "FLAT", "price": 0, "step_size": 1}]}


def _restrictions(ours: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, theirs in (("t0", "start_time"), ("t1", "end_time")):
        if key in ours:
            found[theirs] = f"{ours[key] // 60:02}:{ours[key] % 60:02}"
    for key, theirs in (("d0", "start_date"), ("d1", "end_date")):
        if key in ours:
            found[theirs] = str(_EPOCH + datetime.timedelta(days=ours[key]))
    for key, theirs, places in _NUMBERS:
        if key in ours:
            found[theirs] = units.number(Decimal(ours[key]).scaleb(-places))
    if "dow" in ours:
        found["day_of_week"] = [day for bit, day in enumerate(_DAYS) if ours["dow"] >> bit & 1]
    if "rsv" in ours:
        found["reservation"] = _RESERVATIONS[ours["rsv"]]
    return found


def _limit(limit: dict[str, int] | None, tax: str) -> dict[str, Any] | None:
    """None without one, or without a net amount, which OCPI cannot leave out."""
    if not limit:
        return None
    net = limit.get("net", limit.get("gross") if tax == "none" else None)
    if net is None:
        return None
    found = {"excl_vat": units.money(net)}
    if tax != "none" and "gross" in limit:
        found["incl_vat"] = units.money(limit["gross"])
    return found


def _more(tariff: Tariff, left: list[dict[str, Any]]) -> list[str]:
    """What the elements do not say: what was left out, and the tariff's own text."""
    partly = Tariff({**tariff.values, "el": left, "min": {}, "max": {}}, tariff.zone, "")
    partly.values.pop("text", None)
    said = tariff_text.text(partly).split("; ") if left else []
    for which in ("min", "max"):
        limit = tariff.values.get(which)
        if limit and _limit(limit, tariff.values["tax"]) is None:
            said.append(f"{which} {words.amount(limit['gross'], tariff.values['cur'])} incl. VAT")
    return said + ([tariff.values["text"]] if "text" in tariff.values else [])


def _notes(tariff: Tariff, left: list[dict[str, Any]], more: list[str]) -> list[str]:
    called = f"tariff {tariffs.name(tariff)}"
    notes = []
    if left:
        notes.append(
            f"{called}: OCPI 2.2.1 knows no idle period and no cap, so tariff_alt_text alone "
            f"says {len(left)} of its {len(tariff.elements)} elements."
        )
    components = [c for element in tariff.elements for c in element["pc"]]
    if any(_net(c, tariff.values["tax"]) != _exact(c, tariff.values["tax"]) for c in components):
        notes.append(
            f"{called}: its prices include VAT, and OCPI's are without it in four decimals, so "
            "what is computed from them can differ by rounding; total_cost is what was signed."
        )
    if sum(map(len, more)) + 2 * len(more) > 512:
        notes.append(f"{called}: tariff_alt_text was cut to OCPI's 512 characters.")
    return notes


def _exact(component: dict[str, Any], tax: str) -> Decimal:
    price = Decimal(component["p"]).scaleb(-4)
    return price * _FULL / (_FULL + component.get("v", 0)) if tax == "incl" else price
