"""Inepro's PRO meters, from mbmd, EVerest and the PRO380 manual; data only.

The map of firmware since 2.x; older ones have their serial number at 0x1000. How many registers a
read may have is not known, nor whether 0x4002 is the meter's code. Floats of kWh as Eastron's.
"""

from wattseal.core.models import KWH, Model
from wattseal.core.registers import BIG


def rows():
    energy = (3, 0x600C, "f32", BIG, KWH, 1)
    power = (3, 0x5012, "f32", BIG, KWH, 1)  # kW; one SmartEVSE row is 10^6 off
    serial = (3, 0x4000, "hex", 2)
    firmware = (3, 0x4007, "f32", BIG, 1000, 1)
    line = (9600, "E", 1, 1)
    for name in ("PRO1", "PRO380"):
        yield Model(
            name.lower(), "Inepro", name + "-Mod", (energy,), (power,), 4, serial, firmware,
            line=line, beside=2,
        )  # fmt: skip
