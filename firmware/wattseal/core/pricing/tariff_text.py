"""A tariff in words for a display and a record, in the order of AFIR; changes and prices nothing.

Per kWh, per minute, per session, then the rest. A price of an hour that is no whole number of e4 a
minute is said by the hour, for what is shown must be what is charged.
"""

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any

    from wattseal.core.pricing.tariff import Tariff

_MOST = const(250)  # characters of OCMF's TT
_HASH_DIGITS = const(16)
_ORDER = "ETPF"
_NAMES = {"E": "", "T": "charging ", "P": "parking ", "F": ""}
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
# (keys, words before and after, what one of the words' units is in the keys')
_RANGES = (
    ("e", "", " kWh", 1000000),
    ("s", "session ", " min", 60),
    ("i", "idle ", " min", 60),
    ("p", "", " kW", 1000),
    ("a", "", " A", 1000),
)
_TAXES = {"incl": "incl. VAT", "excl": "plus VAT", "none": "no VAT"}


def text(tariff: "Tariff") -> str:
    """All of it, however long."""
    values = tariff.values
    parts: list[str] = []
    for letter in _ORDER:
        for element in tariff.elements:
            for component in element["pc"]:
                if component["d"] == letter:
                    parts.append(_price(component, values["cur"]) + _when(element))
    for which in ("min", "max"):
        limit = values.get(which, {})
        for side in ("net", "gross"):
            if side in limit:
                parts.append("%s %s %s" % (which, amount(limit[side]), side))
    parts.append(_TAXES[values["tax"]])
    if "text" in values:
        parts.append(values["text"])
    return "; ".join(parts)


def heading(tariff: "Tariff") -> str:
    """What OCMF's TT says: <id>/<version> <first digits of the identity> <text>, cut to fit."""
    values = tariff.values
    name = "%s/%d %s " % (values["id"], values.get("ver", 0), tariff.identity[:_HASH_DIGITS])
    words = name + text(tariff)
    return words if len(words) <= _MOST else words[: _MOST - 3] + "..."


def amount(e4: int) -> str:
    """As a decimal of at least two places."""
    digits = "%d.%04d" % (abs(e4) // 10000, abs(e4) % 10000)
    while digits[-1] == "0" and digits[-3] != ".":
        digits = digits[:-1]
    return "-" + digits if e4 < 0 else digits


def _price(component: "dict[str, Any]", currency: str) -> str:
    letter, price = component["d"], component["p"]
    unit = {"E": "/kWh", "F": "/session"}.get(letter, "/h")
    if unit == "/h" and price % 60 == 0:
        unit, price = "/min", price // 60
    words = "%s%s %s%s" % (_NAMES[letter], amount(price), currency, unit)
    if component.get("s", 1) > 1:
        words += " in steps of %d %s" % (component["s"], "Wh" if letter == "E" else "s")
    if "cap" in component:
        words += " up to " + amount(component["cap"])
    return words


def _when(element: "dict[str, Any]") -> str:
    """The restrictions, in brackets."""
    restrictions = element.get("re", {})
    words: list[str] = []
    if "rsv" in restrictions:
        words.append("reserved" if restrictions["rsv"] == "R" else "reservation expired")
    if "dow" in restrictions:
        words.append(_days(restrictions["dow"]))
    if "t0" in restrictions:
        begin, end = _clock(restrictions["t0"]), _clock(restrictions["t1"])
        # a window over midnight on some weekdays is two of the same day
        split = "dow" in restrictions and begin > end > "00:00"
        words.append("00:00-%s and %s-24:00" % (end, begin) if split else begin + "-" + end)
    for key, word in (("d0", "from "), ("d1", "before ")):
        if key in restrictions:
            words.append(word + _date(restrictions[key]))
    for letter, before, after, unit in _RANGES:
        low, high = restrictions.get(letter + "0"), restrictions.get(letter + "1")
        if low is not None:
            words.append("%sfrom %s%s" % (before, _count(low, unit), after))
        if high is not None:
            words.append("%sbelow %s%s" % (before, _count(high, unit), after))
    return " (%s)" % ", ".join(words) if words else ""


def _days(bits: int) -> str:
    """Mon-Fri, or Sat+Sun."""
    names = [name for day, name in enumerate(_DAYS) if bits >> day & 1]
    first = _DAYS.index(names[0])
    if len(names) > 2 and bits == ((1 << len(names)) - 1) << first:
        return names[0] + "-" + names[-1]
    return "+".join(names)


def _clock(minute: int) -> str:
    return "%02d:%02d" % (minute // 60, minute % 60)


def _count(value: int, unit: int) -> str:
    """`value` of `unit` as a decimal, exact when the unit is decimal; seconds are said as such."""
    if value % unit == 0:
        return "%d" % (value // unit)
    if unit == 60:
        return "%d:%02d" % (value // 60, value % 60)
    digits = len(str(unit)) - 1
    decimals = ("%0" + "%dd" % digits) % (value % unit)
    while decimals[-1] == "0":
        decimals = decimals[:-1]
    return "%d.%s" % (value // unit, decimals)


def _date(days: int) -> str:
    """YYYY-MM-DD of a count from 1970."""
    days += 719468
    era_day = days % 146097
    year_of_era = (era_day - era_day // 1460 + era_day // 36524 - era_day // 146096) // 365
    year_day = era_day - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    month = (5 * year_day + 2) // 153  # from March
    year = year_of_era + days // 146097 * 400 + (1 if month > 9 else 0)
    day = year_day - (153 * month + 2) // 5 + 1
    return "%04d-%02d-%02d" % (year, month + 3 if month < 10 else month - 9, day)
