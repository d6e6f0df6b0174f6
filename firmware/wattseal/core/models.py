"""Meter models: one row each, read like the manual; data only.

Addresses are 0-based PDU addresses. A field is (function, address, kind, order, numerator,
denominator) and gives mWh, mW or a plain number; a text is (function, address, "text", registers).
Each group of rows names the document it is from; register facts compared with volkszaehler/mbmd.
"""

import hashlib

from micropython import const

from wattseal.core.registers import BIG, LITTLE_WORDS

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Literal

    from wattseal.core.registers import Kind

    Field = tuple[int, int, Kind, str, int, int]
    Text = tuple[int, int, Literal["text"], int]


class Model:
    """One meter model. `energy` is the billing register; `serial` and `firmware` may be text."""

    def __init__(
        self, key: str, vendor: str, model: str, energy: "Field", power: "Field",
        serial: "Field | Text", firmware: "Field | Text", max_registers: int,
        latency_ms: int = 500, invalid: "tuple[tuple[str, int], ...]" = (),
        decimals: "Field | None" = None, beside: int = 0,
    ) -> None:  # fmt: skip
        self.key = key
        self.vendor = vendor
        self.model = model
        self.energy = energy
        self.decimals = decimals  # a second part, added to the energy and read in one request
        self.beside = beside  # registers read with the energy: no other reply is as long as its
        self.power = power
        self.serial = serial
        self.firmware = firmware
        self.max_registers = max_registers
        self.latency_ms = latency_ms  # longest time to a reply: a line in doubt rests for so long
        self.invalid = invalid  # (kind, raw code) that stands for "no value"

    def codes(self, kind: str) -> "tuple[int, ...]":
        """The raw codes that mean "no value" in a register of this kind."""
        return tuple([code for of, code in self.invalid if of == kind])


_KWH = 1000000  # mWh
_WH = 1000

# Eastron SDM630 protocol V1.8 and SDM120 protocol V2.5; largest read of the SDM120 from openWB.
_SDM_ENERGY = (4, 0x0048, "f32", BIG, _KWH, 1)  # kWh
_SDM_SERIAL = (3, 0xFC00, "u32", BIG, 1, 1)
_SDM_FIRMWARE = (3, 0xFC03, "u16", BIG, 1, 1)

# ABB A/B series register map; invalid codes differ by kind: -0.01 W is a power like any other.
_ABB_ENERGY = (3, 0x5000, "u64", BIG, 10 * _WH, 1)  # 0.01 kWh
_ABB_POWER = (3, 0x5B14, "i32", BIG, 10, 1)  # 0.01 W
_ABB_SERIAL = (3, 0x8900, "u32", BIG, 1, 1)
_ABB_FIRMWARE = (3, 0x8908, "text", 8)
_ABB_INVALID = (("u64", 0xFFFFFFFFFFFFFFFF), ("i32", 0x7FFFFFFF), ("u32", 0xFFFFFFFF))

# Carlo Gavazzi EM300/ET300 protocol V2 R17 and EM341 protocol: low word first, replies within
# 500 ms, 0x7FFFFFFF for overflow. 0x0034 steps by 100 Wh; whole kWh at 0x0400 and Wh below one
# kWh at 0x0402 (units made from October 2018) step by 1 Wh. EM5xx: EVerest's EM580 driver.
_CG_KWH = (4, 0x0400, "i32", LITTLE_WORDS, _KWH, 1)
_CG_DECIMALS = (4, 0x0402, "i32", LITTLE_WORDS, _WH, 1)
_CG_WH = (4, 0x0500, "i64", LITTLE_WORDS, _WH, 1)
_CG_POWER = (4, 0x0028, "i32", LITTLE_WORDS, 100, 1)  # 0.1 W
_CG_SERIAL = (3, 0x5000, "text", 7)
_CG_FIRMWARE = (3, 0x0302, "u16", BIG, 1, 1)  # single-word reads only
_CG_INVALID = (("i32", 0x7FFFFFFF),)

# Schneider iEM3100/3200/3300 user manual; register numbers there are one higher. What it answers
# for "no value" was found in no document: INT64_MIN and NaN are what its kinds have for it.
_IEM_INVALID = (("i64", 0x8000000000000000),)

_ROWS = (
    Model("sdm630", "Eastron", "SDM630", _SDM_ENERGY, (4, 0x0034, "f32", BIG, 1000, 1),
          _SDM_SERIAL, _SDM_FIRMWARE, 80),
    Model("sdm120", "Eastron", "SDM120", _SDM_ENERGY, (4, 0x000C, "f32", BIG, 1000, 1),
          _SDM_SERIAL, _SDM_FIRMWARE, 60, beside=2),
    Model("b21", "ABB", "B21", _ABB_ENERGY, _ABB_POWER, _ABB_SERIAL, _ABB_FIRMWARE, 125,
          invalid=_ABB_INVALID),
    Model("b23", "ABB", "B23", _ABB_ENERGY, _ABB_POWER, _ABB_SERIAL, _ABB_FIRMWARE, 125,
          invalid=_ABB_INVALID),
    Model("b24", "ABB", "B24", _ABB_ENERGY, _ABB_POWER, _ABB_SERIAL, _ABB_FIRMWARE, 125,
          invalid=_ABB_INVALID),
    Model("em330", "Carlo Gavazzi", "EM330", _CG_KWH, _CG_POWER, _CG_SERIAL, _CG_FIRMWARE, 50,
          invalid=_CG_INVALID, decimals=_CG_DECIMALS),
    Model("em340", "Carlo Gavazzi", "EM340", _CG_KWH, _CG_POWER, _CG_SERIAL, _CG_FIRMWARE, 50,
          invalid=_CG_INVALID, decimals=_CG_DECIMALS),
    Model("em540", "Carlo Gavazzi", "EM540", _CG_WH, _CG_POWER, _CG_SERIAL, _CG_FIRMWARE, 50,
          invalid=_CG_INVALID),
    Model("em580", "Carlo Gavazzi", "EM580", _CG_WH, _CG_POWER, (4, 0x5000, "text", 7),
          (4, 0x0302, "u16", BIG, 1, 1), 125, invalid=_CG_INVALID),
    Model("iem3155", "Schneider Electric", "iEM3155", (3, 3203, "i64", BIG, _WH, 1),
          (3, 3059, "f32", BIG, _KWH, 1), (3, 129, "u32", BIG, 1, 1),
          (3, 1636, "u16", BIG, 1, 1), 125, invalid=_IEM_INVALID),
)  # fmt: skip

MODELS = {row.key: row for row in _ROWS}


def model_hash(row: Model) -> bytes:
    """32 bytes over everything that decides what a reading means; goes into the record (`UM`).

    The facts are tuples of integers and plain ASCII: their text is the same on every interpreter.
    """
    facts = (
        row.key, row.vendor, row.model, row.energy, row.decimals, row.power, row.serial,
        row.firmware, row.invalid,
    )  # fmt: skip
    return hashlib.sha256(repr(facts).encode()).digest()
