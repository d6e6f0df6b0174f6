"""The whole firmware as a device that takes signed commands, with a simulated meter and a car."""

import asyncio
import contextlib
import json
import sys
import time

import interpreters

from tools import command_key, keys, private_key
from tools.broker_address import BrokerAddress
from tools.firmware_process import FirmwareProcess
from tools.serial_line import SerialLine
from tools.sim_meter import MeterLine, SimMeter
from tools.subscriber import Subscriber

CAR = {"c": 1, "plug": True, "pilot": True, "offer": True, "id": None, "stop": ""}


class Device:
    """The firmware with a simulated meter, and a car without a card at connector 1."""

    def __init__(self, folder, port):
        private_key.new(folder / "command.pem")
        private_key.new(folder / "stranger.pem")
        self.id = keys.new(folder / "device.key")
        self.folder = folder
        self.broker = BrokerAddress("127.0.0.1", port)
        self.config = {
            "version": 1,
            "status_s": 1,
            "command_key": command_key.CommandKey(folder / "command.pem").public,
            "connectors": [{"id": 1, "meter": "sdm630", "unit": 1}],
            "broker": self.broker.config(""),
        }
        (folder / "config.json").write_text(json.dumps(self.config))
        self.kinds, self.status, self.records, self.tariffs = [], {}, "", set()
        self.world = None  # where the firmware's view of the world is written

    def take(self, topic, payload):
        if "/bill/" in topic:
            record = json.loads(payload)
            self.kinds.append(record["kind"])
            row = {"topic": topic, "payload": payload.decode(), "received": 0.0}
            self.records += json.dumps(row) + "\n"
            assert "reference" not in record["ocmf"]
        elif topic.endswith("/status"):
            self.status = json.loads(payload)
        elif "/tariff/" in topic:
            self.tariffs.add(topic.rpartition("/")[2])

    @contextlib.asynccontextmanager
    async def running(self):
        async with contextlib.AsyncExitStack() as stack:
            line = SerialLine()
            line.start()
            stack.callback(line.stop)
            meter = MeterLine([SimMeter("sdm630", 1, "20261101")])
            await meter.start(line.meter_end)
            stack.push_async_callback(meter.stop)
            world = await asyncio.start_server(self._world, "127.0.0.1", 0)
            stack.callback(world.close)
            port = world.sockets[0].getsockname()[1]
            firmware = FirmwareProcess(self.folder, line.device_end, port, self.folder / "log")
            topic = f"wattseal/v1/{self.id}/#"
            subscriber = Subscriber(self.broker, topic, self.take, lambda: None)
            tasks = [asyncio.create_task(part) for part in (subscriber.run(), firmware.keep())]
            try:
                yield firmware
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    async def _world(self, reader, writer):
        told = [{"utc_ms": time.time_ns() // 1_000_000, "speed": 1}, CAR]
        self.world = writer
        writer.write(b"".join(json.dumps(line).encode() + b"\n" for line in told))
        with contextlib.suppress(ConnectionError):
            await reader.read()

    async def command(self, *words, key="command.pem", wait=10):
        """(exit code, answer)."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tools.command", *words, "--device", self.id, "--json",
            "--key", str(self.folder / key), "--broker", f"127.0.0.1:{self.broker.port}",
            "--wait", str(wait), cwd=interpreters.ROOT, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, err = await process.communicate()
        return process.returncode, json.loads(out) if out else err

    async def until(self, condition, limit_s=20):
        async with asyncio.timeout(limit_s):
            while not condition():
                await asyncio.sleep(0.05)
