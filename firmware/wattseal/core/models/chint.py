"""Chint's meters, from mbmd and SmartEVSE; data only, not confirmed on hardware.

Not for DTSU666-H, which Huawei sells with other scales, nor for Sungrow's, with another map.
Transformer ratios multiply: they must be 1. Floats of kWh as Eastron's.
"""

from wattseal.core.models import KWH, Model
from wattseal.core.registers import BIG


def rows():
    energy = (3, 0x101E, "f32", BIG, KWH, 1)
    power = (3, 0x2012, "f32", BIG, 100, 1)  # 0.1 W
    yield Model(
        "dtsu666", "Chint", "DTSU666", (energy,), (power,), 4, beside=2, confirmed=False
    )  # fmt: skip
