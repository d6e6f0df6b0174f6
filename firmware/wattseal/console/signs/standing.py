"""Counts a meter whose register stands while power flows; voids no bill.

What the register says is what may be billed, and nobody can tell from here what is missing: its
wires may be the wrong way round, or a gateway gives the same values for ever. It comes with the
watch: a board that has no room for that tells of no such meter.
"""

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.assembly import Firmware

_LOOK_S = const(5)  # of watching
_LEAST_W = const(200)  # less is a load of the charger's own, or a meter's noise
_MOST_WS = const(7200000)  # 2 kWh: two steps of the coarsest register there is
_UNKNOWN = const(-1)


class Standing:
    """Of each connector the register, and the W x s since it has moved."""

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
                self._judge(i, point.latest.energy_wh, abs(point.latest.power_w))

    def _judge(self, i: int, wh: int, power_w: int) -> None:
        flowed_ws = self._flowed_ws[i]
        if wh != self._at_wh[i]:
            self._at_wh[i], self._flowed_ws[i] = wh, 0
        elif power_w >= _LEAST_W and flowed_ws < _MOST_WS:
            self._flowed_ws[i] = flowed_ws = flowed_ws + _LOOK_S * power_w
            if flowed_ws >= _MOST_WS:
                counters = self._firmware.journal.counters
                counters["meter_stands"] = counters.get("meter_stands", 0) + 1
