"""What releases of S.A.F.E.'s reference verifier say of a parsed record; checks no signature.

Read in SAFE-eV/transparenzsoftware (format/ocmf: OCMFVerifiedData, OBISCode, Reading; xml/Meter)
and compared with the verdicts of the programs. A rule set stops at its first finding, as they do;
where a program ends in an exception instead, the finding says what was missing. A payload is what
a JSON parser makes of it, its RV any numbers that compare exactly.
"""

from micropython import const

from wattseal.core import obis
from wattseal.core.ocmf import OcmfError, parse_time
from wattseal.core.safe_releases import Release

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any

    Parsed = dict[str, Any]  # a JSON object
    Readings = list[Parsed]
    Picked = tuple[Parsed, str]  # a reading and its ST

ENDS = ("E", "L", "R", "A", "P")
ERROR_LEVELS = ("MISMATCH", "INVALID", "OUTDATED", "UNKNOWN")
_OLDEST_VERSION_E6 = 100000  # FV 0.1
_LEVELS_VERSION_E6 = 500000  # FV 0.5; before it IS held the level, and there was EI but no EF


def reads(payload: "Parsed", release: Release) -> bool:
    """Whether the release takes this format version at all."""
    version_e6 = _version_e6(payload.get("FV"))
    return _OLDEST_VERSION_E6 <= version_e6 <= release.newest_version_e6


def is_complete(payload: "Parsed") -> bool:
    """Whether the release would judge the record: a begin and an end in transaction context."""
    letters = [_letter(reading) for reading in payload["RD"]]
    return payload["PG"][0] == "T" and "B" in letters and any(x in ENDS for x in letters)


def check(payload: "Parsed", release: Release) -> "list[str]":
    """Findings on one record: [] or one name. A record that is not complete is not judged."""
    broken = _broken(payload, release)
    if broken or not is_complete(payload):
        return broken
    return _judge(payload["RD"], [_level(payload)], release, is_old(payload))


def check_pair(begin: "Parsed", end: "Parsed", release: Release) -> "list[str]":
    """Findings on a transaction in two records, one with the begin, one with the end reading."""
    broken = check(begin, release) or check(end, release)
    if broken:
        return broken
    if any(_letter(reading) == "B" for reading in end["RD"]):
        return ["end_record_has_begin"]
    if any(_letter(reading) in ENDS for reading in begin["RD"]):
        return ["begin_record_has_end"]
    levels = [_level(begin), _level(end)]
    found = _judge(begin["RD"] + end["RD"], levels, release, is_old(begin))
    return found or _values_overlap(begin["RD"], end["RD"], release)


def is_old(payload: "Parsed") -> bool:
    """Whether the record is of a format before 0.5, in which IS, EI and EF mean something else."""
    return _version_e6(payload.get("FV")) < _LEVELS_VERSION_E6


def billed(readings: "Readings", release: Release) -> "tuple[Parsed | None, Parsed | None]":
    """(begin, end): the two readings that the release compares, or None for both."""
    begin, end, _ = _pick(readings, release)
    return (begin[0], end[0]) if begin and end else (None, None)


def _broken(payload: "Parsed", release: Release) -> "list[str]":
    """What makes the programs refuse or crash before they look for a transaction."""
    if not reads(payload, release):
        return ["format_version"]
    if not isinstance(payload.get("RD"), list):
        return ["readings_missing"]
    if len(payload.get("PG") or "") < 2:
        return ["pagination"]
    return []


def _judge(
    readings: "Readings", levels: "list[str | None]", release: Release, old: bool
) -> "list[str]":
    begin, end, found = _pick(readings, release)
    if begin is None or end is None:
        return [found]
    found = _compare(begin[0], end[0], levels)
    if not found and (begin[1] != "G" or end[1] != "G"):
        found = "status"
    if not found:
        found = _time_states(begin[0], end[0]) or _flags(begin[0], end[0], release, old)
    return [found] if found else []


