"""An operator's tariff as OCPI has it, in our form: exact, or refused; guesses nothing.

Source: OCPI 2.2.1-d2, chapter 11, and of 2.3.0 `tax_included` and a Price with `before_taxes`.
tools/export/cdr_tariff.py goes the other way.
"""

import datetime
import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tools.bills import words
from tools.tariff import ocpi_restrictions
from tools.tariff.judge import TariffFault
from tools.tariff.ocpi_restrictions import known, whole

_TYPES = {"ENERGY": "E", "TIME": "T", "PARKING_TIME": "P", "FLAT": "F"}
_TAXES = {"YES": "incl", "NO": "excl", "N/A": "none"}
# What says nothing of a price.
_ASIDE = {
    "country_code", "party_id", "type", "tariff_alt_url", "energy_mix", "last_updated",
    "tariff_alt_text", "preauthorize_amount",
}  # fmt: skip
_MOST_TEXT = 160
_FULL = 100000  # 100 % in our unit of a VAT
_NO_END_S = 1 << 40  # as the device takes it


@dataclass
class Converted:
    """`values`: of our tariff. `notes`: one sentence for each thing that was left out."""

    values: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def chosen(text: bytes, wanted: str) -> dict[str, Any]:
    """The Tariff object: the whole text, or one of a list or of a response's data. TariffFault."""
    try:
        found = json.loads(text, parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, RecursionError) as fault:
        raise TariffFault(f"it is no JSON ({fault}); name an OCPI Tariff object") from None
    if isinstance(found, dict) and "elements" not in found and "data" in found:
        found = found["data"]
    rows = found if isinstance(found, list) else [found]
    if not rows or not all(isinstance(row, dict) and "elements" in row for row in rows):
        raise TariffFault("it holds no OCPI Tariff object, which has elements; name another file")
    ids = [str(row.get("id")) for row in rows]
    if wanted:
        rows = [row for row in rows if str(row.get("id")) == wanted]
    if len(rows) != 1:
        among = ", ".join(ids[:5]) + (" ..." if len(ids) > 5 else "")
        raise TariffFault(f"it holds {len(ids)} tariffs; choose one with --id: {among}")
    return rows[0]


def convert(given: dict[str, Any], zone: str) -> Converted:
    """`zone`: the POSIX rule of the location's local time. TariffFault, with the place."""
    left = {key: value for key, value in given.items() if value is not None and value != []}
    taken = Converted()
    elements = _list(left.pop("elements"), "elements")
    name, currency = (_word(left.pop(key, None), key) for key in ("id", "currency"))
    limits = {
        ours: _limit(left.pop(theirs), theirs)
        for ours, theirs in (("min", "min_price"), ("max", "max_price"))
        if theirs in left
    }
    taken.values = {
        "id": name, "cur": currency, "tax": _tax(left, elements, limits),
        "tz": zone, "inc": 10 ** (4 - words.places(currency)), **limits,
    }  # fmt: skip
    _valid(left, taken)
    _text(left, taken)
    taken.values["el"] = [_element(row, f"elements[{n}]") for n, row in enumerate(elements)]
    _rates(limits, taken.values["el"])
    if left.get("type", "REGULAR") not in ("REGULAR", "AD_HOC_PAYMENT"):
        taken.notes.append(f"type {left['type']} is left out: a charger has one tariff for all")
    strange = sorted(left.keys() - _ASIDE)
    if strange:
        taken.notes.append(f"{', '.join(strange)}: unknown to OCPI 2.2.1, and left out")
    return taken


def _tax(left: dict[str, Any], elements: list[Any], limits: dict[str, Any]) -> str:
    """Without `tax_included`, as before 2.3.0, prices are without VAT."""
    said = left.pop("tax_included", None)
    if said is not None:
        return known(said, _TAXES, "tax_included")
    rated = any(
        isinstance(component, dict) and component.get("vat") is not None
        for element in elements if isinstance(element, dict)
        for component in element.get("price_components") or ()
    )  # fmt: skip
    return "excl" if rated or any("gross" in limit for limit in limits.values()) else "none"


def _element(given: Any, place: str) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise TariffFault(f"{place} is no object; write it in braces")
    _only(given, {"price_components", "restrictions"}, place)
    rows = _list(given.get("price_components"), f"{place}.price_components")
    found: dict[str, Any] = {
        "pc": [_component(row, f"{place}.price_components[{n}]") for n, row in enumerate(rows)]
    }
    if given.get("restrictions") is not None:
        restrictions = ocpi_restrictions.of(given["restrictions"], f"{place}.restrictions")
        found |= {"re": restrictions} if restrictions else {}
    return found


