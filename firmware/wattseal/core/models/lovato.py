"""Lovato's meters, from mbmd, openWB and evcc; data only, not confirmed on hardware."""

from wattseal.core.models import WH, Model
from wattseal.core.registers import BIG


def rows():
    energy = (4, 0x1B1F, "u64", BIG, 10 * WH, 1)
    power = (4, 0x0039, "i32", BIG, 10, 1)  # 0.01 W
    yield Model("dmg610", "Lovato", "DMG610", (energy,), (power,), 4, confirmed=False)
