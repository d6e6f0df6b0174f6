"""What is told again and again: the status, and opt-in values of the moment; keeps nothing.

A value of the moment (QoS 0) is power, register and state; never one that was not read.
"""

import asyncio
import json

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.app.connector import Connector
    from wattseal.app.publisher import Publisher
    from wattseal.contracts import Clock

_OFF_MS = const(3600000)


class Live:
    """`period_ms`: of wall time between values; `status_s`: between statuses; 0 is off."""

    def __init__(
        self, connectors: "list[Connector]", publisher: "Publisher", clock: "Clock",
        period_ms: int, status_s: int,
    ) -> None:  # fmt: skip
        self._connectors = connectors
        self._publisher = publisher
        self._clock = clock
        self._period_ms = period_ms
        self._status_ms = 1000 * status_s

    async def run(self) -> None:
        while True:
            await asyncio.sleep_ms(self._period_ms or _OFF_MS)
            if self._period_ms:
                for connector in self._connectors:
                    await self._publisher.live(connector.id, self._text(connector))

    async def run_status(self) -> None:
        while True:
            await asyncio.sleep_ms(self._status_ms or _OFF_MS)
            if self._status_ms:
                self._publisher.tell_status()

    def _text(self, connector: "Connector") -> bytes:
        reading = connector.point.latest
        session = connector.session
        text = {"v": 1, "state": session.state if session else "idle"}
        if connector.refusal:
            text["refused"] = connector.refusal
        if reading is not None and connector.point.faults_in_row == 0:
            text["power_w"] = reading.power_w
            text["register_wh"] = reading.energy_wh
            text["age_ms"] = self._clock.now_ms() - reading.at_ms
            if session:
                text["session_wh"] = reading.energy_wh - session.begin_wh
        return json.dumps(text).encode()
