"""tools.update and the whole firmware on the unix board: a version from far, and back again."""

import asyncio
import hashlib
import json
import time

import commanded_device
import frozen_image
import interpreters
import mqtt_peers
import pytest
import slot_loader
import update_versions
from update_versions import compiled
from updated_device import UpdatedDevice

from tools import broker_address, pki, private_key
from tools.module_archive import pack
from tools.update import package

ROOT = interpreters.ROOT


@pytest.fixture(scope="module")
def modules():
    return update_versions.modules()


def dotted(number):
    return f"1.{number}.0" if number else "0.1.0"


class Updated(UpdatedDevice):
    def packed(self, modules, number, key="update.pem"):
        """The file of a package of the unix firmware, version 1.`number`.0; 0: its own, 0.1.0."""
        text = (ROOT / "firmware/wattseal/__init__.py").read_text()
        text = text.replace('VERSION = "0.1.0"', f'VERSION = "{dotted(number)}"')
        held = {**modules, "wattseal/__init__.mpy": compiled("wattseal/__init__.py", text)}
        version = tuple(map(int, dotted(number).split(".")))
        made = package.Package("firmware", "unix", "", version, version, pack(held))
        path = self.folder / f"{number}.wsup"
        path.write_bytes(package.pack(made, private_key.load(self.folder / key, "")))
        return path

    def record(self):
        return slot_loader.load(str(self.folder / "update"))

    def have(self):
        slot = self.folder / "update/a"
        return slot.stat().st_size if slot.exists() else 0

    async def until(self, condition, seconds=60):
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, (self.folder / "log").read_text()[-2000:]
            await asyncio.sleep(0.2)


@pytest.mark.timeout(300)
def test_a_version_is_sent_confirmed_and_runs_after_a_reset(tmp_path, modules):
    with mqtt_peers.embedded() as port:
        asyncio.run(play(Updated(tmp_path, port), modules))


async def play(device, modules):
    def runs(version):
        return lambda: device.status.get("fw") == version

    async with device.running() as firmware:
        await device.until(runs("0.1.0"))
        path = device.packed(modules, 2)
        began = time.monotonic()
        name = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
        told = {"v": 1, "result": "switched", "version": "1.2.0", "update": name}
        sending = asyncio.create_task(device.send(path))
        for _ in range(2):  # resets on the way
            have = device.have()
            await device.until(lambda have=have: device.have() > have + 50_000)
            firmware.kill()
        assert await sending == (0, told)
        print(f"{path.stat().st_size} bytes in {time.monotonic() - began:.1f} s")
        await device.until(lambda: device.record().active == 1)
        await device.until(runs("1.2.0"))
        device.status = {}
        firmware.kill()
        await device.until(runs("1.2.0"))
        await asyncio.sleep(4)  # updates come last
        code, answer = await device.send(device.packed(modules, 1))
        assert code == 1 and "below the floor" in answer["reason"]
        private_key.new(device.folder / "other.pem")
        code, answer = await device.send(device.packed(modules, 3, "other.pem"))
        assert code == 1 and "not signed" in answer["reason"]
        assert device.record().active == 1


@pytest.mark.timeout(300)
def test_an_image_that_holds_its_code_takes_versions_as_well(tmp_path, modules, monkeypatch):
    frozen_image.command()  # skips where there is none
    monkeypatch.setattr(commanded_device, "FirmwareProcess", frozen_image.FrozenProcess)
    with mqtt_peers.embedded() as port:
        asyncio.run(play(Updated(tmp_path, port), modules))


class Certified(Updated):
    """It and its operator have the certificates of `make broker`, and so has who looks on."""

    def __init__(self, folder, site):
        super().__init__(folder, site.port)
        self.site = site
        self.broker = broker_address.parse(f"mqtts://localhost:{site.port}", site.pki)
        self.config["broker"] = self.broker.provision(folder, self.id, pki.for_a_while)
        (folder / "config.json").write_text(json.dumps(self.config))

    async def send(self, path):
        return await self.update(
            "send", path, "--device", self.id, "--command-key", self.folder / "command.pem",
            "--broker", f"mqtts://localhost:{self.site.port}", "--ca", self.site.pki,
            "--silence", 60, "--trial", 0,
        )  # fmt: skip


@pytest.mark.timeout(200)
def test_a_broken_version_of_the_same_number_is_told_as_rolled_back(tmp_path, modules):
    name = "wattseal/starting.py"  # its start is counted by then
    text = (ROOT / "firmware" / name).read_text()
    lines = update_versions.statements(text, ("supervised",))
    line = lines[len(lines) * 2 // 3]
    broken = compiled(name, update_versions.with_raise(text, line))

    async def play(device):
        async with device.running():
            await device.until(lambda: device.status.get("fw") == "0.1.0")
            path = device.packed({**modules, name.replace(".py", ".mpy"): broken}, 0)
            code, told = await device.update(
                "send", path, "--device", device.id, "--command-key",
                device.folder / "command.pem", "--broker", f"127.0.0.1:{device.broker.port}",
                "--silence", 60, "--trial", 60,
            )  # fmt: skip
            assert (code, told["result"]) == (1, "rolled back"), told

    with mqtt_peers.embedded() as port:
        asyncio.run(play(Updated(tmp_path, port)))


class TestOurBroker:
    """Of `make broker`, which lets each certificate's name in once."""

    pytestmark = mqtt_peers.NEEDS_MOSQUITTO

    @pytest.mark.timeout(200)
    def test_a_firmware_goes_through_on_one_connection(self, site, tmp_path, modules):
        device = Certified(tmp_path, site)

        async def play():
            async with device.running():
                await device.until(lambda: device.status.get("fw") == "0.1.0")
                code, told = await device.send(device.packed(modules, 2))
                assert (code, told["result"]) == (0, "switched"), told
                await device.until(lambda: device.status.get("fw") == "1.2.0")

        asyncio.run(play())
        log = (tmp_path / "broker.log").read_text()
        assert log.count(" as operator (") == 1 and "already connected" not in log, log[-2000:]
