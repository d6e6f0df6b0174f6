"""One run: meter simulator, world, firmware, broker and receiver, started, played and stopped.

Shows nothing itself: a view is told that something may have changed. Judges through run_summary.
"""

import asyncio
import contextlib
import json
import shutil
import tempfile
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools import keys, pki
from tools.audit import audit_key
from tools.broker import EmbeddedBroker
from tools.broker_address import BrokerAddress
from tools.firmware_process import FirmwareProcess
from tools.receiver import Receiver
from tools.serial_line import SerialLine
from tools.sessions import Session
from tools.sim_meter import MeterLine, SimMeter
from tools.sim_pulse import MODEL as S0
from tools.sim_pulse import SimPulseMeter
from tools.subscriber import Subscriber
from tools.verdict import findings
from tools.world import World

AUDIT, AUDIT_KEY = "audit", "audit.key"  # beside the records; the first one on the device, too
_FIRST_UNIT = 1
_TARIFF = "tariff.json"
_TIME_ZONE = "CET-1CEST,M3.5.0,M10.5.0/3"  # of the sessions
_MONTH_MS = 32 * 86_400_000
_STATISTICS_S = 5  # nothing new for so long: all of them are there
_LIVE_MS = 500
_STATUS_S = 1
# Far above any car: at SPEED=1200 a machine that is late by 100 ms is late by two minutes.
_P_MAX_W = 30_000_000
_MOST_GAP_S = 3600
_LOOK_S = 0.1
_CONNECT_S = 20
QUIET_S = 60  # nothing new for so long after the last car: something is wrong


@dataclass(frozen=True)
class Plan:
    """What to run. `broker`: None for one inside the run."""

    sessions: list[Session]
    speed: int
    meter: str
    broker: BrokerAddress | None
    out: Path
    tariff: bytes | None = None  # as the device's file has it
    sealing_key: str = ""  # whose capsules hold who the sessions were of
    statistics: bool = False  # made, with the consent of all


