"""What a record says of energy, time and names, in a reader's words; judges nothing.

All of it was written by whoever made the record, so nothing of it reaches a terminal as it is.
"""

from tools.ending import clean
from tools.verify.verdict import Verdict
from wattseal.core.ocmf import OcmfError, parse_time

_STATES = {"S": "synchronised", "I": "informative", "R": "relative", "U": "unknown"}
_NAMES = (
    ("signed by", ("GI", "GV", "GS")),
    ("meter", ("MV", "MM", "MS", "MF")),
    ("charge point", ("CT", "CI")),
    ("driver", ("IT", "ID", "IL")),
    ("tariff", ("TT",)),
)
_MEANINGS = {
    "GV": "version", "GS": "serial", "MS": "serial", "MF": "firmware", "IL": "level",
}  # fmt: skip


def names(verdict: Verdict) -> dict[str, str]:
    """What the record names: who signed, which meter, which charge point, which driver."""
    found = {}
    for name, keys in _NAMES:
        parts = [(_MEANINGS.get(key), verdict.head.get(key)) for key in keys]
        said = [
            f"{meaning} {value}" if meaning else str(value) for meaning, value in parts if value
        ]
        if said:
            found[name] = clean(", ".join(said))
    return found


def energy(verdict: Verdict) -> str:
    """In kWh, exact; "" when there is none."""
    if verdict.energy_wh is None or verdict.begin is None or verdict.end is None:
        return ""
    values = [f"{reading['RV']} {reading['RU'] or ''}".strip() for reading in _pair(verdict)]
    return f"{kwh(verdict)} kWh (register {clean(values[0])} to {clean(values[1])})"


def kwh(verdict: Verdict) -> str:
    """Such as 7.500, more places when the record has them; "" when there is no energy."""
    wh = verdict.energy_wh
    if wh is None:
        return ""
    if isinstance(wh, int):
        return f"{'-' if wh < 0 else ''}{abs(wh) // 1000}.{abs(wh) % 1000:03}"
    return f"{wh.scaleb(-3):f}"


def moment(reading: dict | None) -> str:
    """A reading's time as it was signed, its state in words."""
    if reading is None or not reading["TM"]:
        return ""
    time, _, state = reading["TM"].partition(" ")
    said = f"{time.replace('T', ' ')}, {_STATES.get(state.strip(), 'state ' + state)}"
    return clean(said) + (", not usable (EF t)" if "t" in (reading["EF"] or "") else "")


def duration_s(verdict: Verdict) -> int | None:
    """From begin to end, to the nearest second; None when a time cannot be read."""
    if verdict.begin is None or verdict.end is None:
        return None
    try:
        begin_ms, end_ms = (parse_time(reading["TM"] or "")[0] for reading in _pair(verdict))
    except OcmfError:
        return None
    return (end_ms - begin_ms + 500) // 1000  # as the segments count


def duration(verdict: Verdict) -> str:
    seconds = duration_s(verdict)
    if seconds is None or seconds < 0:
        return ""
    return f"{seconds // 3600} h {seconds // 60 % 60:02} min {seconds % 60:02} s"


def _pair(verdict: Verdict) -> list[dict]:
    return [reading for reading in (verdict.begin, verdict.end) if reading is not None]


def span(first: int, last: int) -> str:
    """Of paginations."""
    return f"T{first}" if first == last else f"T{first} to T{last}"
