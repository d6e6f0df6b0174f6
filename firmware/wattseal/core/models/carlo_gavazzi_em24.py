"""Carlo Gavazzi's EM24 meters, from Tinkerforge and Victron; data only.

Low word first; 100 Wh a count. 11 registers a read by SmartEVSE.
"""

from wattseal.core.models import WH, Model
from wattseal.core.registers import BIG, LITTLE_WORDS


def rows():
    power = (4, 0x0028, "i32", LITTLE_WORDS, 100, 1)  # 0.1 W
    # Ethernet only: through a gateway. Register 0xA000 must be 7 for two directions.
    yield Model(
        "em24e1", "Carlo Gavazzi", "EM24-E1", ((4, 0x0034, "i32", LITTLE_WORDS, 100 * WH, 1),),
        (power,), 11, (3, 0x5000, "text", 7), (3, 0x0304, "u16", BIG, 1, 1),
        (3, 0x000B, "u16", BIG, 1, 1), (1648, 1649, 1650, 1651, 1652, 1653),
        (None, None, None, 1), beside=2,
    )  # fmt: skip
    # The total is at 0x003E (Tinkerforge, evcc PR 17173, SmartEVSE); mbmd has 0x0042, a partial
    # counter that anybody may reset. Tells no serial number. Not confirmed on hardware.
    yield Model(
        "em24", "Carlo Gavazzi", "EM24-DIN", ((4, 0x003E, "i32", LITTLE_WORDS, 100 * WH, 1),),
        (power,), 11, code=(4, 0x000B, "u16", BIG, 1, 1), beside=2, confirmed=False,
    )  # fmt: skip
