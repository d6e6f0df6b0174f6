"""One run: records are made, device and broker are killed, the receiver says what it has.

Shows nothing. With ACK "receiver" nothing may be lost. With "broker" the device is content with
the broker's word, and there is nobody who acknowledges or asks again: the loss is only counted.
"""

import asyncio
import json
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from tools.broker_address import BrokerAddress
from tools.broker_files import RECEIVER, Site, prepare
from tools.chaos.signed import Signed
from tools.chaos.victim import Victim
from tools.free_port import free_port
from tools.mosquitto import Mosquitto
from tools.receiver import Receiver
from tools.subscriber import NoBroker, Subscriber

_RECORDS_PER_S = 20
_PATIENCE_S = 60  # for the rest to be delivered, once nobody is killed any more
_LOOK_S = 0.1
_GRACE_S = 1.0  # for what the broker has handed out already
_CONNECT_S = 10


@dataclass(frozen=True)
class Plan:
    """`ack`: "receiver" or "broker", as a device's configuration has it."""

    seconds: int = 40
    device_kills: int = 14
    broker_kills: int = 8
    ack: str = "receiver"
    seed: int = 20261128


Tell = Callable[[float, "Chaos"], None]  # (seconds since it began, run)


class Chaos:
    """`await run(tell)`; then `outcome()`."""

    def __init__(self, plan: Plan, folder: Path) -> None:
        self.plan = plan
        self.device_kills = self.broker_kills = 0
        self._chance = random.Random(plan.seed)
        self._signed = Signed(plan.seconds * _RECORDS_PER_S)
        site = Site(folder / "broker", free_port(), plain_port=free_port())
        prepare(site)
        self._broker = Mosquitto(site, folder / "mosquitto.log")
        self.victim = Victim(folder / "device", site.plain_port, self._signed, plan.ack)
        self._address = BrokerAddress("127.0.0.1", site.plain_port, RECEIVER, "-")
        self._subscriber = Subscriber(
            self._address,
            f"wattseal/v1/{self._signed.device}/#",
            self._take,
            self._connected,
        )
        speak = self._subscriber.publish if plan.ack == "receiver" else _say_nothing
        self.receiver = Receiver(self._signed.device, folder / "out", lambda *_: [], speak)
        self._settled_s = 0.0

    async def run(self, tell: Tell) -> None:
        """BrokerFault, FirmwareFault, NoBroker."""
        self._broker.start()
        listening = asyncio.create_task(self._subscriber.run())
        try:
            if not await self._subscriber.connects(listening, _CONNECT_S):
                raise NoBroker(f"the broker did not answer within {_CONNECT_S} s")
            await self.victim.start()
            await self._strike(tell)
            self.victim.make_no_more()
            await self._settle(tell)
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
            await self.victim.kill()
            self._broker.stop()
            self.receiver.close()

    def outcome(self) -> dict:
        """Counts, and `ok`: nothing lost, nothing wrong, no repeat taken for a record."""
        receiver, appended = self.receiver, set(self.victim.appended)
        lines = (receiver.folder / "records.jsonl").read_text().splitlines()
        lost = sorted(appended - set(receiver.records))
        rows = {
            "ack": self.plan.ack,
            "seconds": self.plan.seconds,
            "device_kills": self.device_kills,
            "broker_kills": self.broker_kills,
            "appended": len(appended),
            "received": len(receiver.records),
            "lost": len(lost),
            "lost_percent": round(100 * len(lost) / max(1, len(appended)), 1),
            "repeats": receiver.repeats,
            "repeats_stored": len(lines) - len(receiver.records),
            "altered": len(_payloads(lines) - set(self._signed.records)),
            "conflicts": len(receiver.conflicts),
            "alarms": len(receiver.alarms),
            "asked_again": receiver.asked if self.plan.ack == "receiver" else 0,
            "settled_s": round(self._settled_s, 1),
            "drained": self.victim.drained,
        }
        wrong = ("repeats_stored", "altered", "conflicts", "alarms")
        rows["ok"] = self.victim.drained and not any(rows[name] for name in wrong)
        rows["ok"] = rows["ok"] and not (lost and self.plan.ack == "receiver")
        return rows

    def _take(self, topic: str, payload: bytes) -> None:
        self.receiver.take(topic, payload)

    def _connected(self) -> None:
        if self._subscriber.connections > 1:
            self.receiver.acknowledge()

    async def _strike(self, tell: Tell) -> None:
        start = time.monotonic()
        plan = self.plan
        striking = asyncio.gather(
            self._each(start, plan.device_kills, self._kill_device),
            self._each(start, plan.broker_kills, self._kill_broker),
        )
        while time.monotonic() < start + plan.seconds or not striking.done():
            if striking.done():
                striking.result()
            self.victim.check()
            tell(min(plan.seconds, time.monotonic() - start), self)
            await asyncio.sleep(_LOOK_S)
        await striking

    async def _each(self, start: float, count: int, strike: Callable[[], Awaitable[None]]) -> None:
        """`count` times, spread over the run, at moments that nobody foresees."""
        for number in range(count):
            share = (number + self._chance.uniform(0.2, 0.8)) / count
            await asyncio.sleep(max(0, start + share * self.plan.seconds - time.monotonic()))
            await strike()

    async def _kill_device(self) -> None:
        await self.victim.kill()
        self.device_kills += 1
        await asyncio.sleep(self._chance.uniform(0.05, 0.2))
        await self.victim.start()

    async def _kill_broker(self) -> None:
        self._broker.kill()
        self.broker_kills += 1
        await asyncio.sleep(self._chance.uniform(0.1, 0.5))
        self._broker.start()  # in this thread: the system ends it with the thread that began it

    async def _settle(self, tell: Tell) -> None:
        start = time.monotonic()
        while not self.victim.drained and time.monotonic() < start + _PATIENCE_S:
            self.victim.check()
            tell(self.plan.seconds, self)
            await asyncio.sleep(_LOOK_S)
        self._settled_s = time.monotonic() - start
        await asyncio.sleep(_GRACE_S)


def _say_nothing(topic: str, payload: str) -> None:
    pass


def _payloads(lines: list[str]) -> set[bytes]:
    return {json.loads(line)["payload"].encode() for line in lines}
