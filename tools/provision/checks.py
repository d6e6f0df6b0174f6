"""Whether a device that was commissioned does its work: over its console, and at the broker."""

import contextlib
import json
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.reasoncodes import ReasonCode

from tools.broker_address import BrokerAddress
from tools.console import level_keys
from tools.console.dialogue import Dialogue, DialogueFault
from tools.console.level_keys import LevelKeyFault
from tools.provision.device import DeviceKey

_WAIT_S = 40.0
_HEAR_S = 10.0
_LOOK_S = 1.0


@dataclass(frozen=True)
class Row:
    """One check; `told` says what was seen, and when it failed what to do."""

    name: str
    good: bool
    told: str


class Listener:
    """What the device's topics hold, as a receiver at the broker gets it: from now on, for what is
    retained there may be of a life before."""

    def __init__(self, address: BrokerAddress, device: str) -> None:
        self.topics: dict[str, bytes] = {}
        self._prefix = f"wattseal/v1/{device}/"
        self._came = threading.Condition()
        self._hears = False
        self.why = ""
        client = self._client = mqtt.Client(CallbackAPIVersion.VERSION2)
        client.on_connect, client.on_subscribe = self._connected, self._subscribed
        client.on_message = self._take
        if address.user:
            client.username_pw_set(address.user, address.password)
        try:
            context = address.tls_context()
            if context:
                client.tls_set_context(context)
            client.connect(address.host, address.port)
            client.loop_start()
        except (OSError, ValueError) as fault:  # the second: no host is called so
            why = getattr(fault, "strerror", None) or fault
            self.why = f"this machine does not reach the broker ({why})"

    def hears(self) -> bool:
        """Whether all that is sent from here on will come; asked before the device starts."""
        with self._came:
            if not self._came.wait_for(lambda: self._hears or self.why, _HEAR_S):
                self.why = "the broker takes this machine's connection, and says nothing"
            return not self.why

    def wait(self, start: str, until: float) -> bytes | None:
        """What a topic holds that begins so. `until`: of time.monotonic."""
        with self._came:
            while not self.why:
                for topic, payload in self.topics.items():
                    if topic.startswith(start):
                        return payload
                left = until - time.monotonic()
                if left <= 0:
                    return None
                self._came.wait(left)
        return None

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _connected(
        self, client: mqtt.Client, _data: object, _flags: object, code: ReasonCode, *_: object
    ) -> None:
        if code.is_failure:
            self._refused(f"the broker refuses the login ({code}); look at user, password")
        else:
            client.subscribe(self._prefix + "#", 1)

    def _subscribed(
        self, _client: object, _data: object, _id: object, codes: list[ReasonCode], *_: object
    ) -> None:
        if any(code.is_failure for code in codes):
            self._refused("this login may not read the device's topics; look at its rights")
        with self._came:
            self._hears = True
            self._came.notify()

    def _refused(self, why: str) -> None:
        with self._came:
            self.why = why
            self._came.notify()

    def _take(self, _client: object, _data: object, message: mqtt.MQTTMessage) -> None:
        topic = message.topic.removeprefix(self._prefix)
        if message.retain or (topic == "status" and b'"online"' not in message.payload):
            return  # a life before this one, or its will
        with self._came:
            self.topics[topic] = bytes(message.payload)
            self._came.notify()


def console_rows(port: str, key: DeviceKey, connectors: list[int]) -> list[Row]:
    """What the console tells within 40 s of the start."""
    until = time.monotonic() + _WAIT_S
    if not _comes_back(port, until):
        return [Row("console", False, f"{port} did not come back; plug it in and run this again")]
    try:
        with contextlib.closing(Dialogue(port)) as dialogue:
            return _asked(dialogue, key, connectors, until)
    except (DialogueFault, LevelKeyFault) as fault:
        return [Row("console", False, str(fault))]


def _asked(dialogue: Dialogue, key: DeviceKey, connectors: list[int], until: float) -> list[Row]:
    while True:
        told = dialogue.ask("show", "fw ", "refused")
        parts = [part.strip() for part in told.split(";")]
        meters = {c: _part(parts, f"connector {c}: ") for c in connectors}
        read = all(state.startswith("meter good") for state in meters.values())
        clock, link = _part(parts, "clock "), _part(parts, "link ")
        if (read and link == "up" and clock != "U") or time.monotonic() > until:
            break
        time.sleep(_LOOK_S)
    rows = [Row("console", True, f"firmware {_part(parts, 'fw ')} answers")]
    for connector, state in meters.items():
        good = state.startswith("meter good")
        rows.append(Row(f"meter of connector {connector}", good, state or "not configured"))
    rows.append(Row("network", link == "up", f"link {link}"))
    rows.append(Row("clock", clock in ("S", "I"), _CLOCK.get(clock, clock)))
    return [*rows, _self_test(dialogue, key)]


_CLOCK = {
    "S": "synchronised", "I": "informative: set, but by no time server",
    "U": "unknown: no time server answers; name another, or set it at the console (level 2: time)",
}  # fmt: skip


_NO_ROOM = "refused: not enough memory"  # of a stock Pico


def _self_test(dialogue: Dialogue, key: DeviceKey) -> Row:
    told = dialogue.ask("unlock 1", "challenge 1 ", "refused", "commands")
    if told.startswith("challenge"):
        digits = level_keys.answer(
            bytes.fromhex(key.levels[0]), key.device, level_keys.challenge(told)
        )
        told = dialogue.ask(f"answer {digits}", "level 1", "refused")
    if told.startswith("level 1"):
        told = dialogue.ask("selftest", "key ", "refused")
        dialogue.ask("lock", "level 0")
    if told.startswith(_NO_ROOM):
        told = f"{told}: no level opens on this board; flash our image, or do without the levels"
    good = told.startswith("key good") and told.endswith("records lost 0")
    return Row("self-test", good, told)


def broker_rows(listener: Listener, key: DeviceKey, tariff: bool) -> list[Row]:
    """What a receiver gets: the first status, the key, the tariff."""
    until = time.monotonic() + _WAIT_S
    status = _object(listener.wait("status", until))
    if "next" not in status:
        why = listener.why or "no status came; look at the broker's address, CA and password"
        return [Row("broker", False, why)]
    rows = [Row("broker", True, f"status received: online, next record {status['next']}")]
    same = _object(listener.wait("key", until)).get("spki") == key.spki
    rows.append(Row("key at the broker", same, "the device's own" if same else "another or none"))
    if tariff:
        came = listener.wait("tariff/", until) is not None
        rows.append(Row("tariff", came, "published" if came else "not published"))
    return rows


def _object(payload: bytes | None) -> dict:
    """Anybody may have sent it."""
    try:
        told = json.loads(payload or b"{}")
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _part(parts: list[str], start: str) -> str:
    return next((part.removeprefix(start) for part in parts if part.startswith(start)), "")


def _comes_back(port: str, until: float) -> bool:
    """A USB port goes away in a restart."""
    time.sleep(_LOOK_S)
    while "://" not in port and not Path(port).exists():
        if time.monotonic() > until:
            return False
        time.sleep(0.2)
    return True
