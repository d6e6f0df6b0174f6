"""One Modbus meter: its registers as Readings and Identity; decides no policy."""

import asyncio
import binascii

from micropython import const

from wattseal.core import registers
from wattseal.core.reading import Identity, MeterFault, Reading
from wattseal.drivers.modbus_fault import BusFault
from wattseal.drivers.modbus_patience import Patience
from wattseal.drivers.modbus_plan import Plan, span

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.contracts import Clock
    from wattseal.core.models import Field, Model, Told
    from wattseal.drivers.modbus_bus import ModbusBus
    from wattseal.drivers.modbus_plan import Span

# What no counter shows and no charger draws is a wrong register or a wrong word order.
_MOST_MWH = 10**15  # nine digits of kWh
_MOST_W = const(10000000)
_MOST_TENS = const(9)  # powers of ten between a counter and its Wh
_BLANKS = const(10)  # in row: a meter that starts may show no serial number yet


class ModbusMeter:
    """Satisfies contracts.Meter. Energy and power come in one request where the model allows."""

    def __init__(self, bus: "ModbusBus", unit: int, model: "Model", clock: "Clock") -> None:
        self._bus = bus
        self._unit = unit
        self._model = model
        self._clock = clock
        self._plan = Plan(model)
        self._patience = Patience(model.latency_ms)
        self._invalid = {kind: model.invalid_codes(kind) for kind, _ in model.invalid}
        self._asked = self._note_time  # made once: a bound method is allocated
        self._at_ms = self._utc_ms = 0
        self._time_state = "U"
        self._count_mwh = 0  # one count of the register, where the meter tells its power of ten
        self._blanks = 0  # how often it may still show no serial number

    async def read(self) -> Reading:
        """Taken now. No value is older than its time, which is that of the energy's request.

        MeterFault "T", "F" or "O".
        """
        plan = self._plan
        block = plan.both
        data = await self._everything(block) if block else None
        if block and data:
            power_w = self._power_w(data, block[1])
        else:
            power_w = self._power_w(await self._get(*plan.power), plan.power[1])
            block = plan.energy
            data = await self._get(*block)
        energy_mwh = self._energy_mwh(data, block[1])
        return Reading(energy_mwh, power_w, self._at_ms, self._utc_ms, self._time_state)

    async def identify(self) -> Identity:
        """Serial number and firmware as the meter reports them, "" for none or where it refuses
        the register: then a configured number counts. MeterFault.

        One that has told its number and then shows none is starting: "F" for so many times, for
        another number would be another meter.
        """
        serial = await self._told(self._model.serial)
        if serial:
            self._blanks = _BLANKS
        elif self._blanks:
            self._blanks -= 1
            raise MeterFault("F")
        return Identity(serial, await self._told(self._model.firmware))

    def step_mwh(self, energy_mwh: int) -> int:
        """By how much the register moves at this value, as of the newest reading."""
        return max(self._model.step_mwh(energy_mwh), self._count_mwh)

    async def model_code(self) -> str:
        """Which model the meter says it is, "" where it tells nothing. MeterFault."""
        return await self._text(self._model.code)

    def _energy_mwh(self, data: memoryview, start: int) -> int:
        model = self._model
        exponent = self._decode(data, start, model.exponent, 0) if model.exponent else 0
        if exponent is None or not -_MOST_TENS <= exponent <= _MOST_TENS:
            raise MeterFault("O")
        _, _, _, _, numerator, denominator = model.energy[-1]
        self._count_mwh = numerator * 10**exponent // denominator if exponent > 0 else 0
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
            part_w = self._decode(data, start, field, 0, 1000)  # the field's are mW
            if part_w is None or not -_MOST_W <= part_w <= _MOST_W:
                raise MeterFault("O")
            power_w += part_w
        return power_w

    def _decode(
        self, data: memoryview, start: int, field: "Field", exponent: int, divisor: int = 1
    ) -> "int | None":
        """A field's value times 10^exponent, rounded once; data begins at register `start`."""
        _, address, kind, order, numerator, denominator = field
        if exponent:
            numerator, denominator = registers.times_ten(numerator, denominator, exponent)
        return registers.decode(
            data, 2 * (address - start), kind, order, numerator, denominator * divisor,
            self._invalid.get(kind, ()),
        )  # fmt: skip

    async def _told(self, field: "Told") -> str:
        """As `_text`, "" for what the meter has not got."""
        try:
            return await self._text(field)
        except MeterFault as fault:
            if not fault.refused:
                raise
            return ""

    async def _text(self, field: "Told") -> str:
        if field is None:
            return ""
        data = await self._get(*span((field,)))
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

    def _note_time(self) -> None:
        clock = self._clock
        self._at_ms, self._utc_ms = clock.now_ms(), clock.utc_ms()
        self._time_state = clock.state()

    async def _everything(self, span: "Span") -> "memoryview | None":
        """Energy and power in one read. None: the meter refuses reads so long. MeterFault."""
        try:
            data = await self._ask(*span)
        except BusFault as fault:
            if self._plan.refused(fault.code, fault.cut):
                self._bus.counters["split"] += 1
                if fault.code:  # and the line is in no doubt
                    return None
            raise _meter_fault(fault)
        self._plan.answered()
        return data

    async def _get(self, function: int, address: int, count: int) -> memoryview:
        try:
            return await self._ask(function, address, count)
        except BusFault as fault:
            raise _meter_fault(fault)

    async def _ask(self, function: int, address: int, count: int) -> memoryview:
        """As the model needs it: its latency, its gap. The wait for the bus is here, so that it
        costs no coroutine of its own. BusFault."""
        bus, model = self._bus, self._model
        while bus.asking:
            await asyncio.sleep_ms(1)
        try:
            wait_ms = bus.begin_read(
                self._unit, function, address, count, model.latency_ms,
                self._patience.timeout_ms(), model.min_gap_ms, self._asked,
            )  # fmt: skip
            while wait_ms >= 0:
                await asyncio.sleep_ms(wait_ms)
                wait_ms = bus.step()
        finally:
            bus.cancel()
        return self._answer(count)

    def _answer(self, count: int) -> memoryview:
        """The registers that were asked for; how long they took is noted. BusFault."""
        bus, patience = self._bus, self._patience
        try:
            data = bus.registers(count)
        except BusFault as fault:
            if fault.timeout:
                patience.silent()
            elif fault.code:
                patience.answered(bus.latency_ms)
            raise
        patience.answered(bus.latency_ms)
        return data


def _meter_fault(fault: BusFault) -> MeterFault:
    # exceptions 1 to 3: no such function, address or value
    return MeterFault("T" if fault.timeout else "F", 1 <= fault.code <= 3)


def _clean(raw: bytes) -> str:
    """Printable ASCII without spaces and what a record must not hold.

    Some meters keep one character in a register and some two: zeros between them go as well.
    """
    return "".join([chr(b) for b in raw if 32 < b < 127 and b not in b'|"\\'])
