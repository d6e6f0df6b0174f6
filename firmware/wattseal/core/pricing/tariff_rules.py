"""What a tariff may say, and why it is refused; no value is changed and nothing is filled in."""

from micropython import const

from wattseal.core.pricing.tariff import TariffError

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any

    from wattseal.core.pricing.json_text import Json

    Row = tuple[str, str, int, int]

_MOST_E4 = const(999999999)
_MOST_SMALL = const(0x3FFFFFFF)  # of a small integer on a 32-bit board: 1073 kWh in mWh
# (key, kind, low, high): of a number its range, of the others their length; ? may be missing
_TARIFF = (
    ("id", "s", 1, 36), ("ver", "n?", 0, 999999), ("cur", "s", 3, 3), ("tax", "s", 4, 5),
    ("tz", "s", 1, 64), ("inc", "n", 1, 1000000), ("valid", "l?", 2, 2), ("min", "o?", 1, 3),
    ("max", "o?", 1, 3), ("text", "s?", 1, 160), ("el", "l", 1, 16),
)  # fmt: skip
_ELEMENT = (("pc", "l", 1, 4), ("re", "o?", 1, 16))
_COMPONENT = (
    ("d", "s", 1, 1), ("p", "n", -_MOST_E4, _MOST_E4), ("v", "n?", 0, 100000),
    ("s", "n?", 0, 1000000), ("cap", "n?", 0, _MOST_E4),
)  # fmt: skip
_LIMIT = (("net", "n?", 0, _MOST_E4), ("gross", "n?", 0, _MOST_E4), ("v", "n?", 0, 100000))
_RESTRICTIONS = (
    ("t0", "n?", 0, 1439), ("t1", "n?", 0, 1439), ("dow", "n?", 1, 127),
    ("d0", "n?", 0, 99999), ("d1", "n?", 0, 99999), ("rsv", "s?", 1, 1),
) + tuple(
    (letter + digit, "n?", 0, _MOST_SMALL) for letter in "esipa" for digit in "01"
)  # fmt: skip
_KINDS: "dict[str, tuple[Any, str]]" = {
    "n": (int, "a whole number from %d to %d"),
    "s": (str, "a text of %d to %d characters"),
    "l": (list, "a list of %d to %d entries"),
    "o": (dict, "an object of %d to %d keys"),
}
# Restrictions, by first letter, that a dimension cannot have: within a reading nobody knows when
# an energy or a power was reached; energy and charging time are not idle; a reservation has no
# energy and no parking.
_NOT_FOR = {"E": "ir", "T": "epi", "P": "epr", "F": "ep"}
_NOT_RESERVED = "esipa"


def check(values: "Any") -> None:
    """TariffError unless all is well."""
    _keys(values, "", _TARIFF)
    _name(values["id"], "id", "-._")
    if not (values["cur"].isalpha() and values["cur"].isupper()):
        raise TariffError("cur: three capital letters are needed")
    if values["tax"] not in ("incl", "excl", "none"):
        raise TariffError("tax: neither incl nor excl nor none")
    _validity(values.get("valid"))
    _limits(values)
    covered: set[str] = set()
    for number, element in enumerate(values["el"]):
        _element(element, "el[%d]." % number, values["tax"], covered)


def unprovable(values: "dict[str, Any]") -> str:
    """Why a signed record could not prove a price of this tariff, or "": its segments have neither
    power nor current."""
    for number, element in enumerate(values["el"]):
        for key in element.get("re", ()):
            if key[0] in "pa":
                return "el[%d].re.%s: a signed record has no power and no current" % (number, key)
    return ""


def _keys(values: "Json", where: str, rows: "tuple[Row, ...]") -> None:
    if not isinstance(values, dict):
        raise TariffError("%s is no object" % (where[:-1] or "the tariff"))
    left = set(values)
    for key, kind, low, high in rows:
        if key not in values:
            if len(kind) == 1:
                raise TariffError("%s%s is missing" % (where, key))
            continue
        left.remove(key)
        value = values[key]
        form, words = _KINDS[kind[0]]
        size = value if isinstance(value, int) else len(value)
        if not isinstance(value, form) or not low <= size <= high:
            raise TariffError("%s%s is not %s" % (where, key, words % (low, high)))
    for key in left:
        raise TariffError("%s%s: unknown key" % (where, key[:20]))


