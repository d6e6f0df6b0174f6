"""Our own rules for a finished record, stricter than the reference verifier's; changes nothing.

What is demanded here and why: reference verifiers inherit no field, read one form of time, ignore
what they cannot read, and some read the JSON anew; OCMF-en.md (2025-04-29) wants error flags
carried on. A finding is a short name. Types are checked first, so any parsed JSON may come in.
"""

import binascii

from micropython import const

from wattseal.core import der, safe_rules
from wattseal.core.ocmf import LIMITS, REGISTER, OcmfError, format_time, frame, parse_time
from wattseal.core.safe_releases import RELEASES

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any, Iterator, TypeAlias, TypeGuard

    Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
    Parsed = dict[str, Any]  # a JSON object whose values are checked before they are used

MOST_BYTES = 6144
_RELEASE = "1.4.1"
_LETTERS = ("B", "C", "X", "T", "S") + safe_rules.ENDS
_STATUSES = ("N", "G", "T", "D", "R", "M", "X", "I", "O", "S", "E", "F")
_VALUE_FIELDS = ("RV", "RI", "RU", "RT")
_MUST_SAY = (
    ("GS", "device_id"), ("MS", "meter_serial"), ("CT", "charge_point"), ("CI", "charge_point"),
    ("IT", "identification"), ("IL", "identification"),
)  # fmt: skip


def check(text: str, payload: "Parsed") -> "list[str]":
    """Findings on a session record, [] when it is fit for billing.

    `text`: the whole record; `payload`: its payload as any JSON parser reads it. Includes the
    rules of the reference verifier's newest release.
    """
    return [finding for part in parts(text, payload) for finding in part]


def parts(text: str, payload: "Parsed") -> "Iterator[list[str]]":
    """As `check`, in parts of 40 ms on a small board: whoever samples gives way in between."""
    found = _text(text)
    yield found
    head = _head(payload)
    yield head
    readings = payload.get("RD")
    if not _are_readings(readings):
        yield ["readings"]
        return
    order = _order(readings)
    yield order
    course = _course(readings)
    yield course
    if not (found or head or order or course):
        yield safe_rules.check(payload, RELEASES[_RELEASE])


def check_begin(text: str, payload: "Parsed") -> "list[str]":
    """Findings on a begin record, which holds the begin reading and nothing else."""
    found = _text(text) + _head(payload)
    readings = payload.get("RD")
    if not _are_readings(readings):
        return found + ["readings"]
    if len(readings) != 1 or readings[0]["TX"] != "B":
        found.append("begin_only")
    return found + _course(readings)


def _order(readings: "list[Parsed]") -> "list[str]":
    letters = [reading["TX"] for reading in readings]
    ends = [letter for letter in letters if letter in safe_rules.ENDS]
    if letters[0] != "B" or letters.count("B") != 1 or len(ends) != 1:
        return ["begin_and_end"]
    return [] if letters[-1] in safe_rules.ENDS else ["end_not_last"]


def _is_compact(text: str) -> bool:
    """No space outside of strings; with no escapes, quotes come in pairs."""
    at = 0
    while True:
        opens = text.find('"', at)
        if text.find(" ", at, opens if opens >= 0 else len(text)) >= 0:
            return False
        at = text.find('"', opens + 1) + 1 if opens >= 0 else 0
        if not at:
            return True


def _text(text: str) -> "list[str]":
    found: list[str] = []
    if len(text) > MOST_BYTES:
        found.append("too_long")
    if text.count("|") != 2 or "\\" in text or not _is_printable_ascii(text):
        return found + ["not_plain_ascii"]
    payload_text = text.split("|")[1]
    if not _is_compact(payload_text):
        found.append("not_compact")
    if not _is_signature(text, payload_text):
        found.append("signature_form")
    return found


def _is_printable_ascii(text: str) -> bool:
    # What cannot be printed is escaped there, and so may be a single quote.
    plain = text.replace("'", "")
    return len(text.encode()) == len(text) and repr(plain)[1:-1] == plain


