"""What is told again and again: the status, and opt-in values of the moment; keeps nothing.

A value of the moment (QoS 0) is power, register and state. Who shows it takes it for what is now:
where nothing was read lately it is null with the reason, never the number of a while ago.
"""

import asyncio
import json

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Awaitable, Callable

    from wattseal.app.connector import Connector
    from wattseal.app.publisher import Publisher
    from wattseal.contracts import Clock

_OFF_MS = const(3600000)
_FRESH_SAMPLES = const(3)  # so many grid points; where nobody samples there are no faults either


class Live:
    """`calm()`: as for late.load; `period_ms`: of wall time between values; `status_s`: between
    statuses; 0 is off."""

    def __init__(
        self, connectors: "list[Connector]", publisher: "Publisher", clock: "Clock",
        calm: "Callable[[], Awaitable[None]]", period_ms: int, status_s: int,
    ) -> None:  # fmt: skip
        self._connectors = connectors
        self._publisher = publisher
        self._clock = clock
        self._calm = calm
        self._period_ms = period_ms
        self._status_ms = 1000 * status_s
        self.currency = ""  # of `costs`
        self.costs: dict[int, str] = {}  # by connector: what its last session came to
        self.beats = 0
        self.resting = True  # until a value is due

    async def run(self) -> None:
        while True:
            await asyncio.sleep_ms(self._period_ms or _OFF_MS)
            if self._period_ms:
                self.resting = False
                self.beats += 1
                for connector in self._connectors:
                    await self._calm()
                    await self._publisher.tell(b"live/%d" % connector.id, self._text(connector))
                self.resting = True

    async def run_status(self) -> None:
        while True:
            await asyncio.sleep_ms(self._status_ms or _OFF_MS)
            if self._status_ms:
                self._publisher.tell_status()

    def _text(self, connector: "Connector") -> bytes:
        session = connector.session
        text = {"v": 1, "state": session.state if session else "idle"}
        if connector.refusal:
            text["refused"] = connector.refusal
        if connector.free:
            text["free"] = True  # nobody is billed for it
        if connector.id in self.costs:
            text["cost"] = self.costs[connector.id]
        reading = connector.point.latest
        if reading is not None:
            text["age_ms"] = self._clock.now_ms() - reading.at_ms
        reason = self._unread(connector)
        if reading is None or reason:
            text["power_w"] = text["register_wh"] = None
            text["unread"] = reason
        else:
            text["power_w"] = reading.power_w
            text["register_wh"] = reading.energy_wh
            if session:
                text["session_wh"] = reading.energy_wh - session.begin_wh
        return json.dumps(text).encode()

    def _unread(self, connector: "Connector") -> str:
        """Why no reading is of now: OCMF's ST of the fault, or that nobody samples; else ""."""
        point = connector.point
        if point.faults_in_row:
            return point.fault
        fresh_ms = _FRESH_SAMPLES * self._clock.grid_ms
        if point.latest is None or self._clock.now_ms() - point.latest.at_ms > fresh_ms:
            return "not_sampled"
        return ""
