"""What a simulated meter serves where: the `map` of its golden vector, and pymodbus' encoder.

Written from the meter's document, apart from the firmware's row. A model is known here when
host_tests/vectors/meters has its vector.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from pymodbus.client.mixin import ModbusClientMixin

FOLDER = Path(__file__).resolve().parents[1] / "host_tests/vectors/meters"
MODELS = tuple(sorted(path.stem for path in FOLDER.glob("*.json")))
_TYPES = ModbusClientMixin.DATATYPE
_TYPE = {
    "u16": _TYPES.UINT16, "i16": _TYPES.INT16, "u32": _TYPES.UINT32, "i32": _TYPES.INT32,
    "u64": _TYPES.UINT64, "i64": _TYPES.INT64, "f32": _TYPES.FLOAT32, "f64": _TYPES.FLOAT64,
    "t6": _TYPES.UINT32,
}  # fmt: skip
_SIGNED = ("i16", "i32", "i64", "f32", "f64", "t6")
NOWHERE = (0, "")  # of a serial number or firmware that the meter does not tell


@dataclass(frozen=True)
class Number:
    """A measured value: address, kind of register, and what one count is in Wh or W."""

    address: int
    kind: str
    step: Fraction

    @property
    def code(self) -> str:
        """As struct calls it; t6 with the power of ten 0 is a whole number."""
        return "i" if self.kind == "t6" else _TYPE[self.kind].value[0]

    @property
    def signed(self) -> bool:
        return self.kind in _SIGNED


@dataclass(frozen=True)
class Map:
    """`energy`: whole counts of the first, what is left in the second. `powers`: consumed, and fed
    in where that is another register. `serial`, `firmware`, `code`: address and form; a text's has
    the number of its registers behind it.
    """

    vendor: str
    product: str
    energy: tuple[Number, ...]
    powers: tuple[Number, ...]
    serial: tuple[int, str]
    firmware: tuple[int, str]
    code: tuple[int, str]
    told_code: str
    other: tuple[Number, ...]  # registers beside; a count as its step
    measured: tuple[int, ...]  # functions that read the measured values
    named: tuple[int, ...]  # functions that read serial number and firmware
    most_registers: int
    low_word_first: bool
    exponent: int | None  # address of the energy's power of ten
    rolls_at_wh: int | None
    silence_ms: int
    mains: tuple[tuple[Number, int], ...]  # voltage and frequency, with what they are in V and Hz

    @property
    def power(self) -> Number:
        return self.powers[0]

    @property
    def order(self) -> str:
        return "little" if self.low_word_first else "big"


def load(model: str) -> Map:
    """The map of a model. FileNotFoundError."""
    told = json.loads((FOLDER / (model + ".json")).read_text())["map"]
    return Map(
        told["vendor"], told["product"], _numbers(told["energy"]), _numbers(told["power"]),
        _name(told, "serial"), _name(told, "firmware"), _name(told, "code"),
        told.get("told_code", ""), _numbers(told.get("other", [])), tuple(told["measured"]),
        tuple(told["named"]), told["most_registers"], told.get("low_word_first", False),
        told.get("exponent"), told.get("rolls_at_wh"), told.get("silence_ms", 0),
        tuple(_mains(told)),
    )  # fmt: skip


def _numbers(rows: list) -> tuple[Number, ...]:
    return tuple(Number(address, kind, Fraction(step)) for address, kind, step in rows)


def _mains(told: dict) -> Iterator[tuple[Number, int]]:
    for *row, shown in told.get("mains", []):
        yield _numbers([row])[0], shown


def _name(told: dict, key: str) -> tuple[int, str]:
    return tuple(told[key]) if key in told else NOWHERE


def words(kind: str, count: Fraction | float, order: str = "big") -> list[int]:
    """The registers of a count, as pymodbus writes them; a whole number goes round like a
    counter."""
    value = float(count) if kind[0] == "f" else _round(kind, int(count))
    return ModbusClientMixin.convert_to_registers(value, _TYPE[kind], order)  # type: ignore


def _round(kind: str, value: int) -> int:
    if kind == "t6":
        return value & 0xFFFFFF
    full = 1 << int(kind[1:])
    value %= full
    return value - full if kind in _SIGNED and value >= full >> 1 else value


def value(kind: str, registers: list[int], order: str = "big") -> Fraction:
    """What registers hold, as pymodbus reads it. ValueError, OverflowError: no number."""
    told = ModbusClientMixin.convert_from_registers(registers, _TYPE[kind], order)  # type: ignore
    assert isinstance(told, (int, float))
    if kind != "t6":
        return Fraction(told)
    low, exponent = int(told) & 0xFFFFFF, int(told) >> 24
    exponent -= (exponent > 127) << 8
    return (low - (low >> 23 << 24)) * Fraction(10) ** exponent


def name_words(form: str, value: str) -> list[int]:
    """Registers of a serial number, a firmware's number or a model's code."""
    if form.startswith("text"):
        padded = value.ljust(2 * int(form[4:]), "\0")
        return ModbusClientMixin.convert_to_registers(padded, _TYPES.STRING)
    if form == "hex":
        return words("u32", int(value, 16))
    return words(form, Fraction(value))