def _is_signature(text: str, payload_text: str) -> bool:
    """Whether the record is exactly what `frame` makes of a minimal signature in upper hex."""
    digits = text[text.rfind(":") + 2 : -2]
    try:
        der.decode(binascii.unhexlify(digits))
    except (ValueError, der.DerError):
        return False
    return digits == digits.upper() and text == frame(payload_text, digits)


def _head(payload: "Parsed") -> "list[str]":
    found: list[str] = []
    if payload.get("FV") != "1.0":
        found.append("format_version")
    if not _is_pagination(payload.get("PG")):
        found.append("pagination")
    for key, name in _MUST_SAY:
        text = payload.get(key)
        if (not text or not isinstance(text, str)) and name not in found:
            found.append(name)
    if payload.get("CT") not in ("EVSEID", "CBIDC") and "charge_point" not in found:
        found.append("charge_point")
    if not isinstance(payload.get("IS"), bool) or not isinstance(payload.get("IF"), list):
        found.append("identification_flags")
    if payload.get("IL") in safe_rules.ERROR_LEVELS:
        found.append("identification_level")
    if any(len(str(payload.get(key, ""))) > most for key, most in LIMITS.items()):
        found.append("field_too_long")
    return found


def _is_pagination(text: object) -> bool:
    if not isinstance(text, str) or text[:1] != "T" or text[1:2] in ("", "0"):
        return False
    return all(c in "0123456789" for c in text[1:])


def _are_readings(readings: "Json") -> "TypeGuard[list[Parsed]]":
    """Each with every field, so that nothing has to be inherited."""
    if not isinstance(readings, list) or not readings:
        return False
    return all(isinstance(reading, dict) and _is_reading(reading) for reading in readings)


def _is_reading(reading: "dict[str, Json]") -> bool:
    if reading.get("TX") not in _LETTERS or reading.get("EF") not in ("", "E", "t", "Et"):
        return False
    if not isinstance(reading.get("TM"), str) or reading.get("ST") not in _STATUSES:
        return False
    if reading["TX"] == "X" and not any(field in reading for field in _VALUE_FIELDS):
        return True  # an error event without a value
    value = reading.get("RV")
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        return False
    register = (reading.get("RI"), reading.get("RU"))
    return register == (REGISTER, "Wh") and reading.get("RT") in ("AC", "DC")


def _course(readings: "list[Parsed]") -> "list[str]":
    """What must hold from the first reading to the last."""
    found: list[str] = []
    for reading in readings[:1] + readings[1:][-1:]:
        if reading["ST"] != "G":
            found.append("status_" + reading["ST"])
        if "E" in reading["EF"]:
            found.append("energy_error")
    values = [reading["RV"] for reading in readings if "RV" in reading]
    if any(later < earlier for earlier, later in zip(values, values[1:])):
        found.append("energy_negative")
    return found + _times(readings) + _error_flags(readings)


def _times(readings: "list[Parsed]") -> "list[str]":
    try:
        times = [parse_time(reading["TM"]) for reading in readings]
    except OcmfError:
        return ["time_form"]
    found: list[str] = []
    if any(
        format_time(*time) != r["TM"] or time[1] not in "UIRS" for time, r in zip(times, readings)
    ):
        found.append("time_form")
    if any(later[0] < earlier[0] for earlier, later in zip(times, times[1:])):
        found.append("time_backwards")
    return found


def _error_flags(readings: "list[Parsed]") -> "list[str]":
    """An error flag, once set, stays set (OCMF-en.md, reading type X)."""
    carried = ""
    for reading in readings:
        if any(flag not in reading["EF"] for flag in carried):
            return ["error_flag_dropped"]
        carried = reading["EF"]
        if reading["TX"] == "X" and not carried:
            return ["error_flag_missing"]
    return []
