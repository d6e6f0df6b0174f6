"""Wires each connector's meter and what samples it; imports late what few installations need."""

from micropython import const

from wattseal.app.sampler import MeterPoint, Sampler
from wattseal.core import models
from wattseal.core.gate import Gate
from wattseal.core.settings import S0, ConfigError

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Awaitable

    from wattseal.app.supervisor import Heart
    from wattseal.board_contract import Board
    from wattseal.contracts import Checkpoints
    from wattseal.core import settings as configuration
    from wattseal.drivers.modbus_bus import ModbusBus
    from wattseal.drivers.modbus_quiet import Quiet

    Rows = dict[int, models.Model]


def meter_models(config: "configuration.Config") -> "Rows":
    """The model of each connector's meter, by the connector's id; one object for each model."""
    rows: Rows = {}
    keyed: dict[str, models.Model] = {}
    for row in config.connectors:
        if row.meter == S0:
            from wattseal.core import pulse_model

            rows[row.id] = pulse_model.model(row)
            continue
        if row.meter not in keyed:
            keyed[row.meter] = models.MODELS[row.meter]
        rows[row.id] = keyed[row.meter]
    return rows


def buses(config: "configuration.Config", board: "Board") -> "list[ModbusBus]":
    """One for each configured bus; none where every meter gives pulses. ConfigError."""
    if all(row.meter == S0 for row in config.connectors):
        return []
    from wattseal.drivers.modbus_lines import open_buses

    return open_buses(config.buses, board.serials, board.uplink is None)


class Meters:
    """`points`: of the connectors, in their order. `tasks`: what the meters need to run; `hearts`:
    by which it is watched.

    ConfigError for a pulse meter's total that the medium does not give.
    """

    def __init__(
        self, config: "configuration.Config", rows: "Rows", on_buses: "list[ModbusBus]",
        board: "Board", checkpoints: "Checkpoints", quiet: "Quiet",
    ) -> None:  # fmt: skip
        self._board = board
        self._checkpoints = checkpoints
        self._quiet = quiet
        self.tasks: list[Awaitable[None]] = []
        self.hearts: list[tuple[str, Heart]] = []
        self.points: list[MeterPoint] = []
        self.samplers: list[Sampler] = []
        on_bus: list[list[MeterPoint]] = [[] for _ in on_buses]
        for row in config.connectors:
            model = rows[row.id]
            if row.meter == S0:
                gate = Gate(row.p_max_w, model.step_mwh, model.rollover_mwh)
                point = self._pulse_point(row, gate)
                # Of its own: a save that waits for a quiet bus makes nobody else late.
                self.samplers.append(Sampler([point], board.clock))
            else:
                point = self._bus_point(on_buses[row.bus], row, model)
                on_bus[row.bus].append(point)
            self.points.append(point)
        self.samplers += [Sampler(mine, board.clock) for mine in on_bus if mine]

    def _bus_point(
        self, bus: "ModbusBus", row: "configuration.Connector", model: "models.Model"
    ) -> MeterPoint:
        from wattseal.drivers.modbus_meter import ModbusMeter

        meter = ModbusMeter(bus, row.unit, model, self._board.clock)
        return MeterPoint(meter, Gate(row.p_max_w, meter.step_mwh, model.rollover_mwh))

    def _pulse_point(self, row: "configuration.Connector", gate: Gate) -> MeterPoint:
        from wattseal.app.pulse_point import PulsePoint
        from wattseal.drivers.pulse_meter import PulseMeter
        from wattseal.drivers.pulse_total import PulseTotal

        board = self._board
        try:
            total = PulseTotal(self._checkpoints, "pulses%d" % row.id, row.imp_per_kwh)
        except OSError as fault:
            why = "the pulse total of connector %d cannot be read (%s)" % (row.id, fault)
            raise ConfigError([why])
        counter = board.pulses[row.id]
        meter = PulseMeter(counter, total, row.p_max_w, board.clock, self._quiet)
        self.tasks.append(meter.run())
        self.hearts.append(("pulses %d" % row.id, meter))
        return PulsePoint(meter, gate)
