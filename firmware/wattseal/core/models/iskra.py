"""Iskra's meters, from EVerest's driver; data only.

The counter's power of ten stands in a register before it. Values are new once a second. What the
model register says is in no source; the serial line is EVerest's example.
"""

from wattseal.core.models import WH, Model
from wattseal.core.registers import BIG


def rows():
    energy = (4, 0x01A2, "i32", BIG, WH, 1)
    exponent = (4, 0x019E, "i16", BIG, 1, 1)
    power = (4, 0x008C, "t6", BIG, 1000, 1)
    yield Model(
        "wm3m4", "Iskra", "WM3M4", (energy,), (power,), 100, (4, 0x0009, "text", 4), None,
        (4, 0x0001, "text", 8), (), (115200, "N", 1, 33), exponent=exponent,
    )  # fmt: skip