class ChargeRun:
    """`await run(on_change)` plays the plan to its end; then `receiver` and `world` tell all."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        numbers = sorted({s.connector for s in plan.sessions})
        self.meters = {n: _meter(plan.meter, _FIRST_UNIT + n, str(20261100 + n)) for n in numbers}
        self.world = World(plan.sessions, self.meters, plan.speed)
        self.world.consents = plan.statistics
        self.broker = plan.broker
        self.receiver: Receiver
        self.subscriber: Subscriber
        self.firmware: FirmwareProcess
        self.log = plan.out / "firmware.log"
        self.started = time.monotonic()

    async def run(self, on_change: Callable[[], None]) -> None:
        """Until every session was delivered, or nothing has moved for QUIET_S."""
        async with contextlib.AsyncExitStack() as stack:
            folder = Path(tempfile.mkdtemp(prefix="wattseal-"))
            stack.callback(shutil.rmtree, folder, True)
            broker = self.broker = self.broker or await _embedded_broker(stack)
            device = self._provision(folder, broker)
            stack.callback(_keep_audit, folder, self.plan.out)
            tasks = [await self._connected(stack, device, broker)]
            line, world_port = await self._simulate(stack)
            self.firmware = FirmwareProcess(folder, line.device_end, world_port, self.log)
            tasks.append(await _task(stack, self.firmware.keep()))
            tasks.append(await _task(stack, self.world.run()))
            await self._play(tasks, on_change)

    def complete(self) -> bool:
        """Every session was begun and is closed, and no record is missing."""
        kinds = [record.kind for record in self.receiver.records.values()]
        enough = kinds.count("begin") >= len(self.plan.sessions)
        return enough and self.receiver.all_closed() and not self.receiver.missing()

    def _provision(self, folder: Path, broker: BrokerAddress) -> str:
        """Key and configuration of a new device; returns its id. PkiError."""
        device = keys.new(folder / "device.key")
        connectors = [
            {"id": n, "meter": m.model, "unit": m.unit, "p_max_w": _P_MAX_W, **m.configured()}
            for n, m in self.meters.items()
        ]
        config: dict = {"version": 1, "live_ms": _LIVE_MS, "status_s": _STATUS_S}
        # A grid point is 10 ms, and a run that is late by ten of them has no gap in its samples.
        gap_s = min(_MOST_GAP_S, max(60, self.plan.speed // 10))
        config["connectors"] = [{**row, "idle_gap_s": gap_s} for row in connectors]
        config["broker"] = broker.provision(folder, device, pki.for_a_while)
        if self.plan.tariff is not None:
            (folder / _TARIFF).write_bytes(self.plan.tariff)
            config["tariff"] = _TARIFF
        if self.plan.sealing_key:
            config["sealing_key"] = self.plan.sealing_key
        if self.plan.statistics:
            config |= {"statistics": "on", "policy": 1, "time_zone": _TIME_ZONE}
        (folder / "config.json").write_text(json.dumps(config))
        return device

    async def _connected(
        self, stack: contextlib.AsyncExitStack, device: str, broker: BrokerAddress
    ) -> asyncio.Task:
        """The receiver, once the broker has answered: a run that cannot be keeps the last one's
        results."""

        def take(topic: str, payload: bytes) -> None:
            self.receiver.take(topic, payload)

        def on_connected() -> None:
            if self.subscriber.connections > 1:
                self.receiver.acknowledge()

        self.subscriber = Subscriber(broker, f"wattseal/v1/{device}/#", take, on_connected)
        listening = await _task(stack, self.subscriber.run())
        await self.subscriber.connects(listening, _CONNECT_S)
        publish = self.subscriber.publish
        self.receiver = Receiver(device, self.plan.out, findings, publish, self.world.cards)
        stack.callback(self.receiver.close)
        for name in ("summary.json", "public_key.hex"):
            (self.plan.out / name).unlink(missing_ok=True)
        return listening

    async def _simulate(self, stack: contextlib.AsyncExitStack) -> tuple[SerialLine, int]:
        """Meters on a serial line, and the world; returns the line and the world's port."""
        self.world.may_skip = self.receiver.all_closed
        line = SerialLine()
        line.start()
        stack.callback(line.stop)
        on_line = [meter for meter in self.meters.values() if isinstance(meter, SimMeter)]
        if on_line:
            server = MeterLine(on_line)
            await server.start(line.meter_end)
            stack.push_async_callback(server.stop)
        world_port = await self.world.start()
        stack.push_async_callback(self.world.stop)
        return line, world_port

    async def _play(self, tasks: list[asyncio.Task], on_change: Callable[[], None]) -> None:
        """`tasks`: they end with a fault, the last one, the world's, when all cars are gone."""
        seen, quiet_since = None, time.monotonic()
        while not (tasks[-1].done() and self.complete()):
            for task in tasks:
                if task.done():
                    task.result()
            now = (len(self.receiver.records), self.receiver.upto, tasks[-1].done())
            if now != seen:
                seen, quiet_since = now, time.monotonic()
            if tasks[-1].done() and time.monotonic() - quiet_since > QUIET_S:
                break
            on_change()
            await asyncio.sleep(_LOOK_S)
        if self.plan.statistics:
            await self._close_month(on_change)
        on_change()

    async def _close_month(self, on_change: Callable[[], None]) -> None:
        """The last quarter-hours, and the month, end at once; wait for what is told of them."""
        await asyncio.sleep(_STATISTICS_S)
        self.world.skip(_MONTH_MS)
        seen, until = -1, 0.0
        while self.receiver.statistics != seen or time.monotonic() < until:
            if self.receiver.statistics != seen:
                seen, until = self.receiver.statistics, time.monotonic() + _STATISTICS_S
            on_change()
            await asyncio.sleep(_LOOK_S)


def _keep_audit(folder: Path, out: Path) -> None:
    """The device's audit log, and the key by which it is checked, of a device that is no more."""
    shutil.rmtree(out / AUDIT, ignore_errors=True)
    (out / AUDIT_KEY).unlink(missing_ok=True)
    if (folder / AUDIT).is_dir():
        shutil.copytree(folder / AUDIT, out / AUDIT)
        audit_key.write(out / AUDIT_KEY, audit_key.derived(folder / "device.key"))


def _meter(model: str, unit: int, serial: str) -> SimMeter | SimPulseMeter:
    return SimPulseMeter(unit, serial) if model == S0 else SimMeter(model, unit, serial)


async def _embedded_broker(stack: contextlib.AsyncExitStack) -> BrokerAddress:
    broker = EmbeddedBroker()
    port = await broker.start()
    stack.push_async_callback(broker.stop)
    return BrokerAddress(broker.host, port)


async def _task(
    stack: contextlib.AsyncExitStack, coroutine: Coroutine[Any, Any, None]
) -> asyncio.Task[None]:
    """A task that ends, at the latest, when the stack unwinds."""
    task = asyncio.ensure_future(coroutine)

    async def end() -> None:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    stack.push_async_callback(end)
    return task
