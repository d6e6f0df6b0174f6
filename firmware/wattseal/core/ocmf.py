"""Builds and takes apart one OCMF record; signs nothing and judges nothing.

Open Charge Metering Format as every released verifier of S.A.F.E. takes it (OCMF-en.md,
2025-04-29, tables 2 to 19): FV 1.0, integer Wh, every field repeated in every reading, compact
ASCII JSON in the order of the standard's tables, written by hand so that the bytes are the same
on every interpreter.
"""

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any, Callable, Iterator, Sequence, TypeAlias

    from wattseal.core.session import Entry

    Value: TypeAlias = "bool | int | str | dict[str, Value] | Sequence[Value]"
    Field = tuple[str, Value]

_DAY_MS = const(86400000)
REGISTER = "01-00:01.08.00*FF"  # total import; the form that releases 1.2.0 to 1.4.1 accept
_FORM = "0000-00-00T00:00:00,000~0000 ~"
LIMITS = {"TT": 250, "ID": 40, "CF": 25}


class OcmfError(Exception):
    """A value that no OCMF record may hold; the argument says which field and what is wrong."""


class Head:
    """What is the same in all records of one connector and meter. All texts, OCMF's names."""

    def __init__(
        self, gi: str, gs: str, gv: str, mv: str, mm: str, ms: str, mf: str, ct: str, ci: str,
        model_hash: str = "", current: str = "AC",
    ) -> None:  # fmt: skip
        self.gi, self.gs, self.gv = gi, gs, gv
        self.mv, self.mm, self.ms, self.mf = mv, mm, ms, mf
        self.ct, self.ci = ct, ci
        self.model_hash = model_hash
        self.current = current  # OCMF RT: "AC" or "DC"


class Identification:
    """OCMF's IS, IL, IF, IT, ID."""

    def __init__(
        self, present: bool, level: str, flags: "list[str]", id_type: str, data: str
    ) -> None:
        self.present = present
        self.level = level
        self.flags = flags
        self.id_type = id_type
        self.data = data


def payload(*parts: "Any") -> str:
    """The section to be signed, of what `pieces` takes. OcmfError."""
    return "".join(list(pieces(*parts)))


def pieces(
    head: Head, pagination: int, who: "Identification", entries: "list[Entry]",
    extras: "Sequence[Field]",
) -> "Iterator[str]":  # fmt: skip
    """The section to be signed, a little at a time: all of it takes a small board a tenth of a
    second. `extras`: (key, value) pairs that come last, each value a text, an integer, a list of
    them or an object, whose keys are put in order. OcmfError."""
    fields: list[Field] = [
        ("FV", "1.0"), ("GI", head.gi), ("GS", head.gs), ("GV", head.gv),
        ("PG", "T%d" % pagination),
        ("MV", head.mv), ("MM", head.mm), ("MS", head.ms), ("MF", head.mf),
        ("IS", who.present), ("IL", who.level), ("IF", who.flags), ("IT", who.id_type),
        ("ID", who.data),
        ("CT", head.ct), ("CI", head.ci),
    ]  # fmt: skip
    yield from _joined("{", [row for row in fields if row[1] != ""], field, ',"RD":[')
    yield from _joined("", [(entry, head.current) for entry in entries], _reading, "]")
    for key, value in extras:
        if isinstance(value, dict):
            rows = [(name, value[name]) for name in sorted(value)]
            yield from _joined(',"%s":{' % key, rows, field, "}")
        elif isinstance(value, list) and value:
            rows = [(key, item) for item in value]
            yield from _joined(',"%s":[' % key, rows, _value, "]")
        else:
            yield "," + field(key, value)
    yield "}"


def _joined(begin: str, pairs: "Any", text: "Callable[..., str]", end: str) -> "Iterator[str]":
    for one, other in pairs:
        yield begin + text(one, other)
        begin = ","
    yield end


def field(key: str, value: "Value") -> str:
    """One key of the section and its value. OcmfError."""
    return '"%s":%s' % (key, _value(key, value))


def frame(payload_text: str, signature_hex: str) -> str:
    """The whole record. `signature_hex`: upper-case hex of the DER signature."""
    return 'OCMF|%s|{"SA":"ECDSA-secp256r1-SHA256","SD":"%s"}' % (payload_text, signature_hex)


def split(text: str) -> "tuple[str, str]":
    """(payload, signature section) of a record, unchanged. OcmfError when it is none."""
    parts = text.split("|")
    if len(parts) != 3 or parts[0] != "OCMF":
        raise OcmfError("this is not OCMF|payload|signature")
    return parts[1], parts[2]


