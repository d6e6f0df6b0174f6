"""Counts energy that flows although a contactor is to be open; switches nothing.

It comes with the watch: a board that has no room for that tells of no contactor.
"""

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.assembly import Firmware

_LOOKS = const(60)  # of watching's 5 s: a span of five minutes
_SPAN_WH = const(50)  # 600 W: above what a charger takes itself, where its meter sees that
# In a row: the one step of a coarse register, or one that was exchanged or has jumped, is no flow.
_SPANS = const(2)
_UNKNOWN = const(-1)


class Contactors:
    """Of each connector the register at the span's begin, and the spans in which it has risen."""

    def __init__(self, firmware: "Firmware") -> None:
        self._firmware = firmware
        self._looks = 0
        self._from_wh = [_UNKNOWN] * len(firmware.connectors)
        self._risen = [0] * len(firmware.connectors)

    def look(self) -> None:
        """To be called every 5 s; a stretch of energy is counted once."""
        connectors = self._firmware.connectors
        for i in range(len(connectors)):
            connector = connectors[i]
            has_session = connector.session is not None or connector.free
            if has_session and not connector.heart.parked:  # it is closed, or may be
                self._from_wh[i], self._risen[i] = _UNKNOWN, 0
        self._looks += 1
        if self._looks == _LOOKS:
            self._looks = 0
            for i in range(len(connectors)):
                self._judge(i)

    def _judge(self, i: int) -> None:
        point, from_wh = self._firmware.connectors[i].point, self._from_wh[i]
        reading = point.latest
        to_wh = reading.energy_wh if reading and not point.faults_in_row else _UNKNOWN
        if from_wh != _UNKNOWN and to_wh - from_wh >= _SPAN_WH:
            self._risen[i] += 1
            if self._risen[i] == _SPANS:
                counters = self._firmware.journal.counters
                counters["contactor_stuck"] = counters.get("contactor_stuck", 0) + 1
        else:
            self._risen[i] = 0
        self._from_wh[i] = to_wh
