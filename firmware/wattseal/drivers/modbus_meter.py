"""One Modbus meter: its registers as Readings and Identity; decides no policy."""

import binascii

from micropython import const

from wattseal.core import registers
from wattseal.core.reading import Identity, MeterFault, Reading
from wattseal.drivers.modbus_bus import BusFault

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.contracts import Clock
    from wattseal.core.models import Field, Model, Text, Told
    from wattseal.drivers.modbus_bus import ModbusBus

# What no counter shows and no charger draws is a wrong register or a wrong word order.
_MOST_MWH = 10**15  # nine digits of kWh
_MOST_W = const(10000000)
_MOST_TENS = const(9)  # powers of ten between a counter and its Wh


class ModbusMeter:
    """Satisfies contracts.Meter. Energy and power come in one request where the model allows."""

    def __init__(self, bus: "ModbusBus", unit: int, model: "Model", clock: "Clock") -> None:
        self._bus = bus
        self._unit = unit
        self._model = model
        self._clock = clock
        counters = model.energy + ((model.exponent,) if model.exponent else ())
        function, start, count = _span(counters)
        self._energy_span = (function, start, count + model.beside)
        self._power_span = _span(model.power)
        self._span = _span(counters + model.power) if model.power[0][0] == function else None
        if self._span and self._span[2] > model.max_registers:
            self._span = None

    async def read(self) -> Reading:
        """Taken now: the time is that of the energy's reply. MeterFault "T", "F" or "O"."""
        if self._span is None:
            span = self._power_span
            power_w = self._power_w(await self._get(*span), span[1])
            span = self._energy_span
            energy_mwh = self._energy_mwh(await self._get(*span), span[1])
        else:
            span = self._span
            data = await self._get(*span)
            power_w = self._power_w(data, span[1])
            energy_mwh = self._energy_mwh(data, span[1])
        clock = self._clock
        return Reading(energy_mwh, power_w, clock.now_ms(), clock.utc_ms(), clock.state())

    async def identify(self) -> Identity:
        """Serial number and firmware as the meter reports them, "" for none. MeterFault."""
        return Identity(
            await self._text(self._model.serial), await self._text(self._model.firmware)
        )

    async def model_code(self) -> str:
        """Which model the meter says it is, "" where it tells nothing. MeterFault."""
        return await self._text(self._model.code)

    def _energy_mwh(self, data: memoryview, start: int) -> int:
        model = self._model
        exponent = self._decode(data, start, model.exponent, 0) if model.exponent else 0
        if exponent is None or not -_MOST_TENS <= exponent <= _MOST_TENS:
            raise MeterFault("O")
        energy_mwh = 0
        count_mwh = model.energy[0][4]
        for field in model.energy:
            part_mwh = self._decode(data, start, field, exponent)
            # a part in a finer unit is the fraction of a count
            most_mwh = count_mwh - 1 if field[4] < count_mwh else _MOST_MWH
            if part_mwh is None or not 0 <= part_mwh <= most_mwh:
                raise MeterFault("O")
            energy_mwh += part_mwh
        return energy_mwh

    def _power_w(self, data: memoryview, start: int) -> int:
        power_w = 0
        for field in self._model.power:
            part_w = self._decode(data, start, field, -3)
            if part_w is None or not -_MOST_W <= part_w <= _MOST_W:
                raise MeterFault("O")
            power_w += part_w
        return power_w

    def _decode(self, data: memoryview, start: int, field: "Field", exponent: int) -> "int | None":
        """A field's value times 10^exponent, rounded once; data begins at register `start`."""
        _, address, kind, order, numerator, denominator = field
        numerator, denominator = registers.times_ten(numerator, denominator, exponent)
        return registers.decode(
            data, 2 * (address - start), kind, order, numerator, denominator,
            self._model.invalid_codes(kind),
        )  # fmt: skip

    async def _text(self, field: "Told") -> str:
        if field is None:
            return ""
        data = await self._get(*_span((field,)))
        if field[2] == "text":
            return _clean(bytes(data))
        if field[2] == "hex":
            return _clean(binascii.hexlify(bytes(data)).upper())
        number = self._decode(data, field[1], field, 0)
        if number is None:
            return ""
        if field[2] == "f32":  # in thousandths: a firmware's 2.18
            return ("%d.%03d" % divmod(number, 1000)).rstrip("0").rstrip(".")
        return "%d" % number

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
    if field[2] == "text" or field[2] == "hex":
        return field[3]
    return registers.KINDS[field[2]][0]


def _clean(raw: bytes) -> str:
    """Printable ASCII without spaces and what a record must not hold.

    Some meters keep one character in a register and some two: zeros between them go as well.
    """
    return "".join([chr(b) for b in raw if 32 < b < 127 and b not in b'|"\\'])
