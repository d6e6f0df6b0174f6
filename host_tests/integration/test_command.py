"""tools.command and the whole firmware: a session from far, and who is not heard."""

import asyncio
import contextlib
import json
import sys
import time

import interpreters
import mqtt_peers
import pytest
from four_elements import TEXT, VALUES

from tools import command_key, keys, private_key
from tools.bills.tariffs import Tariffs
from tools.broker_address import BrokerAddress
from tools.firmware_process import FirmwareProcess
from tools.serial_line import SerialLine
from tools.sim_meter import MeterLine, SimMeter
from tools.subscriber import Subscriber
from tools.verify import source, trail
from wattseal.core.pricing import loading

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


async def play(device):
    new = device.folder / "new.json"
    new.write_text(json.dumps({**device.config, "status_s": 2}))
    async with device.running() as firmware:
        await device.until(lambda: device.status.get("time") == "S")
        code, answer = await device.command("start", "--connector", "1", "--id", "reference")
        assert (code, answer["id"], answer["result"]) == (0, "reference", "done"), answer
        await device.until(lambda: device.kinds == ["begin"])
        code, answer = await device.command("config", str(new))
        assert code == 1 and "in use" in answer["reason"], answer
        stop = ("stop", "--connector", "1")
        assert (await device.command(*stop, key="stranger.pem", wait=1))[0] == 3
        await device.until(lambda: device.status["counts"].get("commands_forged") == 1)
        assert device.kinds == ["begin"]
        assert (await device.command(*stop))[0] == 0
        await device.until(lambda: device.kinds == ["begin", "session"])
        code, answer = await device.command("time")
        assert code == 1 and "in use" in answer["reason"], answer
        firmware.kill()  # a reset, which the counter outlives
        sent = ["begin", "session"] * 2  # again, for nobody has acknowledged them
        await device.until(lambda: device.status.get("boots") == 2 and device.kinds == sent)
        assert (await device.command("resend", "--from", "1", "--to", "1"))[0] == 0
        await device.until(lambda: device.kinds[4:] == ["begin"])


async def bill(device):
    """A session with a price, taken back; then another tariff, from the next start on."""
    (device.folder / "t.json").write_bytes(TEXT)
    device.config["tariff"] = "t.json"
    (device.folder / "config.json").write_text(json.dumps(device.config))
    new = device.folder / "new.json"
    short = [{"pc": VALUES["el"][0]["pc"], "re": {"t0": n, "t1": n + 1}} for n in range(8)]
    new.write_text(json.dumps({**VALUES, "el": short + VALUES["el"]}))  # of two parts
    correct = ("correct", "--reason", "wrong tariff", "--pg")
    async with device.running() as firmware:
        await device.until(lambda: device.status.get("time") == "S")
        assert (await device.command("start", "--connector", "1"))[0] == 0
        await device.until(lambda: device.kinds == ["begin"])
        code, answer = await device.command(*correct, "1")
        assert code == 1 and "not a bill" in answer["reason"], answer
        assert (await device.command("stop", "--connector", "1"))[0] == 0
        await device.until(lambda: device.kinds == ["begin", "session"])
        assert (await device.command(*correct, "2"))[0] == 0
        await device.until(lambda: device.kinds == ["begin", "session", "correction"])
        code, answer = await device.command(*correct, "2")
        assert code == 1 and "already" in answer["reason"], answer
        device.world.write(json.dumps({**CAR, "plug": False, "pilot": False}).encode() + b"\n")
        await asyncio.sleep(1)
        code, answer = await device.command("tariff", str(new))
        assert code == 0, answer
        firmware.kill()
        await device.until(lambda: len(device.tariffs) == 2)
    assert loading.load(new.read_bytes()).identity in device.tariffs
    records = device.folder / "records.jsonl"
    records.write_text(device.records)
    (device.folder / "four.json").write_bytes(TEXT)
    tariffs = Tariffs(None, [device.folder / "four.json"])
    public = keys.read(device.folder / "device.key").spki
    (found,) = trail.follow(source.read(str(records)), public, "own", tariffs)
    assert found.ok, [row.findings for row in found.rows]
    prices = [row.price.text for row in found.rows if row.price]
    assert len(prices) == 2 and prices[1] == "-" + prices[0]


@pytest.mark.parametrize("row", interpreters.found()[-1:], ids=lambda row: row[0])
@pytest.mark.parametrize("scene", [play, bill], ids=["session", "bill"])
def test_a_command_from_far(tmp_path, monkeypatch, row, scene):
    monkeypatch.setenv("WATTSEAL_MICROPYTHON", row[1])
    with mqtt_peers.embedded() as port:
        asyncio.run(scene(Device(tmp_path, port)))