def _component(given: Any, place: str) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise TariffFault(f"{place} is no object; write it in braces")
    _only(given, {"type", "price", "vat", "step_size"}, place)
    letter = known(given.get("type"), _TYPES, f"{place}.type")
    found: dict[str, Any] = {"d": letter, "p": whole(given.get("price"), 4, f"{place}.price")}
    if given.get("vat") is not None:
        found["v"] = whole(given["vat"], 3, f"{place}.vat")
    step = whole(given.get("step_size", 1), 0, f"{place}.step_size")
    if step > 1 and found["d"] != "F":  # a flat fee has no unit for one
        found["s"] = step
    return found


def _limit(given: Any, place: str) -> dict[str, int]:
    """OCPI 2.1.1: a number; 2.2.1: with and without VAT; 2.3.0: before taxes, and each of them."""
    if not isinstance(given, dict):
        return {"net": whole(given, 4, place)}
    if "before_taxes" in given:
        _only(given, {"before_taxes", "taxes"}, place)
        net = whole(given["before_taxes"], 4, f"{place}.before_taxes")
        taxes = _list(given.get("taxes") or [], f"{place}.taxes")
        amounts = [
            whole(row.get("amount") if isinstance(row, dict) else None, 4,
                  f"{place}.taxes[{n}].amount")
            for n, row in enumerate(taxes)
        ]  # fmt: skip
        return {"net": net, "gross": net + sum(amounts)} if taxes else {"net": net}
    _only(given, {"excl_vat", "incl_vat"}, place)
    found = {"net": whole(given.get("excl_vat"), 4, f"{place}.excl_vat")}
    if given.get("incl_vat") is not None:
        found["gross"] = whole(given["incl_vat"], 4, f"{place}.incl_vat")
    return found


def _rates(limits: dict[str, dict[str, int]], elements: list[dict[str, Any]]) -> None:
    """A limit whose two sides are apart by the VAT of a price is of that VAT."""
    known = {c["v"] for element in elements for c in element["pc"] if "v" in c}
    for limit in limits.values():
        if limit.get("net") and "gross" in limit:
            rate, rest = divmod((limit["gross"] - limit["net"]) * _FULL, limit["net"])
            if not rest and rate in known:
                limit["v"] = rate


def _valid(left: dict[str, Any], taken: Converted) -> None:
    begin = _second(left.pop("start_date_time", None), "start_date_time")
    end = _second(left.pop("end_date_time", None), "end_date_time")
    if begin is not None or end is not None:
        taken.values["valid"] = [begin or 0, _NO_END_S if end is None else end]


def _second(value: Any, place: str) -> int | None:
    """OCPI's times are UTC, with a Z or without."""
    if value is None:
        return None
    try:
        at = datetime.datetime.fromisoformat(value)
        if at.utcoffset() or at.microsecond:
            raise ValueError
    except (TypeError, ValueError):
        told = f"{place} {value!r} is no UTC time in whole seconds"
        raise TariffFault(f"{told}; write it as 2026-12-01T00:00:00Z") from None
    return int(at.replace(tzinfo=datetime.UTC).timestamp())


def _text(left: dict[str, Any], taken: Converted) -> None:
    """English, or the first: what a driver reads beside the prices."""
    texts = [row for row in _list(left.get("tariff_alt_text") or [], "tariff_alt_text")
             if isinstance(row, dict) and isinstance(row.get("text"), str)]  # fmt: skip
    if not texts:
        return
    english = [row for row in texts if str(row.get("language")).startswith("en")]
    text = (english or texts)[0]["text"].strip()
    plain = text.isascii() and text.isprintable() and not set(text) & {'"', "\\"}
    if plain and 0 < len(text) <= _MOST_TEXT:
        taken.values["text"] = text
    else:
        taken.notes.append(
            f"tariff_alt_text is left out: a device takes 1 to {_MOST_TEXT} ASCII characters, "
            "no quotation mark and no backslash; put a shorter one in as text"
        )


def _word(value: Any, place: str) -> str:
    if not isinstance(value, str):
        raise TariffFault(f"{place} is no text; write it in quotes")
    return value


def _list(value: Any, place: str) -> list[Any]:
    if not isinstance(value, list):
        raise TariffFault(f"{place} is no list; write it in brackets")
    return value


def _only(given: dict[str, Any], known: set[str], place: str) -> None:
    strange = sorted(key for key, value in given.items() if value is not None and key not in known)
    if strange:
        raise TariffFault(
            f"{place}.{strange[0]} is unknown to OCPI 2.2.1; take it out, "
            "or the price would be another than is meant"
        )


def _no_constant(word: str) -> None:
    raise ValueError(f"{word} is no number")
