"""ABB's A and B series, from its register map; data only.

Invalid codes differ by kind: -0.01 W is a power like any other. The serial line as delivered was
found in no document; 125 registers from SmartEVSE.
"""

from wattseal.core.models import WH, Model
from wattseal.core.registers import BIG


def rows():
    energy = (3, 0x5000, "u64", BIG, 10 * WH, 1)
    power = (3, 0x5B14, "i32", BIG, 10, 1)  # 0.01 W; signed, but for one third-party list
    serial = (3, 0x8900, "u32", BIG, 1, 1)
    firmware = (3, 0x8908, "text", 8)
    code = (3, 0x8960, "text", 2)
    line = (None, None, None, 1)
    invalid = (("u64", 0xFFFFFFFFFFFFFFFF), ("i32", 0x7FFFFFFF), ("u32", 0xFFFFFFFF))
    for name in ("B21", "B23", "B24"):
        yield Model(
            name.lower(), "ABB", name, (energy,), (power,), 125, serial, firmware, code, (name,),
            line, invalid=invalid,
        )  # fmt: skip
