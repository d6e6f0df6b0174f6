"""Our own rules for a finished record, stricter than the reference verifier's; changes nothing.

Each finding is a short name. What release 1.4.1 of S.A.F.E.'s verifier refuses in a complete
record is refused here too: begin and end count, register, order, status, error flags.
"""

from wattseal.core.ocmf import REGISTER, OcmfError, parse_time

_ENDS = ("E", "L", "R", "A", "P")
_ERROR_LEVELS = ("MISMATCH", "INVALID", "OUTDATED", "UNKNOWN")
_FIELDS = ("TM", "TX", "EF", "ST")
_MOST_BYTES = 6144


def check(text: str, payload: dict) -> list:
    """Findings on a session record: `text` is the whole record, `payload` its parsed payload."""
    readings = payload.get("RD", [])
    found = []
    if not _plain(text):
        found.append("not_plain_ascii")
    if len(text) > _MOST_BYTES:
        found.append("too_long")
    if payload.get("FV") != "1.0":
        found.append("format_version")
    if not _pagination(payload.get("PG")):
        found.append("pagination")
    if payload.get("IL") in _ERROR_LEVELS:
        found.append("identification_level")
    if not payload.get("MS"):
        found.append("meter_serial")
    letters = [reading.get("TX") for reading in readings]
    ends = [tx for tx in letters if tx in _ENDS]
    if letters[:1] != ["B"] or letters.count("B") != 1 or len(ends) != 1:
        found.append("begin_and_end")
    elif letters[-1] not in _ENDS:
        found.append("end_not_last")
    else:
        found += _begin_to_end(readings)
    return found


def _begin_to_end(readings: list) -> list:
    found = []
    begin, end = readings[0], readings[-1]
    for reading in readings:
        if any(field not in reading for field in _FIELDS):
            return ["reading_incomplete"]
    for reading in (begin, end):
        if reading["ST"] != "G":
            found.append("status_" + reading["ST"])
        if "E" in reading["EF"]:
            found.append("energy_error")
        register = (reading.get("RI"), reading.get("RU"))
        if register != (REGISTER, "Wh") or not isinstance(reading.get("RV"), int):
            return found + ["register"]
    if end["RV"] < begin["RV"]:
        found.append("energy_negative")
    return found + _times(readings) + _flags(readings)


def _times(readings: list) -> list:
    try:
        times = [parse_time(reading["TM"]) for reading in readings]
    except OcmfError:
        return ["time_form"]
    found = []
    if any(later[0] < earlier[0] for earlier, later in zip(times, times[1:])):
        found.append("time_backwards")
    if times[0][1] == "R" and times[-1][1] != "R":
        found.append("time_relative")
    return found


def _flags(readings: list) -> list:
    """An error flag, once set, stays set (OCMF, reading type X)."""
    carried = ""
    for reading in readings:
        if any(flag not in reading["EF"] for flag in carried):
            return ["error_flag_dropped"]
        carried = reading["EF"]
        if reading["TX"] == "X" and not carried:
            return ["error_flag_missing"]
    return []


def _plain(text: str) -> bool:
    return text.count("|") == 2 and all(32 <= ord(c) < 127 for c in text)


def _pagination(text: object) -> bool:
    if not isinstance(text, str) or text[:1] != "T" or not text[1:].isdigit():
        return False
    return text[1] != "0"
