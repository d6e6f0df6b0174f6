"""`make receive` beside `make broker`: kill -9 in between, and no record is lost or doubled."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from types import SimpleNamespace

import host_tool
import interpreters
import mqtt_peers as peers
import pytest

from tools import broker_address, charge_run, run, sessions
from tools.bills.command import CommandFault
from tools.broker_files import Site, prepare
from tools.receive.__main__ import main
from tools.reconnecting import ELSEWHERE
from tools.subscriber import Subscriber

SESSIONS, SPEED = 2, 600
pytestmark = peers.NEEDS_MOSQUITTO


class Receiving:
    """`python -m tools.receive` as a process, killed and started again."""

    def __init__(self, site, out):
        self.out = out
        self._options = ["--broker", f"mqtts://localhost:{site.port}", "--ca", str(site.pki)]

    async def start(self, *options):
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tools.receive", *self._options, "--out", str(self.out),
            "--json", *options, cwd=interpreters.ROOT, process_group=0,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip

    def files(self):
        return list(self.out.glob("*/records.jsonl"))

    def kinds(self):
        """Of the bills that are on the disk; the last line may be half there."""
        lines = [line for file in self.files() for line in file.read_text().split("\n")[:-1]]
        rows = [json.loads(line) for line in lines]
        return [json.loads(r["payload"])["kind"] for r in rows if "/bill/" in r["topic"]]


class UnheardRun(charge_run.ChargeRun):
    """A run whose records go to the process alone."""

    def __init__(self, plan, receiving):
        super().__init__(plan)
        self.receiving = receiving

    async def _connected(self, stack, device, broker):
        self.device = device
        self.receiver = SimpleNamespace(all_closed=self._all_closed, records={}, upto=0)
        await self.receiving.start()
        await self.receiving.process.stdout.readline()  # connected: then the device may begin
        return asyncio.ensure_future(asyncio.sleep(0))

    def _all_closed(self):
        kinds = self.receiving.kinds()
        return kinds.count("begin") == kinds.count("session")

    async def _play(self, tasks, on_change):
        while len(self.receiving.kinds()) < 2:
            await asyncio.sleep(0.02)
        os.kill(self.receiving.process.pid, signal.SIGKILL)
        await self.receiving.process.wait()
        with open(self.receiving.files()[0], "ab") as file:
            file.write(b'{"topic": "half a li')  # as a cut would leave it
        done = self.receiving.kinds().count("session")
        await asyncio.sleep(0.5)  # meanwhile the device goes on
        await self.receiving.start("--count", str(SESSIONS - done))
        self.out, self.err = await self.receiving.process.communicate()
        self.status = await _status(self.broker, self.device)


async def _status(broker, device):
    """What the device says in the end, once it has heard the last acknowledgement."""
    found = asyncio.get_running_loop().create_future()

    def take(topic, payload):
        status = json.loads(payload)
        # The one that is retained may be of before the last record.
        if status.get("oldest") == 2 * SESSIONS + 1 and not found.done():
            found.set_result(status)

    subscriber = Subscriber(broker, f"wattseal/v1/{device}/status", take, lambda: None)
    listening = asyncio.ensure_future(subscriber.run())
    try:
        return await asyncio.wait_for(found, 10)
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


def test_a_killed_receiver_goes_on_and_the_file_verifies(site, tmp_path):
    address = broker_address.parse(f"mqtts://localhost:{site.port}", site.pki)
    played = sessions.load(sessions.DEFAULT, SESSIONS, run.BUILD_DATE)
    tariff = run._TARIFF.read_bytes()
    plan = charge_run.Plan(played, SPEED, "sdm630", address, tmp_path, tariff)
    receiving = Receiving(site, tmp_path / "received")
    unheard = UnheardRun(plan, receiving)
    asyncio.run(unheard.run(lambda: None))

    assert (receiving.process.returncode, unheard.err) == (0, b"")
    events = [json.loads(line) for line in unheard.out.splitlines()]
    assert events[-1]["event"] == "summary" and events[-1]["refused"] == 0
    assert sorted(receiving.kinds()) == ["begin"] * SESSIONS + ["session"] * SESSIONS
    assert unheard.status["next"] == 2 * SESSIONS + 1
    (file,) = receiving.files()
    assert file.parent.name == unheard.device
    verified = host_tool.tool("verify", file, "--json")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    receipt = host_tool.tool("receipt", file, "--format", "text", "--out", tmp_path / "receipts")
    assert receipt.returncode == 0, receipt.stdout + receipt.stderr


def test_two_with_one_name_are_told_and_end_each_other_seldom(site):
    address = broker_address.parse(f"mqtts://localhost:{site.port}", site.pki)
    two = [Subscriber(address, "wattseal/#", print, lambda: None, 30) for _ in range(2)]

    async def play():
        running = []
        try:
            for each in two:
                running.append(asyncio.ensure_future(each.run()))
                assert await each.connects(running[-1], 10)
            async with asyncio.timeout(20):
                while ELSEWHERE not in (two[0].fault, two[1].fault):
                    await asyncio.sleep(0.05)
            before = sum(each.connections for each in two)
            await asyncio.sleep(5)
            assert sum(each.connections for each in two) - before < 6  # it was 10, and more
        finally:
            for each in running:
                each.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    asyncio.run(play())


def refusal(out, **options):
    """What it says before it ends, in this process: a start takes longer than all of it."""
    with pytest.raises(CommandFault) as told:
        main(out=out, **options)
    return str(told.value)


def test_what_is_wrong_is_one_sentence(site, tmp_path):
    out = tmp_path / "received"
    secure, plain = f"mqtts://localhost:{site.port}", f"127.0.0.1:{peers.free_port()}"
    assert "no MQTT broker at mqtt://127.0.0.1" in refusal(out, broker=plain)
    other = Site(tmp_path / "other", 1)
    other.folder.mkdir()
    prepare(other)
    told = refusal(out, broker=secure, ca=other.pki / "ca.pem")
    assert "is not one that CA vouches for" in told
    told = refusal(out, broker=f"127.0.0.1:{site.port}")
    assert f"if that is a TLS port, say BROKER=mqtts://127.0.0.1:{site.port} with CA=" in told
    assert "KEY is one device's; name DEVICE" in refusal(out, key="00")
    assert "cannot be written" in refusal(Path("/proc/nothing"), broker=plain)


def test_a_wrong_password_is_told_without_it(tmp_path):
    password = tmp_path / "password"
    password.write_text("secret word\n")
    with peers.mosquitto(tmp_path, anonymous=False) as (port, _):
        broker = f"127.0.0.1:{port}"
        told = refusal(tmp_path / "out", broker=broker, user="u", password_file=password)
    assert "does not let us in" in told and "secret" not in told
    assert "without USER" in refusal(tmp_path / "out", broker=broker, password_file=password)
