"""DZG's meters, from mbmd; data only, not confirmed on hardware.

The power of each direction is a number of its own. The unit comes from the serial number: its
last two digits as hex, plus one.
"""

from wattseal.core.models import WH, Model
from wattseal.core.registers import BIG


def rows():
    energy = (3, 0x4000, "u32", BIG, WH, 1)
    consumed = (3, 0x0000, "u32", BIG, 100, 1)  # 0.1 W
    fed_in = (3, 0x0002, "u32", BIG, -100, 1)
    yield Model(
        "dvh4013", "DZG", "DVH4013", (energy,), (consumed, fed_in), 4, line=(9600, "E", 1, None),
        rollover_mwh=WH << 32, confirmed=False,
    )  # fmt: skip
