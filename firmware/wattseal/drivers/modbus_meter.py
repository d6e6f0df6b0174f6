"""One Modbus meter: its registers as Readings and Identity; decides no policy."""

from micropython import const

from wattseal.core import registers
from wattseal.core.reading import Identity, MeterFault, Reading
from wattseal.drivers.modbus_bus import BusFault

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.contracts import Clock
    from wattseal.core.models import Field, Model, Text
    from wattseal.drivers.modbus_bus import ModbusBus

# What no counter shows and no charger draws is a wrong register or a wrong word order.
_MOST_MWH = 10**15  # nine digits of kWh
_MOST_W = const(10000000)
_KWH = const(1000000)  # mWh


class ModbusMeter:
    """Satisfies contracts.Meter. Energy and power come in one request where the model allows."""

    def __init__(self, bus: "ModbusBus", unit: int, model: "Model", clock: "Clock") -> None:
        self._bus = bus
        self._unit = unit
        self._model = model
        self._clock = clock
        self._energy_fields = (model.energy, model.decimals) if model.decimals else (model.energy,)
        function, start, count = _span(self._energy_fields)
        self._energy_span = (function, start, count + model.beside)
        both = self._energy_fields + (model.power,)
        self._span = _span(both) if model.power[0] == function else None
        if self._span and self._span[2] > model.max_registers:
            self._span = None

    async def read(self) -> Reading:
        """Taken now: the time is that of the energy's reply. MeterFault "T", "F" or "O"."""
        power = self._model.power
        if self._span is None:
            power_w = self._power_w(await self._get(*_span((power,))), power[1])
            energy_mwh = self._energy_mwh(
                await self._get(*self._energy_span), self._energy_span[1]
            )
        else:
            start = self._span[1]
            data = await self._get(*self._span)
            power_w = self._power_w(data, start)
            energy_mwh = self._energy_mwh(data, start)
        clock = self._clock
        return Reading(energy_mwh, power_w, clock.now_ms(), clock.utc_ms(), clock.state())

    async def identify(self) -> Identity:
        """Serial number and firmware as the meter reports them, "" for none. MeterFault."""
        return Identity(
            await self._text(self._model.serial), await self._text(self._model.firmware)
        )

    def _energy_mwh(self, data: memoryview, start: int) -> int:
        energy_mwh = 0
        limit_mwh = _MOST_MWH
        for field in self._energy_fields:
            part_mwh = self._decode(data, start, field)
            if part_mwh is None or not 0 <= part_mwh <= limit_mwh:
                raise MeterFault("O")
            energy_mwh += part_mwh
            limit_mwh = _KWH - 1  # what follows is decimals
        return energy_mwh

    def _power_w(self, data: memoryview, start: int) -> int:
        power_w = self._decode(data, start, self._model.power, 1000)
        if power_w is None or not -_MOST_W <= power_w <= _MOST_W:
            raise MeterFault("O")
        return power_w

    def _decode(
        self, data: memoryview, start: int, field: "Field", divisor: int = 1
    ) -> "int | None":
        """A field's value in data that begins at register `start`, rounded once."""
        _, address, kind, order, numerator, denominator = field
        return registers.decode(
            data, 2 * (address - start), kind, order, numerator, denominator * divisor,
            self._model.codes(kind),
        )  # fmt: skip

    async def _text(self, field: "Field | Text") -> str:
        data = await self._get(*_span((field,)))
        if field[2] == "text":
            return _clean(bytes(data))
        number = self._decode(data, field[1], field)
        return "" if number is None else "%d" % number

    async def _get(self, function: int, address: int, count: int) -> memoryview:
        try:
            return await self._bus.read(
                self._unit, function, address, count, self._model.latency_ms
            )
        except BusFault as fault:
            raise MeterFault("T" if fault.timeout else "F")


def _span(fields: "tuple[Field | Text, ...]") -> "tuple[int, int, int]":
    """(function, start, registers) of the one read that holds the fields, all of one function."""
    start = min([field[1] for field in fields])
    return fields[0][0], start, max([field[1] + _registers(field) for field in fields]) - start


def _registers(field: "Field | Text") -> int:
    return field[3] if field[2] == "text" else registers.KINDS[field[2]][0]


def _clean(raw: bytes) -> str:
    """Printable ASCII without spaces and what a record must not hold.

    Some meters keep one character in a register and some two: zeros between them go as well.
    """
    return "".join([chr(b) for b in raw if 32 < b < 127 and b not in b'|"\\'])
