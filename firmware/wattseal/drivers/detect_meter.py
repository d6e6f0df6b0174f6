"""Finds out which model answers to a unit, and whether its values can be; decides no order.

A model is asked as the firmware will read it (ModbusMeter), all of it twice: both answers must be
equal, and the register may have gone on by what a connection carries.
"""

from micropython import const

from wattseal.core import detect_mains, detect_models, registers
from wattseal.core.detect_models import Found
from wattseal.core.gate import Gate
from wattseal.core.reading import MeterFault
from wattseal.drivers import modbus_request
from wattseal.drivers.modbus_fault import BusFault
from wattseal.drivers.modbus_meter import ModbusMeter

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable

    from wattseal.contracts import Clock
    from wattseal.core.models import Catalogue, Field, Model, Told
    from wattseal.core.reading import Identity, Reading
    from wattseal.drivers.modbus_bus import ModbusBus

    Answers = tuple[str, Identity, Reading]

_LATENCY_MS = const(600)  # of a model that is not known yet: the slowest
_FAULTS = {
    "T": "it does not answer to all that its model knows",
    "F": "it refuses a register of its model, or garbles it",
    "O": "its registers hold no number that can be",
}  # fmt: skip


class Check:
    """`rows`: the models; `release()`: called when no row is held, so that it can be dropped.

    `p_max_w`: what the connection carries at most.
    """

    def __init__(
        self, bus: "ModbusBus", clock: "Clock", rows: "Catalogue", release: "Callable[[], None]",
        p_max_w: int,
    ) -> None:  # fmt: skip
        self._bus = bus
        self._clock = clock
        self._rows = rows
        self._release = release
        self._p_max_w = p_max_w

    async def look(self, unit: int) -> Found:
        """All that can be known of the meter at `unit`."""
        likely, others = await self._by_mains(unit)
        found = await self._try(unit, likely)
        # A known model whose mains cannot be is worth its name in the sentence.
        return found if found.models else await self._try(unit, others)

    async def _try(self, unit: int, keys: "list[str]") -> Found:
        """As `look`, of these models."""
        found = Found(unit)
        sure, maybe = await self._weigh(found, keys)
        if len(sure) != 1:
            sure = await self._named(unit, sure or maybe) or sure
        found.models = sure or maybe
        found.sure = len(sure) == 1
        await self._confirm(found)
        return found

    async def _by_mains(self, unit: int) -> "tuple[list[str], list[str]]":
        """Keys of the models whose voltage register shows a voltage, and of all others.

        No row is loaded for this: on a small board the names in all rows cost 7 KB for good.
        """
        seen: dict[Field, bool] = {}
        likely: list[str] = []
        others: list[str] = []
        for key in self._rows:
            voltage, _ = detect_mains.fields(key)
            if voltage and voltage not in seen:
                try:
                    shown_mv = await self._number(unit, voltage, _LATENCY_MS)
                    seen[voltage] = not detect_models.mains_problems(shown_mv, None)
                except MeterFault:
                    seen[voltage] = False
            (likely if not voltage or seen[voltage] else others).append(key)
        return likely, others

    async def _weigh(self, found: Found, keys: "list[str]") -> "tuple[list[str], list[str]]":
        """Which of these models it is by its code, and which it could be."""
        told: dict[Told, str] = {}
        by_weight: tuple[list[str], ...] = ([], [], [], [])
        for key in keys:
            row = self._rows[key]
            if row.code and row.code not in told:
                told[row.code] = await self._code(found.unit, row)
            weight = detect_models.weigh(row, told.get(row.code, ""))
            by_weight[weight].append(key)
            if weight == detect_models.SURE or (weight and row.code and not found.code):
                found.code = told[row.code]
            self._release()
        maybe = by_weight[detect_models.MAYBE] + by_weight[detect_models.UNLISTED]
        return by_weight[detect_models.SURE], maybe

    async def _code(self, unit: int, row: "Model") -> str:
        try:
            return await ModbusMeter(self._bus, unit, row, self._clock).model_code()
        except MeterFault:
            return ""

    async def _named(self, unit: int, keys: "list[str]") -> "list[str]":
        """Which of the models the meter names as its own (function 43/14)."""
        try:
            objects = await modbus_request.identify(self._bus, unit, _LATENCY_MS)
        except BusFault:
            return []
        named = [key for key in keys if detect_models.names(self._rows[key], objects)]
        self._release()
        return named

    async def _confirm(self, found: Found) -> None:
        """Measure with each model; only one that fits stays, but for a sure one."""
        fit: list[str] = []
        for key in found.models:
            problems = await self._measure(found, key, not fit)
            if found.sure:
                found.problems = problems
                return
            if not problems:
                fit.append(key)
        found.models = fit
        if not fit:
            code = found.code and " (its code is %s)" % found.code
            found.problems.append("it answers, but as no model that is known%s" % code)

    async def _measure(self, found: Found, key: str, keep: bool) -> "list[str]":
        """What is wrong with the meter's values if it is this model; `keep` them in `found`."""
        row = self._rows[key]
        meter = ModbusMeter(self._bus, found.unit, row, self._clock)
        gate = Gate(self._p_max_w, meter.step_mwh, row.rollover_mwh)
        try:
            voltage, frequency = detect_mains.fields(key)
            voltage_mv = await self._number(found.unit, voltage, row.latency_ms)
            frequency_mhz = await self._number(found.unit, frequency, row.latency_ms)
            problems = detect_models.mains_problems(voltage_mv, frequency_mhz)
            if problems and not found.sure:
                return problems  # most models fall here, at one read
            first = await _answers(meter)
        except MeterFault as fault:
            return [_FAULTS.get(fault.st, fault.st)]
        if keep:
            found.voltage_mv, found.frequency_mhz = voltage_mv, frequency_mhz
            _, found.identity, found.reading = first
        try:
            return problems + _differences(gate, first, await _answers(meter))
        except MeterFault:
            return problems + ["it answered once, and then no more"]
        finally:
            self._release()

    async def _number(self, unit: int, field: "Field | None", latency_ms: int) -> "int | None":
        """A field in its unit's thousandths, None where the model has none. MeterFault."""
        if field is None:
            return None
        function, address, kind, order, numerator, denominator = field
        count = registers.KINDS[kind][0]
        try:
            data = await modbus_request.read(self._bus, unit, function, address, count, latency_ms)
        except BusFault as fault:
            raise MeterFault("T" if fault.timeout else "F")
        number = registers.decode(data, 0, kind, order, numerator, denominator)
        if number is None:
            raise MeterFault("O")
        return number


async def _answers(meter: ModbusMeter) -> "Answers":
    """Code, identity and reading, all taken now. MeterFault."""
    return await meter.model_code(), await meter.identify(), await meter.read()


def _differences(gate: Gate, first: "Answers", second: "Answers") -> "list[str]":
    found: list[str] = []
    told = [(code, who.serial, who.firmware) for code, who, _ in (first, second)]
    if told[0] != told[1]:
        found.append("it named itself in two ways: are there two meters with this unit?")
    if not gate.passes(first[2], second[2]):
        found.append("two readings of its energy do not agree")
    return found
