"""What somebody asks `simulate` to play, from words to seconds; one sentence for each mistake."""

import datetime
import re
from decimal import Decimal

from tools.tariff import local_time
from tools.tariff.judge import TariffFault
from tools.tariff.playing import Plan
from wattseal.core.pricing.zone import Zone

_MOST_MWH = 1 << 30
_MOST_S = 30 * 86400
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*(h|min|m|s)")
_UNIT_S = {"h": 3600, "min": 60, "m": 60, "s": 1}


def start(zone: Zone, text: str, second_time: bool) -> tuple[int, str]:
    """(UTC second, what is to be said about it). TariffFault."""
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        raise TariffFault(f'--start {text} is no time; write it as "2026-12-01 18:00"') from None
    if moment.tzinfo is not None:
        raise TariffFault(f"--start {text} has a zone; write the local time of the tariff alone")
    if moment.microsecond or not 1971 <= moment.year <= 2200:
        raise TariffFault(f"--start {text} is out of range; use whole seconds and 1971 to 2200")
    local_s = local_time.seconds(moment)
    found = local_time.moments(zone, local_s)
    if not found:
        raise TariffFault(
            f"--start {text} does not exist: the clock goes forward over it{_gap(zone, local_s)}; "
            "choose another time"
        )
    if len(found) == 1:
        if second_time:
            raise TariffFault(f"--start {text} comes once only; leave --second out")
        return found[0], ""
    taken = found[1] if second_time else found[0]
    which, other = ("second", "leave --second out") if second_time else ("first", "add --second")
    words = f"{text} comes twice; taken is the {which} one, {local_time.stamp(zone, taken)}"
    return taken, f"{words}. For the other one {other}."


def plan(start_s: int, kwh: str, power_w: int, stay: str, idle: str, idle_after: str) -> Plan:
    """TariffFault."""
    energy_mwh = _mwh(kwh)
    if not 1 <= power_w <= 1000000:
        raise TariffFault("--power is no power in W from 1 to 1000000; name the charger's")
    charge_s = -(-energy_mwh * 3600 // (power_w * 1000))
    if stay and idle:
        raise TariffFault("--stay and --idle say the same; leave one out")
    if stay:
        stay_s = lasting("--stay", stay)
        if stay_s < charge_s:
            short = local_time.lasting(charge_s)
            raise TariffFault(
                f"--stay {stay} is too short: {kwh} kWh take {short} at {power_w} W; "
                "ask for a longer stay or less energy"
            )
    else:
        stay_s = charge_s + (lasting("--idle", idle) if idle else 0)
    if not 1 <= stay_s <= _MOST_S:
        raise TariffFault(
            "the session would last no time, or over 30 days; change --kwh or --stay"
        )
    return Plan(start_s, energy_mwh, charge_s, stay_s, lasting("--idle-after", idle_after))


def lasting(option: str, text: str) -> int:
    """Seconds of 5h, 1h 30min, 45 min or 90s. TariffFault."""
    left = text.strip()
    total = Decimal(0)
    while left:
        match = _PART.match(left)
        if match is None:
            raise TariffFault(f"{option} {text} is no time; write it as 1h 30min")
        total += Decimal(match[1]) * _UNIT_S[match[2]]
        left = left[match.end() :].lstrip()
    if not text.strip() or total > _MOST_S or total != int(total):
        raise TariffFault(f"{option} {text} is no time of up to 30 days in whole seconds")
    return int(total)


def _mwh(kwh: str) -> int:
    try:
        mwh = Decimal(kwh) * 1000000
    except ArithmeticError:  # no number, or an exponent beyond all
        raise TariffFault(f"--kwh {kwh} is no number; write it as 23.5") from None
    if not mwh.is_finite() or not 0 <= mwh < _MOST_MWH or mwh != int(mwh):
        raise TariffFault(f"--kwh {kwh} is no energy from 0 to 1073 kWh in whole mWh; change it")
    return int(mwh)


def _gap(zone: Zone, local_s: int) -> str:
    for change in local_time.changes(zone, local_s - 2 * local_time.DAY_S, 2):
        low, high = change.gap
        if change.skips and low <= local_s < high:
            return f", from {local_time.clock(low)} to {local_time.clock(high)}"
    return ""
