"""Eltako's meters, from mbmd and Tinkerforge; data only, not confirmed on hardware.

Eastron's addresses with integers in them: read as an SDM it would show next to nothing.
"""

from wattseal.core.models import WH, Model
from wattseal.core.registers import BIG


def rows():
    energy = (4, 0x0048, "u32", BIG, 10 * WH, 1)
    power = (4, 0x0034, "i32", BIG, 1000, 1)
    yield Model(
        "dsz15d", "Eltako", "DSZ15DZMOD", (energy,), (power,), 4, beside=2, confirmed=False
    )  # fmt: skip
