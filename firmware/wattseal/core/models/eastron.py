"""Eastron's meters, from its protocol documents; data only.

SDM120 V2.5, SDM230, SDM630 V1.8, SDM72D-M V1.5, SDM72D-M-V2 V1.1. The billing register is a float
of kWh: one step is 0.98 Wh from 8192 kWh on, 1.95 Wh from 16384 kWh, 15.6 Wh from 131072 kWh. The
total at 0x0156 adds or subtracts what is fed in, as a setting has it: never billed from.
"""

from wattseal.core.models import KWH, Model
from wattseal.core.registers import BIG


def rows():
    energy = (4, 0x0048, "f32", BIG, KWH, 1)  # x 1000: one EVerest file has x 0.001
    power = (4, 0x0034, "f32", BIG, 1000, 1)
    one_phase = (4, 0x000C, "f32", BIG, 1000, 1)
    serial = (3, 0xFC00, "u32", BIG, 1, 1)  # one revision of the document has it at 0x002A
    code = (3, 0xFC02, "u16", BIG, 1, 1)
    firmware = (3, 0xFC03, "u16", BIG, 1, 1)
    line = (9600, "N", 1, 1)
    # 2400 baud by V2.5, 9600 by older documents; largest read from openWB
    yield Model(
        "sdm120", "Eastron", "SDM120", (energy,), (one_phase,), 60, serial, firmware, code,
        (0x20,), (2400, "N", 1, 1), beside=2,
    )  # fmt: skip
    # 9600 baud by the document, 2400 by Tasmota; 80 registers by V1, 60 by SDM230-2T's; its code
    # is in no document. Holding register 0x0028 can reverse the word order: leave it alone.
    yield Model(
        "sdm230", "Eastron", "SDM230", (energy,), (one_phase,), 60, serial, firmware, code, (),
        line, beside=2,
    )  # fmt: skip
    # Energy and power in one request, of an even count. 0x0028 as above.
    yield Model(
        "sdm630", "Eastron", "SDM630", (energy,), (power,), 80, serial, firmware, code,
        (0x70, 0x79), line,
    )  # fmt: skip
    # 60 registers by the document, about 10 on some meters; code 0x0084 by the document, 0x0200
    # seen by Tinkerforge. Reported to reset when asked every 500 ms; the silence is the V2's.
    yield Model(
        "sdm72", "Eastron", "SDM72D-M", (energy,), (power,), 10, serial, None, code,
        (0x84, 0x200), line, min_gap_ms=100, beside=2,
    )  # fmt: skip
    # 60 registers by the document, 10 in openWB, which found the silence to be needed (PR 2184)
    yield Model(
        "sdm72v2", "Eastron", "SDM72DM-V2", (energy,), (power,), 10, serial, firmware, code,
        (0x89,), line, min_gap_ms=100, beside=2,
    )  # fmt: skip
