"""tools.command and the whole firmware: a session from far, and who is not heard."""

import asyncio
import json

import interpreters
import mqtt_peers
import pytest
from commanded_device import CAR, Device
from four_elements import TEXT, VALUES

from tools import keys
from tools.bills.tariffs import Tariffs
from tools.verify import source, trail
from wattseal.core.pricing import loading


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
