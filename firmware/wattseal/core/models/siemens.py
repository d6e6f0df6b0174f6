"""Siemens' meters, from mbmd and Tinkerforge; data only, not confirmed on hardware.

Floats of 64 bits, one for each tariff. Theirs are tariff 1 at 801 and what is fed in at 809; the
four registers between are tariff 2's. Billed is the sum, whichever tariff the meter is in.
"""

from wattseal.core.models import WH, Model
from wattseal.core.registers import BIG


def rows():
    tariff_1 = (4, 801, "f64", BIG, WH, 1)
    tariff_2 = (4, 805, "f64", BIG, WH, 1)
    power = (4, 65, "f32", BIG, 1000, 1)
    yield Model(
        "pac2200", "Siemens", "PAC2200", (tariff_1, tariff_2), (power,), 125, confirmed=False
    )  # fmt: skip