def constants(parsed: "dict[str, Any]") -> "tuple[Head, Identification]":
    """(Head, Identification) of a parsed payload, to write the next record of its session."""
    head = Head(
        parsed["GI"], parsed["GS"], parsed.get("GV", ""), parsed.get("MV", ""),
        parsed.get("MM", ""), parsed.get("MS", ""), parsed.get("MF", ""),
        parsed["CT"], parsed["CI"], parsed.get("UM", ""), parsed["RD"][0]["RT"],
    )  # fmt: skip
    who = Identification(
        parsed["IS"], parsed["IL"], parsed["IF"], parsed["IT"], parsed.get("ID", "")
    )
    return head, who


def format_time(utc_ms: int, time_state: str) -> str:
    """OCMF's TM in UTC, such as "2026-03-01T10:00:00,000+0000 S"."""
    days, ms = utc_ms // _DAY_MS, utc_ms % _DAY_MS
    year, month, day = _date(days)
    seconds = ms // 1000
    return "%04d-%02d-%02dT%02d:%02d:%02d,%03d+0000 %s" % (
        year, month, day, seconds // 3600, seconds // 60 % 60, seconds % 60, ms % 1000, time_state,
    )  # fmt: skip


def parse_time(text: str) -> "tuple[int, str]":
    """(utc_ms, time state) of a TM in OCMF's one form, with any offset. OcmfError."""
    if not _has_form(text):
        raise OcmfError("this is no OCMF time: %s" % text)
    year, month, day = int(text[0:4]), int(text[5:7]), int(text[8:10])
    hour, minute, second = int(text[11:13]), int(text[14:16]), int(text[17:19])
    offset_h, offset_min = int(text[24:26]), int(text[26:28])
    days = _days(year, month, day)
    if _date(days) != (year, month, day):  # such as 30 February
        raise OcmfError("there is no such day: %s" % text)
    if hour > 23 or minute > 59 or second > 59 or offset_h > 18 or offset_min > 59:
        raise OcmfError("there is no such time: %s" % text)
    offset_min += 60 * offset_h
    minutes = (days * 24 + hour) * 60 + minute
    minutes += offset_min if text[23] == "-" else -offset_min
    return (minutes * 60 + second) * 1000 + int(text[20:23]), text[29]


def _reading(entry: "Entry", current: str) -> str:
    """Every field in every reading: the reference verifier inherits nothing."""
    text = '{"TM":"%s","TX":"%s",' % (format_time(entry.utc_ms, entry.time_state), entry.tx)
    if entry.energy_wh is not None:
        text += '"RV":%d,"RI":"%s","RU":"Wh","RT":"%s",' % (entry.energy_wh, REGISTER, current)
    return text + '"EF":"%s","ST":"%s"}' % (entry.ef, entry.st)


def _value(key: str, value: "Value") -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return "%d" % value
    if isinstance(value, str):
        return '"%s"' % _plain(key, value)
    if isinstance(value, dict):
        return "{%s}" % ",".join(['"%s":%s' % (k, _value(k, value[k])) for k in sorted(value)])
    return "[" + ",".join([_value(key, item) for item in value]) + "]"


def _plain(key: str, text: str) -> str:
    """Only characters that need no escape, for some verifiers write the JSON anew."""
    if len(text) > LIMITS.get(key, 250):
        raise OcmfError("%s is longer than OCMF allows" % key)
    for c in text.encode():  # as numbers: a string of each would be looked for among all names
        if not 32 <= c < 127 or c in b'|"\\':
            raise OcmfError("%s holds a character that a record must not have" % key)
    return text


def _has_form(text: str) -> bool:
    """A digit where _FORM has 0, any character where it has ~, else the same character."""
    if len(text) != len(_FORM):
        return False
    for want, c in zip(_FORM, text):
        if want == "0" and not "0" <= c <= "9":
            return False
        if want not in "0~" and want != c:
            return False
    return text[23] in "+-"


def _days(year: int, month: int, day: int) -> int:
    """Days since 1970-01-01 of a Gregorian date, counted in years that begin in March."""
    if month < 3:
        year, month = year - 1, month + 12
    era_days = 365 * year + year // 4 - year // 100 + year // 400
    return era_days + (153 * (month - 3) + 2) // 5 + day - 719469


def _date(days: int) -> "tuple[int, int, int]":
    """(year, month, day) of days since 1970-01-01; the inverse of `_days`."""
    days += 719468
    era, day_of_era = days // 146097, days % 146097
    year_of_era = (
        day_of_era - day_of_era // 1460 + day_of_era // 36524 - day_of_era // 146096
    ) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    month_from_march = (5 * day_of_year + 2) // 153
    day = day_of_year - (153 * month_from_march + 2) // 5 + 1
    month = month_from_march + 3 if month_from_march < 10 else month_from_march - 9
    year = era * 400 + year_of_era + (1 if month < 3 else 0)
    return year, month, day
