"""Counts a meter whose register stands while power flows; voids no bill.

What the register says is what may be billed, and nobody can tell from here what is missing: its
wires may be the wrong way round, a gateway may give the same values for ever, or a car feeds in,
which its register does not count. It comes with the watch: a board that has no room for that tells
of no such meter.
"""

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.assembly import Firmware
    from wattseal.core.gate import Gate
    from wattseal.core.reading import Reading

_LOOK_S = const(5)  # of watching
_LEAST_W = const(200)  # less is a load of the charger's own, or a meter's noise
_MOST_WS = const(7200000)  # 2 kWh
# W x s, of a step in mWh: ten of a coarse register. Behind the last pulse of a slow meter its
# power fades, which comes to three.
_STEPS = const(36)
_UNKNOWN = const(-1)
_COUNTED = const(-1)


class Standing:
    """Of each connector the register, and the W x s since it has moved, or that it is counted."""

    def __init__(self, firmware: "Firmware") -> None:
        self._firmware = firmware
        self._at_wh = [_UNKNOWN] * len(firmware.connectors)
        self._flowed_ws = [0] * len(firmware.connectors)

    def look(self) -> None:
        """To be called every 5 s; a stretch is counted once, until the register moves again."""
        connectors = self._firmware.connectors
        for i in range(len(connectors)):
            point = connectors[i].point
            if point.latest and not point.faults_in_row:
                self._judge(i, point.latest, point.judge)

    def _judge(self, i: int, reading: "Reading", gate: "Gate") -> None:
        wh, power_w, flowed_ws = reading.energy_wh, abs(reading.power_w), self._flowed_ws[i]
        if wh != self._at_wh[i]:
            self._at_wh[i], self._flowed_ws[i] = wh, 0
        elif power_w >= _LEAST_W and flowed_ws != _COUNTED:
            flowed_ws += _LOOK_S * power_w
            if flowed_ws >= _MOST_WS and flowed_ws >= _STEPS * gate.step_mwh(reading.energy_mwh):
                flowed_ws = _COUNTED
                counters = self._firmware.journal.counters
                counters["meter_stands"] = counters.get("meter_stands", 0) + 1
            self._flowed_ws[i] = flowed_ws
