"""Bernecker's meters, from openWB and mbmd; data only, not confirmed on hardware.

Function 4 by openWB, 3 by mbmd.
"""

from wattseal.core.models import WH, Model
from wattseal.core.registers import BIG


def rows():
    energy = (4, 0x0002, "u32", BIG, 10 * WH, 1)
    power = (4, 0x0026, "i32", BIG, 10, 1)  # 0.01 W
    yield Model(
        "mpm3pm", "Bernecker Engineering", "MPM3PM", (energy,), (power,), 4,
        (4, 0x0033, "u32", BIG, 1, 1), beside=2, confirmed=False,
    )  # fmt: skip