def _name(name: str, where: str, marks: str) -> None:
    for letter in name:
        if not (letter.isalpha() or letter.isdigit() or letter in marks):
            raise TariffError("%s: only letters, digits and %s are allowed" % (where, marks))


def _validity(valid: "list[Any] | None") -> None:
    if valid is None:
        return
    for second in valid:
        if not isinstance(second, int) or not 0 <= second <= 1 << 40:
            raise TariffError("valid: two UTC seconds are needed")
    if valid[0] >= valid[1]:
        raise TariffError("valid: it ends before it begins")


def _limits(values: "dict[str, Any]") -> None:
    least, most = values.get("min", {}), values.get("max", {})
    for where, limit in (("min.", least), ("max.", most)):
        _keys(limit, where, _LIMIT)
        if "v" in limit and (values["tax"] == "none" or len(limit) == 1):
            raise TariffError(where + "v: VAT of nothing, by tax or for want of net and gross")
        if limit.get("net", 0) > limit.get("gross", _MOST_E4):
            raise TariffError(where + "net is more than gross")
        if values["tax"] == "none" and len(limit) == 2 and limit["net"] != limit["gross"]:
            raise TariffError(where + "net is not gross, but tax is none")
    for low, high in (("net", "net"), ("gross", "gross"), ("net", "gross")):
        if least.get(low, 0) > most.get(high, _MOST_E4):
            raise TariffError("min.%s is more than max.%s" % (low, high))


def _element(element: "Any", where: str, tax: str, covered: "set[str]") -> None:
    _keys(element, where, _ELEMENT)
    restrictions = element.get("re", {})
    _restrictions(restrictions, where + "re.")
    reserved = restrictions.get("rsv", "")
    seen = ""
    for number, component in enumerate(element["pc"]):
        here = "%spc[%d]." % (where, number)
        _component(component, here, tax)
        letter = component["d"]
        if letter in seen:
            raise TariffError("%sd: %s comes twice in one element" % (here, letter))
        seen += letter
        for key in restrictions:
            if key[0] in _NOT_FOR[letter]:
                raise TariffError("%sre.%s cannot restrict %s" % (where, key, letter))
        if letter + reserved in covered or (reserved == "X" and letter + "R" in covered):
            raise TariffError("%sd: an element before it prices every %s" % (here, letter))
        if len(restrictions) == (1 if reserved else 0):
            covered.add(letter + reserved)


def _component(component: "Any", where: str, tax: str) -> None:
    _keys(component, where, _COMPONENT)
    letter = component["d"]
    if letter not in _NOT_FOR:
        raise TariffError(where + "d: none of E, T, P and F")
    if "v" in component and tax == "none":
        raise TariffError(where + "v: VAT, but tax is none")
    if letter == "F" and (component.get("s", 1) > 1 or "cap" in component):
        raise TariffError(where + "d: a flat price has neither steps nor a cap")


def _restrictions(restrictions: "dict[str, Any]", where: str) -> None:
    _keys(restrictions, where, _RESTRICTIONS)
    reserved = restrictions.get("rsv", "R")
    if reserved not in "RX":
        raise TariffError(where + "rsv: neither R nor X")
    for letter in "desipa":
        if restrictions.get(letter + "0", -1) >= restrictions.get(letter + "1", _MOST_E4 * 2):
            raise TariffError("%s%s1: it ends where it begins, or before" % (where, letter))
    if ("t0" in restrictions) != ("t1" in restrictions):
        raise TariffError(where + "t0 and t1 come together")
    if "t0" in restrictions and restrictions["t0"] == restrictions["t1"]:
        raise TariffError(where + "t1: it ends when it begins")
    for key in restrictions:
        if "rsv" in restrictions and key[0] in _NOT_RESERVED:
            raise TariffError("%s%s: a reservation has no session yet" % (where, key))
