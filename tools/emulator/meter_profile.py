"""A meter of tools.sim_meter as a profile for the emulated line; the map is the simulator's own.

What changes (energy, power) goes as address, form and step: the emulator computes the registers
from the energy that has flowed, exactly as SimMeter does.
"""

from fractions import Fraction

from tools.sim_meter import SimMeter

# struct codes of what the meter measures -> of the profile, the same letters
_CODES = frozenset("fdhHiIqQ")


def profile(meter: SimMeter) -> dict:
    """The meter as JSON; its energy and power are given apart."""
    known = meter._map
    numbers = [*known.energy, known.power]
    assert all(number.code in _CODES for number in numbers)
    changing = {number.address + i for number in numbers for i in range(_words(number.code))}
    identity = meter.identity()
    return {
        "unit": meter.unit,
        "model": meter.model,
        "words": {str(at): word for at, word in meter._words.items() if at not in changing},
        "energy": [_number(n.address, n.code, n.step, "wh_per_count") for n in known.energy],
        "power": _number(known.power.address, known.power.code, known.power.step, "w_per_count"),
        "rolls_at_wh": known.rolls_at_wh,
        "low_word_first": known.low_word_first,
        "measured": list(known.measured),
        "named": list(known.named),
        "named_addresses": [known.serial[0], known.firmware[0], known.code[0]],
        "most_registers": known.most_registers,
        "identity": [
            identity.VendorName, identity.ProductCode, identity.MajorMinorRevision,
        ],
    }  # fmt: skip


def served_mwh(model: str, energy_mwh: int) -> int:
    """What the registers of `model` say when `energy_mwh` has flowed, the form's spacing in it."""
    return SimMeter(model, 1, "1", energy_mwh).served_energy_mwh()


def _number(address: int, code: str, step: int | Fraction, name: str) -> dict:
    exact = Fraction(step)
    return {"address": address, "code": code, name: [exact.numerator, exact.denominator]}


def _words(code: str) -> int:
    return {"h": 1, "q": 4, "d": 4}.get(code.lower(), 2)
