"""Carlo Gavazzi's EM100, EM300 and EM500 meters, from its protocol documents; data only.

EM300/ET300 V2 R17, EM341, EM100; EM580 from EVerest's driver. Low word first, but for engineering
samples of EM330 and EM340; replies within 500 ms; 0x7FFFFFFF for overflow. 0x0034 steps by 100 Wh:
billed are whole kWh at 0x0400 and Wh below one kWh at 0x0402, which meters made from October 2018
on have, and EM100 with firmware b.10 (2020). The serial number has one character in each register
(EM100, EVerest) or two (EM341): both are read. Firmware and code are single-word reads.
"""

from wattseal.core.models import KWH, WH, Model
from wattseal.core.registers import BIG, LITTLE_WORDS


def rows():
    kwh = (4, 0x0400, "i32", LITTLE_WORDS, KWH, 1)
    wh = (4, 0x0402, "i32", LITTLE_WORDS, WH, 1)
    all_wh = (4, 0x0500, "i64", LITTLE_WORDS, WH, 1)
    power = (4, 0x0028, "i32", LITTLE_WORDS, 100, 1)  # 0.1 W
    one_phase = (4, 0x0004, "i32", LITTLE_WORDS, 100, 1)
    serial = (3, 0x5000, "text", 7)
    firmware = (3, 0x0302, "u16", BIG, 1, 1)
    code = (3, 0x000B, "u16", BIG, 1, 1)
    line = (9600, "N", 1, 1)
    overflow = (("i32", 0x7FFFFFFF),)
    # 341 is a Garo GNM3D as well; no source tells the EM100's codes apart
    for name, its_power, codes in (
        ("EM111", one_phase, (100, 101, 102, 103, 104, 110, 114, 120, 121)),
        ("EM112", one_phase, (100, 101, 102, 103, 104, 110, 114, 120, 121)),
        ("EM330", power, (331, 332)),
        ("EM340", power, (341,)),
    ):
        yield Model(
            name.lower(), "Carlo Gavazzi", name, (kwh, wh), (its_power,), 50, serial, firmware,
            code, codes, line, invalid=overflow,
        )  # fmt: skip
    yield Model(
        "em540", "Carlo Gavazzi", "EM540", (all_wh,), (power,), 50, serial, firmware, code, (),
        line, invalid=overflow,
    )  # fmt: skip
    # EVerest reads its identity with function 4, and 109 registers at once
    yield Model(
        "em580", "Carlo Gavazzi", "EM580", (all_wh,), (power,), 125, (4, 0x5000, "text", 7),
        (4, 0x0302, "u16", BIG, 1, 1), (4, 0x000B, "u16", BIG, 1, 1), (), (None, None, None, 1),
        invalid=overflow,
    )  # fmt: skip
