"""Opt-in values of the moment, QoS 0: power, register, state. Never a value that was not read."""

import asyncio
import json

from micropython import const

_OFF_MS = const(3600000)


class Live:
    """Publishes every `period_ms` of wall time; 0 is off."""

    def __init__(
        self, connectors: list, publisher: "object", clock: "object", period_ms: int
    ) -> None:
        self._connectors = connectors
        self._publisher = publisher
        self._clock = clock
        self._period_ms = period_ms

    async def run(self) -> None:
        while True:
            await asyncio.sleep_ms(self._period_ms or _OFF_MS)
            if self._period_ms:
                for connector in self._connectors:
                    await self._publisher.live(connector.id, self._text(connector))

    def _text(self, connector: "object") -> bytes:
        reading = connector.point.latest
        session = connector.session
        text = {"v": 1, "state": session.state if session else "idle"}
        if reading is not None and connector.point.faults_in_row == 0:
            text["power_w"] = reading.power_w
            text["register_wh"] = reading.energy_wh
            text["age_ms"] = self._clock.now_ms() - reading.at_ms
            if session:
                text["session_wh"] = reading.energy_wh - session.begin_wh
        return json.dumps(text).encode()
