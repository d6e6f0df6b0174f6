"""`make run`: real sessions through meter, firmware and broker to a verifying receiver."""

import asyncio
import contextlib
import datetime
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated

import aiomqtt
import typer
from rich.console import Console
from rich.table import Table

from tools import keys, sessions
from tools.broker import BrokerUnavailable, EmbeddedBroker
from tools.receiver import Receiver
from tools.serial_line import SerialLine
from tools.sim_meter import MODELS, MeterLine, SimMeter
from tools.verdict import verify
from tools.world import World

ROOT = Path(__file__).resolve().parents[1]
BUILD_DATE = datetime.date(2026, 11, 23)
_FIRST_UNIT = 1
_QUIET_S = 30  # nothing new for so long after the last car: something is wrong
app = typer.Typer(add_completion=False)


class RunError(Exception):
    """One sentence for the user; exit code 2."""


class Run:
    """Everything that `make run` starts, and stops again."""

    def __init__(self, plan: list, speed: int, meter: str, broker: str | None, out: Path) -> None:
        self.plan, self.speed, self.broker, self.out = plan, speed, broker, out
        connectors = sorted({s.connector for s in plan})
        self.meters = {n: SimMeter(meter, _FIRST_UNIT + n, str(20261100 + n)) for n in connectors}
        self.meter_model = meter
        self.world = World(plan, self.meters, speed)
        self.console = Console()
        self.firmware: asyncio.subprocess.Process | None = None
        self.stopping = False

    async def run(self) -> bool:
        """True when every session was delivered and verified."""
        started = time.monotonic()
        async with contextlib.AsyncExitStack() as stack:
            self.folder = Path(tempfile.mkdtemp(prefix="wattseal-"))
            stack.callback(shutil.rmtree, self.folder, True)
            host, port = await self._start_broker(stack)
            line = SerialLine()
            line.start()
            stack.callback(line.stop)
            server = MeterLine(list(self.meters.values()))
            await server.start(line.meter_end)
            stack.push_async_callback(server.stop)
            world_port = await self.world.start()
            stack.push_async_callback(self.world.stop)
            self._provision(host, port)
            client = await stack.enter_async_context(aiomqtt.Client(host, port))
            self.receiver = Receiver(self.out, verify, lambda t, p: self._send(client, t, p))
            stack.callback(self.receiver.close)
            await client.subscribe(f"wattseal/v1/{self.device_id}/#", qos=1)
            listening = asyncio.create_task(self._listen(client))
            stack.callback(listening.cancel)
            keeper = asyncio.create_task(self._keep_firmware(line.device_end, world_port))
            stack.push_async_callback(self._stop_firmware, keeper)
            await self._play(keeper)
        return self._summary(time.monotonic() - started)

    async def _start_broker(self, stack: contextlib.AsyncExitStack) -> tuple[str, int]:
        if self.broker:
            host, _, port = self.broker.rpartition(":")
            if not host or not port.isdigit():
                raise RunError(f"BROKER={self.broker} is not host:port")
            return host, int(port)
        broker = EmbeddedBroker()
        port = await broker.start()
        stack.push_async_callback(broker.stop)
        return broker.host, port

    def _provision(self, host: str, port: int) -> None:
        self.device_id = keys.new(self.folder / "device.key")
        config = {
            "version": 1,
            "live_ms": 500,
            "connectors": [
                {"id": n, "meter": self.meter_model, "unit": m.unit, "p_max_w": 350000}
                for n, m in self.meters.items()
            ],
            "broker": {"host": host, "port": port, "tls": "plain-text-accepted"},
        }
        (self.folder / "config.json").write_text(json.dumps(config))

    async def _keep_firmware(self, serial: str, world_port: int) -> None:
        """Start the firmware, and again whenever it ends, as a board's reset would."""
        named = os.environ.get("WATTSEAL_MICROPYTHON")
        interpreter = named or str(Path(sys.executable).with_name("micropython"))
        path = ["firmware", "boards/unix", "build/lib", "build/comb"]
        env = dict(
            os.environ, WATTSEAL_DIR=str(self.folder), WATTSEAL_SERIAL=serial,
            WATTSEAL_WORLD=f"127.0.0.1:{world_port}",
            MICROPYPATH=":".join([*(str(ROOT / p) for p in path), ".frozen"]),
        )  # fmt: skip
        with open(self.out / "firmware.log", "wb") as log:
            while not self.stopping:
                self.firmware = await asyncio.create_subprocess_exec(
                    interpreter, str(ROOT / "firmware/main.py"), env=env, stdout=log, stderr=log
                )
                code = await self.firmware.wait()
                if code == 2:
                    raise RunError(f"the firmware does not start; see {self.out}/firmware.log")
                await asyncio.sleep(0.2)

    async def _stop_firmware(self, keeper: asyncio.Task) -> None:
        self.stopping = True
        keeper.cancel()
        if self.firmware and self.firmware.returncode is None:
            self.firmware.send_signal(signal.SIGKILL)
            await self.firmware.wait()

    async def _listen(self, client: aiomqtt.Client) -> None:
        async for message in client.messages:
            self.receiver.take(str(message.topic), bytes(message.payload))

    def _send(self, client: aiomqtt.Client, topic: str, payload: str) -> None:
        task = asyncio.create_task(client.publish(topic, payload, qos=1))
        self._sending = {t for t in getattr(self, "_sending", set()) if not t.done()} | {task}

    async def _play(self, keeper: asyncio.Task) -> None:
        playing = asyncio.create_task(self.world.run())
        shown = -1
        quiet_since = time.monotonic()
        while not (playing.done() and self._complete()):
            if keeper.done():
                await keeper
            if len(self.receiver.records) != shown:
                shown = len(self.receiver.records)
                quiet_since = time.monotonic()
                self._show()
            if playing.done() and time.monotonic() - quiet_since > _QUIET_S:
                break
            await asyncio.sleep(0.1)
        if playing.done():
            await playing

    def _complete(self) -> bool:
        """Every session that was begun has its closing record, and no number is missing."""
        records = self.receiver.records.values()
        begun = {r.session for r in records if r.kind == "begin"}
        closed = {r.session for r in records if r.kind != "begin"}
        enough = len(begun) >= len(self.plan)
        return enough and begun == closed and not self.receiver.missing()

    def _show(self) -> None:
        newest = self.receiver.records.get(max(self.receiver.records, default=0))
        if newest:
            verdict = "verified" if newest.ok else "NOT VERIFIED: " + ", ".join(newest.findings)
            self.console.print(
                f"T{newest.pagination:<4} connector {newest.connector}  {newest.kind:<8} {verdict}"
            )

    def _summary(self, seconds: float) -> bool:
        records = [self.receiver.records[n] for n in sorted(self.receiver.records)]
        begins = [r for r in records if r.kind == "begin" and r.ok]
        ends = [r for r in records if r.kind == "session" and r.ok]
        exact = sum(self._exact(r) for r in ends)
        good = (
            len(begins) == len(ends) == exact == len(self.plan) == len(self.world.charged)
            and not self.receiver.missing() and not self.receiver.alarms
        )  # fmt: skip
        rows = {
            "sessions": len(self.plan), "begin_verified": len(begins), "end_verified": len(ends),
            "energy_exact": exact, "repeats": self.receiver.repeats,
            "missing": len(self.receiver.missing()), "alarms": len(self.receiver.alarms),
            "seconds": round(seconds, 1), "ok": good,
        }  # fmt: skip
        (self.out / "summary.json").write_text(json.dumps(rows, indent=1) + "\n")
        table = Table(title="Wattseal run")
        table.add_column("what")
        table.add_column("value", justify="right")
        for name, value in rows.items():
            table.add_row(name.replace("_", " "), str(value))
        self.console.print(table)
        self.console.print(f"records: {self.out}/records.jsonl")
        return good

    def _exact(self, record: object) -> bool:
        """The record's energy is the simulated register's difference in whole Wh."""
        readings = json.loads(record.ocmf.split("|")[1])["RD"]
        pair = (readings[0]["RV"], readings[-1]["RV"])
        return any(
            (c.begin_mwh // 1000, (c.end_mwh or 0) // 1000) == pair for c in self.world.charged
        )


@app.command()
def main(
    sessions_file: Annotated[Path, typer.Option("--sessions")] = sessions.DEFAULT,
    count: Annotated[int | None, typer.Option(min=1)] = None,
    speed: Annotated[int, typer.Option(min=1, max=100000)] = 120,
    meter: str = "sdm630",
    broker: str | None = None,
    out: Path = ROOT / "out",
) -> None:
    """Meter charging sessions end to end and verify every record."""
    try:
        if meter not in MODELS:
            raise RunError(f"meter {meter} is not known; known: {', '.join(sorted(MODELS))}")
        plan = sessions.load(sessions_file, count, BUILD_DATE)
        good = asyncio.run(Run(plan, speed, meter, broker, out).run())
    except (RunError, sessions.SessionsError, BrokerUnavailable, keys.KeyFileError) as fault:
        print(f"run: {fault}", file=sys.stderr)
        sys.exit(2)
    except aiomqtt.MqttError as fault:
        print(
            f"run: no MQTT broker at {broker}: {fault}; start one or leave BROKER out",
            file=sys.stderr,
        )
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    app()
