"""B+G e-tech's meters, from mbmd and evcc; data only, not confirmed on hardware.

Only export differs between the sources (0x118A and 0x0118), which is not billed.
"""

from wattseal.core.models import WH, Model
from wattseal.core.registers import BIG


def rows():
    energy = (3, 0x010E, "u32", BIG, 10 * WH, 1)
    power = (3, 0x0420, "i32", BIG, 1000, 1)
    # 1200 baud from evcc, which has no parity
    yield Model(
        "ds100", "B+G e-tech", "DS100", (energy,), (power,), 4, line=(1200, None, None, None),
        beside=2, confirmed=False,
    )  # fmt: skip
