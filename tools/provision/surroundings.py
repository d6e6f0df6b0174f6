"""A unix port's surroundings, simulated: a meter, a broker, an idle charge point; no firmware."""

import asyncio
import contextlib
import json
import threading
import time

from tools.broker import EmbeddedBroker
from tools.own_line import OwnLine
from tools.sim_meter import MeterLine, SimMeter

_LINE, _UNIT, _SERIAL = (19200, "E"), 2, "20264711"


class Surroundings:
    """In a thread of their own. `line`: the device's end of the meter's line; the ports: on
    127.0.0.1."""

    def __init__(self, model: str = "sdm630") -> None:
        self._model = model
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._end: asyncio.Event | None = None
        self.line, self.broker_port, self.world_port = "", 0, 0
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Surroundings":
        self._thread.start()
        if not self._ready.wait(20):
            raise OSError("the simulated meter and broker did not start")
        return self

    def __exit__(self, *_: object) -> None:
        assert self._end
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(5)

    def _run(self) -> None:
        self._loop.run_until_complete(self._play())

    async def _play(self) -> None:
        self._end = asyncio.Event()
        line, broker = OwnLine(_LINE, [_UNIT]), EmbeddedBroker()
        line.start()
        meter = MeterLine([SimMeter(self._model, _UNIT, _SERIAL)], named=False)
        await meter.start(line.meter_end)
        world = await asyncio.start_server(_tell_time, "127.0.0.1", 0)
        self.line, self.broker_port = line.device_end, await broker.start()
        self.world_port = world.sockets[0].getsockname()[1]
        self._ready.set()
        await self._end.wait()
        world.close()
        await meter.stop()
        line.stop()
        with contextlib.suppress(asyncio.CancelledError, asyncio.TimeoutError):
            await asyncio.wait_for(broker.stop(), 3)


async def _tell_time(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(json.dumps({"utc_ms": int(time.time() * 1000), "speed": 1}).encode() + b"\n")
    with contextlib.suppress(ConnectionError):
        while await reader.readline():
            pass
    writer.close()
