"""Finder's meters, from mbmd and evcc; data only, not confirmed on hardware.

Import at 2752 by mbmd, 2638 by SmartEVSE. A float of Wh: one step is 2 Wh from 2^24 Wh on, 256 Wh
from 2^31 Wh.
"""

from wattseal.core.models import WH, Model
from wattseal.core.registers import BIG


def rows():
    energy = (4, 2752, "f32", BIG, WH, 1)
    power = (4, 2536, "f32", BIG, 1000, 1)
    yield Model(
        "finder7m38", "Finder", "7M.38", (energy,), (power,), 125, beside=2, confirmed=False
    )  # fmt: skip
