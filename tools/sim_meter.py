"""A simulated energy meter behind pymodbus' RTU server; its register maps are its own.

Nothing of the firmware is imported here: what the firmware reads is checked against what this
module says it served. Like the meters it knows one function for each block of registers, a
largest read, and answers a hasty request as busy.
"""

import logging
import time
from fractions import Fraction

from pymodbus import ModbusDeviceIdentification
from pymodbus.constants import ExcCodes
from pymodbus.framer import FramerType
from pymodbus.server import ModbusSerialServer
from pymodbus.simulator import DataType, SimData, SimDevice

from tools import sim_map
from tools.sim_map import MODELS, NOWHERE, Number

__all__ = ["MODELS", "MeterLine", "SimMeter"]
_SIZE = 0xFFFF
_NAMELESS = ModbusDeviceIdentification(
    info_name=dict.fromkeys(("VendorName", "ProductCode", "MajorMinorRevision"), "")
)


class SimMeter:
    """One meter; set `energy_mwh` and `power_w` at any time and the registers follow."""

    def __init__(
        self, model: str, unit: int, serial: str, energy_mwh: int = 12_345_678_000
    ) -> None:
        self.model, self.unit, self.serial = model, unit, serial
        self._map = sim_map.load(model)
        self._words: dict[int, int] = {}
        self._energy_mwh = self._power_w = self._exponent = 0
        self._answered = 0.0
        self.energy_mwh = energy_mwh
        self.power_w = 0
        if self._map.exponent is not None:
            self.exponent = 0
        for number in self._map.other:
            self._put_number(number, number.step)
        for number, shown in self._map.mains:
            self._put_number(number, shown / number.step)
        for name, told in (
            (self._map.serial, serial), (self._map.firmware, "3"),
            (self._map.code, self._map.told_code),
        ):  # fmt: skip
            if name != NOWHERE:
                self._put(name[0], sim_map.name_words(name[1], told))

    @property
    def tells_serial(self) -> bool:
        """Whether it knows its own serial number."""
        return self._map.serial != NOWHERE

    def configured(self) -> dict[str, str]:
        """What a configuration must say because the meter does not."""
        return {} if self.tells_serial else {"serial": self.serial}

    @property
    def energy_mwh(self) -> int:
        """What has flowed; the register goes on from 0 where the meter's does."""
        return self._energy_mwh

    @energy_mwh.setter
    def energy_mwh(self, value: int) -> None:
        self._energy_mwh = value
        for number, count in self._energy_counts():
            self._put_number(number, count)

    @property
    def exponent(self) -> int:
        """The power of ten of the energy's counts, for a meter that has one."""
        return self._exponent

    @exponent.setter
    def exponent(self, value: int) -> None:
        assert self._map.exponent is not None
        self._exponent = value
        self._put(self._map.exponent, sim_map.words("i16", value))
        self.energy_mwh = self._energy_mwh

    @property
    def power_w(self) -> int:
        return self._power_w

    @power_w.setter
    def power_w(self, value: int) -> None:
        self._power_w = value
        for number, count in self._power_counts():
            self._put_number(number, count)

    @property
    def feeds_in(self) -> bool:
        """Whether its power can be below zero."""
        return self._map.power.signed or len(self._map.powers) > 1

    def counts(self) -> list[tuple[Number, Fraction]]:
        """Every measured register with its exact count, the energy's first."""
        return self._energy_counts() + self._power_counts()

    def step_wh(self, number: Number) -> Fraction:
        """What a count of an energy register is now."""
        return number.step * Fraction(10) ** self._exponent

    def served_energy_mwh(self) -> int:
        """What the energy registers now say, exactly, with the spacing of their form in it."""
        served_mwh = 0
        for number, _ in self._energy_counts():
            step = self.step_wh(number)
            last = number.address + len(sim_map.words(number.kind, 0))
            registers = [self._words[at] for at in range(number.address, last)]
            served = sim_map.value(number.kind, registers, self._map.order)
            served_mwh += int(served * step * 1000 + Fraction(1, 2))
        return served_mwh

    def device(self) -> SimDevice:
        """The meter for pymodbus' server; its registers are brought up to date at each request."""

        async def refresh(
            function: int, start: int, address: int, count: int, registers: list, _values: object
        ) -> ExcCodes | None:
            for known, word in self._words.items():
                registers[known - start] = word
            return self._refusal(function, address, count)

        everything = SimData(0, values=0, count=_SIZE, datatype=DataType.REGISTERS)
        return SimDevice(self.unit, [everything], action=refresh)

    def identity(self) -> ModbusDeviceIdentification:
        """The answer to function 43/14."""
        names = {"VendorName": self._map.vendor, "ProductCode": self._map.product}
        return ModbusDeviceIdentification(info_name=names | {"MajorMinorRevision": "3"})

    def _refusal(self, function: int, address: int, count: int) -> ExcCodes | None:
        since, self._answered = time.monotonic() - self._answered, time.monotonic()
        if since * 1000 < self._map.silence_ms:
            return ExcCodes.DEVICE_BUSY
        names = (self._map.serial, self._map.firmware, self._map.code)
        named = address in [name[0] for name in names if name != NOWHERE]
        allowed = self._map.named if named else self._map.measured
        if function in (3, 4) and function not in allowed:
            return ExcCodes.ILLEGAL_FUNCTION
        return ExcCodes.ILLEGAL_VALUE if count > self._map.most_registers else None

    def _energy_counts(self) -> list[tuple[Number, Fraction]]:
        """Each energy register with its count; only the last one may hold a broken count."""
        left_wh = Fraction(self._energy_mwh, 1000)
        if self._map.rolls_at_wh:
            left_wh %= self._map.rolls_at_wh
        counts = []
        for number in self._map.energy[:-1]:
            step_wh = self.step_wh(number)
            counts.append((number, Fraction(left_wh // step_wh)))
            left_wh %= step_wh
        last = self._map.energy[-1]
        return [*counts, (last, left_wh / self.step_wh(last))]

    def _power_counts(self) -> list[tuple[Number, Fraction]]:
        """What is consumed, and what is fed in where that is a register of its own."""
        shown = [self._power_w]
        if len(self._map.powers) > 1:
            shown = [max(self._power_w, 0), max(-self._power_w, 0)]
        return [(n, power_w / n.step) for n, power_w in zip(self._map.powers, shown, strict=True)]

    def _put_number(self, number: Number, count: Fraction) -> None:
        self._put(number.address, sim_map.words(number.kind, count, self._map.order))

    def _put(self, address: int, words: list[int]) -> None:
        self._words.update(enumerate(words, address))


class MeterLine:
    """Several meters on one serial line. `named`: whether they answer to function 43/14."""

    def __init__(self, meters: list[SimMeter], named: bool = True) -> None:
        self._devices = [meter.device() for meter in meters]
        # pymodbus has one for all units, and keeps it from one server to the next
        self._identity = meters[0].identity() if named else _NAMELESS

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
