"""One Modbus meter: its registers as Readings and Identity; decides no policy."""

from wattseal.core import registers
from wattseal.core.reading import Identity, MeterFault, Reading
from wattseal.drivers.modbus_bus import BusFault


class ModbusMeter:
    """Satisfies contracts.Meter. Energy and power come in one request where the model allows."""

    def __init__(self, bus: "object", unit: int, model: "object", clock: "object") -> None:
        self._bus = bus
        self._unit = unit
        self._model = model
        self._clock = clock
        self._span = _span(model)

    async def read(self) -> Reading:
        """Taken now: the time is that of the energy's reply. MeterFault "T", "F" or "O"."""
        model, clock = self._model, self._clock
        if self._span is None:
            power_mw = self._decode(await self._registers(model.power), 0, model.power)
            energy_mwh = self._decode(await self._registers(model.energy), 0, model.energy)
        else:
            function, start, count = self._span
            data = await self._get(function, start, count)
            energy_mwh = self._decode(data, 2 * (model.energy[1] - start), model.energy)
            power_mw = self._decode(data, 2 * (model.power[1] - start), model.power)
        if energy_mwh is None or energy_mwh < 0 or power_mw is None:
            raise MeterFault("O")
        at_ms = clock.now_ms()
        return Reading(energy_mwh, power_mw // 1000, at_ms, clock.utc_ms(), clock.state())

    async def identify(self) -> Identity:
        """Serial number and firmware as the meter reports them. MeterFault."""
        return Identity(
            await self._text(self._model.serial), await self._text(self._model.firmware)
        )

    async def _text(self, field: tuple) -> str:
        data = await self._registers(field)
        if field[2] == "text":
            return _clean(bytes(data))
        return "%d" % registers.decode(data, 0, *field[2:])

    async def _registers(self, field: tuple) -> memoryview:
        count = field[3] if field[2] == "text" else registers.KINDS[field[2]][0]
        return await self._get(field[0], field[1], count)

    async def _get(self, function: int, address: int, count: int) -> memoryview:
        try:
            return await self._bus.read(
                self._unit, function, address, count, self._model.latency_ms
            )
        except BusFault as fault:
            raise MeterFault("T" if fault.timeout else "F")

    def _decode(self, data: memoryview, at: int, field: tuple) -> "int | None":
        return registers.decode(data, at, *field[2:], invalid=self._model.invalid)


def _span(model: "object") -> "tuple | None":
    """(function, start, registers) of one read that holds energy and power, or None."""
    if model.energy[0] != model.power[0]:
        return None
    ends = [f[1] + registers.KINDS[f[2]][0] for f in (model.energy, model.power)]
    start = min(model.energy[1], model.power[1])
    count = max(ends) - start
    return (model.energy[0], start, count) if count <= model.max_registers else None


def _clean(raw: bytes) -> str:
    """Printable ASCII without what a record must not hold, ends trimmed."""
    return "".join([chr(b) for b in raw if 32 < b < 127 and b not in b'|"\\'])
