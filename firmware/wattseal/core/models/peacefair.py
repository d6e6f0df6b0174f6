"""Peacefair's PZEM meters, from ESPHome and the maker's data sheet; data only.

Neither MID nor a serial number, and anyone on the bus can clear the counter. It goes back to 0
at 10,000 kWh: the data sheet's range ends at 9999.99 kWh, which nobody has checked.
"""

from wattseal.core.models import KWH, WH, Model
from wattseal.core.registers import LITTLE_WORDS


def rows():
    energy = (4, 0x0005, "u32", LITTLE_WORDS, WH, 1)  # both directions
    power = (4, 0x0003, "u32", LITTLE_WORDS, 100, 1)  # 0.1 W
    line = (9600, "N", 1, 1)
    for number in ("004T", "016"):
        yield Model(
            "pzem" + number.lower(), "Peacefair", "PZEM-" + number, (energy,), (power,), 10,
            line=line, rollover_mwh=10000 * KWH,
        )  # fmt: skip
