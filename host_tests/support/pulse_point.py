"""A charge point whose meters have S0 outputs, in virtual time; see charge_point.

An output gives whole pulses with bounce; a counter counts them from 0 in each life, and what comes
while the board has no power is counted by nobody.
"""

from charge_point import P_MAX_W, ChargePoint
from pulse_storm import PULSE

from wattseal.app.pulse_point import PulsePoint
from wattseal.core.gate import Gate
from wattseal.core.pulses import KWH_MWH
from wattseal.drivers.pulse_meter import PulseMeter
from wattseal.drivers.pulse_total import PulseTotal
from wattseal.hal.unix_pulses import SimCounter


class Output:
    """The meter's own register, and the pulses it gives for it."""

    def __init__(self, imp_per_kwh):
        self.imp_per_kwh = imp_per_kwh
        self.counter = None
        self.given = 0  # pulses, over all lives
        self._energy_mwh = 0

    @property
    def energy_mwh(self):
        return self._energy_mwh

    @energy_mwh.setter
    def energy_mwh(self, value):
        self._energy_mwh = value
        due = value * self.imp_per_kwh // KWH_MWH - self.given
        self.given += due
        self.counter.play(" ".join([PULSE] * due))


class Kept:
    """The medium of the charge point, whose reading at boot is no step of its own."""

    def __init__(self, checkpoints):
        self._checkpoints = checkpoints
        self.save = checkpoints.save
        self.damaged = checkpoints.damaged

    def load(self, name):
        return self._checkpoints.blobs.get(name)


class PulseChargePoint(ChargePoint):
    """`totals`: the PulseTotals of this life; `on_boot(total)` looks at each as it was loaded."""

    def __init__(self, connectors=1, imp_per_kwh=1000):
        super().__init__([], "4711")
        self.meters = [Output(imp_per_kwh) for _ in range(connectors)]
        self.totals = []
        self.on_boot = lambda total: None

    def meter_point(self, meter):
        name = "pulses%d" % (self.meters.index(meter) + 1)
        meter.counter = SimCounter(10)
        total = PulseTotal(Kept(self.checkpoints), name, meter.imp_per_kwh)
        self.on_boot(total)
        self.totals.append(total)
        pulses = PulseMeter(meter.counter, total, P_MAX_W, self.clock, self.quiet)
        self.parts.append(pulses)
        return PulsePoint(pulses, Gate(P_MAX_W, lambda _: KWH_MWH // meter.imp_per_kwh + 1))
