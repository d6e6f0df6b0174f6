"""The simulated charge point on the unix board: inputs, contactors and time over a local socket.

JSON lines. World to firmware: {"utc_ms", "speed"}, {"skip_ms"}, {"c", "plug", "pilot", "offer",
"id": [IT, IL, data] or null, "stop", "consent"}, {"c", "s0"} with the levels of its S0 input
(unix_pulses). Firmware to world: {"c", "contactor"}, {"lamp"}. Never logs a
line: they hold identifications.
"""

import asyncio
import json

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any

    from wattseal.contracts import Watcher
    from wattseal.hal.unix import UnixClock
    from wattseal.hal.unix_pulses import SimCounter

_RETRY_MS = const(200)
_READY_MS = const(5000)
_LINE_BYTES = const(512)


class World:
    """contracts.Inputs, Controls, Contactor and Lamp; `run` keeps the connection."""

    def __init__(self, host: str, port: int, clock: "UnixClock") -> None:
        self._host = host
        self._port = port
        self._clock = clock
        self.beats = 0
        self.resting = True  # what changes is told
        self.pulses: dict[int, SimCounter] = {}
        self._connectors: dict[int, dict[str, Any]] = {}
        self._watching: dict[int, Watcher] = {}
        self._asked: dict[int, dict[str, Any]] = {}  # by a command, until the plug is drawn
        self._closed: dict[int, bool] = {}
        self._writer: asyncio.StreamWriter | None = None
        self._told_time = asyncio.Event()
        self.bad_lines = 0

    def plugged(self, connector: int) -> bool:
        return bool(self._connectors.get(connector, {}).get("plug"))

    def requesting(self, connector: int) -> bool:
        return bool(self._connectors.get(connector, {}).get("pilot"))

    def offering(self, connector: int) -> bool:
        return bool(self._connectors.get(connector, {}).get("offer"))

    def identification(self, connector: int) -> "tuple[str, str, str] | None":
        found = self._asked.get(connector, {}).get("id")
        found = found or self._connectors.get(connector, {}).get("id")
        return tuple(found) if found else None

    def consents(self, connector: int) -> bool:
        """To statistics, as the simulated driver said."""
        return self._connectors.get(connector, {}).get("consent") is True

    def stop_request(self, connector: int) -> str:
        asked = self._asked.get(connector, {}).get("stop")
        return asked or self._connectors.get(connector, {}).get("stop", "")

    def present(self, connector: int, it: str, il: str, data: str) -> None:
        self._ask(connector, "id", (it, il, data))

    def request_stop(self, connector: int, tx: str) -> None:
        if self.plugged(connector):
            self._ask(connector, "stop", tx)

    def watch(self, connector: int, changed: "Watcher") -> None:
        self._watching[connector] = changed

    def close(self, connector: int) -> None:
        self._switch(connector, True)

    def open(self, connector: int) -> None:
        self._switch(connector, False)

    def show(self, lit: bool) -> None:
        if self._writer is not None:
            self._send(self._writer, {"lamp": lit})

    async def ready(self) -> None:
        """Return once the world has told the time, or after five seconds without it."""
        try:
            await asyncio.wait_for(self._told_time.wait(), _READY_MS / 1000)
        except asyncio.TimeoutError:
            pass

    async def run(self) -> None:
        """Stay connected; a world that is gone leaves the inputs as they were."""
        while True:
            try:
                reader, self._writer = await asyncio.open_connection(self._host, self._port)
                for connector in self._closed:
                    self._tell(self._writer, connector)
                await self._take_lines(reader)
            except OSError:
                pass
            self._writer = None
            await asyncio.sleep_ms(_RETRY_MS)

    async def _take_lines(self, reader: asyncio.StreamReader) -> None:
        while True:
            line = await reader.readline()
            if not line:
                return
            try:
                self._take(json.loads(line[:_LINE_BYTES]))
            except (ValueError, KeyError, TypeError, AttributeError):
                self.bad_lines += 1

    def _take(self, message: "dict[str, Any]") -> None:
        if "skip_ms" in message:
            self._clock.skip(message["skip_ms"])
        elif "utc_ms" in message:
            self._clock.set(message["utc_ms"], message["speed"])
            self._told_time.set()
        elif "s0" in message:
            self.pulses[message["c"]].play(message["s0"])
        else:
            connector = message["c"]
            _check(message)
            if self.plugged(connector) and not message.get("plug"):
                self._asked.pop(connector, None)
            self._connectors[connector] = message
            if connector in self._watching:
                self._watching[connector].set()

    def _ask(self, connector: int, what: str, value: "Any") -> None:
        self._asked.setdefault(connector, {})[what] = value
        if connector in self._watching:
            self._watching[connector].set()

    def _switch(self, connector: int, closed: bool) -> None:
        self._closed[connector] = closed
        if self._writer is not None:
            self._tell(self._writer, connector)

    def _tell(self, writer: asyncio.StreamWriter, connector: int) -> None:
        self._send(writer, {"c": connector, "contactor": self._closed[connector]})

    def _send(self, writer: asyncio.StreamWriter, message: "dict[str, Any]") -> None:
        writer.write(json.dumps(message).encode() + b"\n")
        asyncio.create_task(self._flush(writer))

    async def _flush(self, writer: asyncio.StreamWriter) -> None:
        try:
            await writer.drain()
        except OSError:
            pass  # `run` notices the lost connection and tells everything again


def _check(message: "dict[str, Any]") -> None:
    """ValueError for inputs that no charge point has."""
    presented = message.get("id")
    texts = [text for text in presented or () if isinstance(text, str)]
    if presented is not None and (len(presented) != 3 or len(texts) != 3):
        raise ValueError("an identification is IT, IL and the data")
    if not isinstance(message.get("stop", ""), str):
        raise ValueError("a stop is an OCMF TX")
