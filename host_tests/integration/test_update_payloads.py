"""tools.update with a tariff and a configuration: packed, sent, judged, and what it bills."""

import asyncio
import json

import interpreters
import mqtt_peers
import pytest
from commanded_device import CAR
from four_elements import TEXT, VALUES
from updated_device import UpdatedDevice

from tools import private_key
from tools.update import package
from wattseal.core.pricing import loading

DEARER = json.dumps({**VALUES, "id": "dearer", "ver": 4}).encode()


class Updated(UpdatedDevice):
    def __init__(self, folder, port):
        (folder / "t.json").write_bytes(TEXT)
        super().__init__(folder, port, tariff="t.json")

    def priced_by(self):
        """The tariff's identity."""
        return loading.load((self.folder / "t.json").read_bytes()).identity

    async def pack(self, text, kind, version):
        (self.folder / "made.json").write_bytes(text)
        to = self.folder / f"{kind}.wsp"
        code, told = await self.update(
            "pack", self.folder / "made.json", to, "--kind", kind, "--version", version,
            "--key", self.folder / "update.pem",
        )  # fmt: skip
        assert code == 0, told
        return to

    async def session(self, *between):
        """From begin to bill, with what is done `between`."""
        had = len(self.kinds)
        await self.until(lambda: self.status.get("time") == "S")
        assert (await self.command("start", "--connector", "1"))[0] == 0
        await self.until(lambda: self.kinds[had:] == ["begin"])
        for what in between:
            await what()
        assert (await self.command("stop", "--connector", "1"))[0] == 0
        await self.until(lambda: self.kinds[had:] == ["begin", "session"])
        self.world.write(json.dumps({**CAR, "plug": False, "pilot": False}).encode() + b"\n")


async def play(device):
    old, new = loading.load(TEXT).identity, loading.load(DEARER).identity
    sending = []

    async def send_meanwhile():
        path = await device.pack(DEARER, "tariff", "0.0.2")
        sending.append(asyncio.create_task(device.send(path)))
        await asyncio.sleep(8)
        assert not sending[0].done() and device.priced_by() == old

    async with device.running():
        await device.session(send_meanwhile)
        assert device.tariffs == {old}
        code, answer = await sending[0]
        assert code == 0, answer
        assert device.priced_by() == new
        device.kinds.clear()
        # It restarts, and sends again what nobody has acknowledged.
        await device.until(lambda: device.kinds == ["begin", "session"])
        await device.session()
        assert device.tariffs == {old, new} and new in device.records.splitlines()[-1]

        bad = json.dumps({**VALUES, "cur": "euro"}).encode()
        made = package.Package("tariff", "", "", (0, 0, 3), (0, 0, 3), bad)
        forged = device.folder / "bad.wsp"  # tools.update does not pack it
        forged.write_bytes(package.pack(made, private_key.load(device.folder / "update.pem", "")))
        code, answer = await device.send(forged)
        assert code == 1 and "cur" in answer["reason"], answer
        code, answer = await device.send(await device.pack(TEXT, "tariff", "0.0.1"))
        assert code == 1 and "floor" in answer["reason"], answer
        assert device.priced_by() == new

        device.config["status_s"] = 2
        text = json.dumps(device.config).encode()
        code, answer = await device.send(await device.pack(text, "config", "0.0.1"))
        assert code == 0, answer
        assert json.loads((device.folder / "config.json").read_text()) == device.config
        # What comes between its answer and the restart goes with that life.
        await device.until(lambda: device.status.get("boots") == 3)
        other = json.dumps({**device.config, "connectors": [{"id": 1, "meter": "sdm120"}]})
        code, answer = await device.send(await device.pack(other.encode(), "config", "0.0.2"))
        assert code == 1 and "meter" in answer["reason"], answer
        assert json.loads((device.folder / "config.json").read_text()) == device.config


@pytest.mark.timeout(240)
@pytest.mark.parametrize("row", interpreters.found()[-1:], ids=lambda row: row[0])
def test_a_tariff_and_a_configuration_from_far(tmp_path, monkeypatch, row):
    monkeypatch.setenv("WATTSEAL_MICROPYTHON", row[1])
    with mqtt_peers.embedded() as port:
        asyncio.run(play(Updated(tmp_path, port)))
