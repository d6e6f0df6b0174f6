"""Garo's meters, from its GNM3D protocol; data only, not confirmed on hardware.

Carlo Gavazzi's map and its code: 341 is an EM340 as well. 20 registers by a table, 50 by the text.
"""

from wattseal.core.models import WH, Model
from wattseal.core.registers import BIG, LITTLE_WORDS


def rows():
    energy = (4, 0x0034, "i32", LITTLE_WORDS, 100 * WH, 1)
    power = (4, 0x0028, "i32", LITTLE_WORDS, 100, 1)  # 0.1 W
    yield Model(
        "gnm3d", "Garo", "GNM3D", (energy,), (power,), 20, (3, 0x5000, "text", 7),
        (3, 0x0302, "u16", BIG, 1, 1), (3, 0x000B, "u16", BIG, 1, 1), (341,), (9600, "N", 1, 1),
        confirmed=False,
    )  # fmt: skip
