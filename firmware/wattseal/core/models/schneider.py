"""Schneider Electric's meters, from the iEM3100/3200/3300 user manual; data only.

Register numbers there are one higher. What it answers for "no value" was found in no document:
INT64_MIN and NaN are what its kinds have for it.
"""

from wattseal.core.models import KWH, WH, Model
from wattseal.core.registers import BIG


def rows():
    energy = (3, 0x0C83, "i64", BIG, WH, 1)  # 0xB02B is a float of it, as Wh or kWh: not used
    power = (3, 0x0BF3, "f32", BIG, KWH, 1)  # kW
    invalid = (("i64", 0x8000000000000000),)
    # serial number at 0x0081 by this manual, 0x0082 by iEM2050's; parity by none
    yield Model(
        "iem3155", "Schneider Electric", "iEM3155", (energy,), (power,), 125,
        (3, 0x0081, "u32", BIG, 1, 1), (3, 0x0664, "u16", BIG, 1, 1), (3, 0x0031, "text", 20), (),
        (19200, None, 1, 1), invalid=invalid,
    )  # fmt: skip
