"""A simulated energy meter behind pymodbus' RTU server; its register maps are its own.

Nothing of the firmware is imported here: what the firmware reads is checked against what this
module says it served. Like the meters it knows one function for each block of registers, and a
largest read. Maps: Eastron, ABB, Carlo Gavazzi and Schneider protocol documents.
"""

import logging
import struct
from dataclasses import dataclass
from fractions import Fraction

from pymodbus import ModbusDeviceIdentification
from pymodbus.constants import ExcCodes
from pymodbus.framer import FramerType
from pymodbus.server import ModbusSerialServer
from pymodbus.simulator import DataType, SimData, SimDevice

_SIZE = 0xFFFF
_INPUT, _HOLDING, _EITHER = (4,), (3,), (3, 4)


@dataclass(frozen=True)
class _Number:
    """A measured value: address, struct code, and what one count is in Wh or W."""

    address: int
    code: str
    step: int | Fraction


@dataclass(frozen=True)
class _Map:
    """`energy`: whole counts of the first, what is left in the second. Forms: u16, u32, text."""

    vendor: str
    energy: tuple[_Number, ...]
    power: _Number
    serial: tuple[int, str]
    firmware: tuple[int, str]
    measured: tuple[int, ...]  # functions that read the measured values
    named: tuple[int, ...]  # functions that read serial number and firmware
    most_registers: int
    low_word_first: bool = False


def _eastron(power_address: int, most: int) -> _Map:
    energy = (_Number(72, "f", 1000),)
    power = _Number(power_address, "f", 1)
    return _Map("Eastron", energy, power, (0xFC00, "u32"), (0xFC03, "u16"), _INPUT, _HOLDING, most)


def _gavazzi(energy: tuple[_Number, ...], most: int) -> _Map:
    power = _Number(0x28, "i", Fraction(1, 10))
    return _Map(
        "Carlo Gavazzi", energy, power, (0x5000, "text"), (0x302, "u16"), _EITHER, _EITHER, most,
        low_word_first=True,
    )  # fmt: skip


_ABB = _Map(
    "ABB", (_Number(0x5000, "Q", 10),), _Number(0x5B14, "i", Fraction(1, 100)),
    (0x8900, "u32"), (0x8908, "text"), _HOLDING, _HOLDING, 125,
)  # fmt: skip
_SCHNEIDER = _Map(
    "Schneider Electric", (_Number(3203, "q", 1),), _Number(3059, "f", 1000),
    (129, "u32"), (1636, "u16"), _HOLDING, _HOLDING, 125,
)  # fmt: skip
_KWH_AND_WH = (_Number(0x400, "i", 1000), _Number(0x402, "i", 1))
_MAPS = {
    "sdm630": _eastron(52, 80),
    "sdm120": _eastron(12, 60),
    "b21": _ABB,
    "b23": _ABB,
    "b24": _ABB,
    "em330": _gavazzi(_KWH_AND_WH, 50),
    "em340": _gavazzi(_KWH_AND_WH, 50),
    "em540": _gavazzi((_Number(0x500, "q", 1),), 50),
    "em580": _gavazzi((_Number(0x500, "q", 1),), 125),
    "iem3155": _SCHNEIDER,
}
MODELS = tuple(_MAPS)


class SimMeter:
    """One meter; set `energy_mwh` and `power_w` at any time and the registers follow."""

    def __init__(
        self, model: str, unit: int, serial: str, energy_mwh: int = 12_345_678_000
    ) -> None:
        self.model, self.unit, self.serial = model, unit, serial
        self._map = _MAPS[model]
        self._words: dict[int, int] = {}
        self._energy_mwh = self._power_w = 0
        self.energy_mwh = energy_mwh
        self.power_w = 0
        self._put_text(*self._map.serial, serial)
        self._put_text(*self._map.firmware, "3")

    @property
    def energy_mwh(self) -> int:
        return self._energy_mwh

    @energy_mwh.setter
    def energy_mwh(self, value: int) -> None:
        self._energy_mwh = value
        for number, count in self._energy_counts():
            self._put_number(number, count)

    @property
    def power_w(self) -> int:
        return self._power_w

    @power_w.setter
    def power_w(self, value: int) -> None:
        self._power_w = value
        self._put_number(self._map.power, Fraction(value) / self._map.power.step)

    def served_energy_mwh(self) -> int:
        """What the energy registers now say, exactly, with the spacing of their form in it."""
        exact = sum(
            Fraction(struct.unpack(">" + number.code, _bytes(number.code, count))[0]) * number.step
            for number, count in self._energy_counts()
        )
        return int(exact * 1000 + Fraction(1, 2))

    def device(self) -> SimDevice:
        """The meter for pymodbus' server; its registers are brought up to date at each request."""

        async def refresh(
            function: int, start: int, address: int, count: int, registers: list, _values: object
        ) -> ExcCodes | None:
            for known, word in self._words.items():
                registers[known - start] = word
            return self._refusal(function, address, count)

        everything = SimData(0, values=[0] * _SIZE, datatype=DataType.REGISTERS)
        return SimDevice(self.unit, [everything], action=refresh)

    def identity(self) -> ModbusDeviceIdentification:
        """The answer to function 43/14."""
        names = {"VendorName": self._map.vendor, "ProductCode": self.model.upper()}
        return ModbusDeviceIdentification(info_name=names | {"MajorMinorRevision": "3"})

    def _refusal(self, function: int, address: int, count: int) -> ExcCodes | None:
        names = (self._map.serial[0], self._map.firmware[0])
        allowed = self._map.named if address in names else self._map.measured
        if function in (3, 4) and function not in allowed:
            return ExcCodes.ILLEGAL_FUNCTION
        return ExcCodes.ILLEGAL_VALUE if count > self._map.most_registers else None

    def _energy_counts(self) -> list[tuple[_Number, Fraction]]:
        """Each energy register with its count; only the last one may hold a broken count."""
        left_wh = Fraction(self._energy_mwh, 1000)
        counts = []
        for number in self._map.energy[:-1]:
            counts.append((number, Fraction(left_wh // number.step)))
            left_wh %= number.step
        last = self._map.energy[-1]
        return [*counts, (last, left_wh / last.step)]

    def _put_number(self, number: _Number, count: Fraction) -> None:
        data = _bytes(number.code, count)
        words = list(struct.unpack(">%dH" % (len(data) // 2), data))
        self._words.update(
            enumerate(words[::-1] if self._map.low_word_first else words, number.address)
        )

    def _put_text(self, address: int, form: str, value: str) -> None:
        if form == "text":
            data = value.encode().ljust(16, b"\0")
        else:
            data = struct.pack(">I" if form == "u32" else ">H", int(value))
        self._words.update(enumerate(struct.unpack(">%dH" % (len(data) // 2), data), address))


def _bytes(code: str, count: Fraction) -> bytes:
    return struct.pack(">" + code, float(count) if code == "f" else int(count))


class MeterLine:
    """Several meters on one serial line."""

    def __init__(self, meters: list[SimMeter]) -> None:
        self._devices = [meter.device() for meter in meters]
        self._identity = meters[0].identity()  # pymodbus has one for all units

    async def start(self, device: str, baud: int = 9600) -> None:
        """Serve on a serial device until `stop`."""
        logging.getLogger("pymodbus").setLevel(logging.CRITICAL)
        self._server = ModbusSerialServer(
            self._devices,
            framer=FramerType.RTU,
            identity=self._identity,
            port=device,
            baudrate=baud,
            ignore_missing_devices=True,
        )
        await self._server.serve_forever(background=True)

    async def stop(self) -> None:
        await self._server.shutdown()
