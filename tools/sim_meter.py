"""A simulated energy meter behind pymodbus' RTU server; its register maps are its own.

Nothing of the firmware is imported here: what the firmware reads is checked against what this
module says it served. Maps: Eastron, ABB, Carlo Gavazzi and Schneider protocol documents.
"""

import logging
import struct
from fractions import Fraction

from pymodbus.framer import FramerType
from pymodbus.server import ModbusSerialServer
from pymodbus.simulator import DataType, SimData, SimDevice

_SIZE = 0xFFFF
# model -> (energy address, struct code, Wh in one count, low word first,
#           power address, struct code, W in one count,
#           serial address, form, firmware address, form)
_MAPS = {
    "sdm630": (72, "f", 1000, False, 52, "f", 1, 0xFC00, "u32", 0xFC03, "u16"),
    "sdm120": (72, "f", 1000, False, 12, "f", 1, 0xFC00, "u32", 0xFC03, "u16"),
    "b21": (0x5000, "Q", 10, False, 0x5B14, "i", Fraction(1, 100), 0x8900, "u32", 0x8908, "text"),
    "em580": (0x500, "q", 1, True, 0x28, "i", Fraction(1, 10), 0x5000, "text", 0x302, "u16"),
    "iem3155": (3203, "q", 1, False, 3059, "f", 1000, 129, "u32", 1636, "u16"),
}
_MAPS["b23"] = _MAPS["b24"] = _MAPS["b21"]
_MAPS["em540"] = _MAPS["em580"]
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
        for address, form, value in (
            (self._map[7], self._map[8], serial),
            (self._map[9], self._map[10], "3"),
        ):
            self._put_text(address, form, value)

    @property
    def energy_mwh(self) -> int:
        return self._energy_mwh

    @energy_mwh.setter
    def energy_mwh(self, value: int) -> None:
        self._energy_mwh = value
        self._put(self._map[0], self._energy_bytes())

    @property
    def power_w(self) -> int:
        return self._power_w

    @power_w.setter
    def power_w(self, value: int) -> None:
        self._power_w = value
        address, code, step = self._map[4:7]
        count = Fraction(value) / step
        self._put(address, struct.pack(">" + code, float(count) if code == "f" else int(count)))

    def served_energy_mwh(self) -> int:
        """What the energy register now says, exactly, with the spacing of its form in it."""
        raw = struct.unpack(">" + self._map[1], self._energy_bytes())[0]
        exact = Fraction(raw) * self._map[2] * 1000
        return int(exact + Fraction(1, 2))

    def device(self) -> SimDevice:
        """The meter for pymodbus' server; its registers are brought up to date at each request."""

        async def refresh(_function, start, _address, _count, registers, _values) -> None:
            for address, word in self._words.items():
                registers[address - start] = word

        everything = SimData(0, values=[0] * _SIZE, datatype=DataType.REGISTERS)
        return SimDevice(self.unit, [everything], action=refresh)

    def _energy_bytes(self) -> bytes:
        code, step_wh = self._map[1], self._map[2]
        count = Fraction(self._energy_mwh, 1000 * step_wh)
        return struct.pack(">" + code, float(count) if code == "f" else int(count))

    def _put(self, address: int, data: bytes) -> None:
        words = list(struct.unpack(">%dH" % (len(data) // 2), data))
        self._words.update(enumerate(words[::-1] if self._map[3] else words, address))

    def _put_text(self, address: int, form: str, value: str) -> None:
        if form == "text":
            data = value.encode().ljust(16, b"\0")
            words = list(struct.unpack(">8H", data))
        else:
            data = struct.pack(">I" if form == "u32" else ">H", int(value))
            words = list(struct.unpack(">%dH" % (len(data) // 2), data))
        self._words.update(enumerate(words, address))


class MeterLine:
    """Several meters on one serial line."""

    def __init__(self, meters: list[SimMeter]) -> None:
        self._devices = [meter.device() for meter in meters]

    async def start(self, device: str, baud: int = 9600) -> None:
        """Serve on a serial device until `stop`."""
        logging.getLogger("pymodbus").setLevel(logging.CRITICAL)
        self._server = ModbusSerialServer(
            self._devices,
            framer=FramerType.RTU,
            port=device,
            baudrate=baud,
            ignore_missing_devices=True,
        )
        await self._server.serve_forever(background=True)

    async def stop(self) -> None:
        await self._server.shutdown()