def _pick(readings: "Readings", release: Release) -> "tuple[Picked | None, Picked | None, str]":
    """(begin, end, finding): each of the two a pair of the reading and its ST."""
    picked: dict[str, Picked] = {}
    status = unit = None
    for reading in _relevant(readings, release):
        status = _inherit(reading.get("ST"), status)  # these two are inherited, nothing else is
        unit = _inherit(reading.get("RU"), unit)
        if status is None or unit is None:
            return None, None, "status_missing" if status is None else "unit_missing"
        letter = _letter(reading)
        side = "begin" if letter == "B" else "end" if letter in ENDS else ""
        if side in picked:
            return None, None, side + "_twice"
        if side:
            picked[side] = (reading, status)
    for side in ("begin", "end"):
        if side not in picked:
            return None, None, side + "_missing"
    return picked["begin"], picked["end"], ""


def _inherit(own: "str | None", earlier: "str | None") -> "str | None":
    return earlier if own is None else own


def _compare(begin: "Parsed", end: "Parsed", levels: "list[str | None]") -> str:
    if begin.get("RV") is None or end.get("RV") is None:
        return "value_missing"
    if begin["RV"] > end["RV"]:
        return "energy_negative"
    begin_ms, end_ms = _utc_ms(begin), _utc_ms(end)
    if begin_ms is not None and end_ms is not None and begin_ms > end_ms:
        return "time_backwards"
    if any(level and level.strip() in ERROR_LEVELS for level in levels):
        return "identification_level"
    return ""


def _time_states(begin: "Parsed", end: "Parsed") -> str:
    state = _time_state(begin)
    if state is None or state == "R" and _time_state(end) != "R":
        return "time_state"
    return ""


def _flags(begin: "Parsed", end: "Parsed", release: Release, old: bool) -> str:
    if old:  # before FV 0.5: an event counter, which must stand still
        counter = end.get("EI")
        return "event_counter" if counter is not None and counter != begin.get("EI") else ""
    for reading in (begin, end):
        flags = reading.get("EF") or ""
        for flag in release.flags:
            if flags == flag or release.inside and flag in flags:
                return "energy_error" if flag == "E" else "time_error"
    return ""


def _values_overlap(begin: "Readings", end: "Readings", release: Release) -> "list[str]":
    """The largest value of the begin record may not exceed the smallest of the end record."""
    before = [_wh(reading) for reading in begin if _counts(reading, release)]
    after = [_wh(reading) for reading in end if _counts(reading, release)]
    if not before or not after:
        return ["begin_missing" if not before else "end_missing"]
    return ["energy_negative"] if max(before) > min(after) else []


def _wh(reading: "Parsed") -> int:
    """Here no unit is inherited: what is not Wh counts as kWh, as the programs display it."""
    value = reading.get("RV") or 0
    return value if (reading.get("RU") or "").strip().lower() == "wh" else value * 1000


def _relevant(readings: "Readings", release: Release) -> "Readings":
    alone = [r for r in readings if _has_register(r, release.compensated, ())]
    return alone or [r for r in readings if _counts(r, release)]


def _counts(reading: "Parsed", release: Release) -> bool:
    return _has_register(reading, release.registers, release.storages)


def _has_register(
    reading: "Parsed", registers: "tuple[int, ...]", storages: "tuple[int, ...]"
) -> bool:
    groups = obis.groups(reading.get("RI") or "")
    if groups is None or groups[0] != 1 or groups[3] != 8:
        return False
    return groups[2] in registers and (not storages or groups[5] in storages)


def _letter(reading: "Parsed") -> str:
    return (reading.get("TX") or "").strip()


def _level(payload: "Parsed") -> "str | None":
    return payload.get("IS" if is_old(payload) else "IL")


def _utc_ms(reading: "Parsed") -> "int | None":
    """None for a time that the programs cannot read: then they do not compare it."""
    parts = (reading.get("TM") or "").split(" ")
    try:
        return parse_time(parts[0] + " U")[0] if len(parts) > 1 else None
    except OcmfError:
        return None


def _time_state(reading: "Parsed") -> "str | None":
    parts = (reading.get("TM") or "").rstrip(" ").split(" ")
    return parts[1] if len(parts) > 1 else None


def _version_e6(text: object) -> int:
    """A format version times a million; -1 for what is no decimal number of six places."""
    whole, _, part = text.strip().partition(".") if isinstance(text, str) else ("", "", "")
    part = part.rstrip("0")
    if not whole or len(part) > 6 or any(c not in "0123456789" for c in whole + part):
        return -1
    return int(whole + (part + "000000")[:6])
