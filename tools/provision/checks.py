"""Whether a device that was commissioned does its work, as seen at the broker; asks it nothing."""

import json
import threading
import time
from dataclasses import dataclass

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.reasoncodes import ReasonCode

from tools import tls_trouble
from tools.broker_address import BrokerAddress
from tools.provision.device import DeviceKey

_WAIT_S = 40.0
_HEAR_S = 10.0


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
        self._prefix, self._shown = f"wattseal/v1/{device}/", address.shown
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
            self.why = tls_trouble.told(address.shown, str(fault)) or (
                f"this machine does not reach the broker at {address.shown} ({why}); is it on, "
                "and its address right?"
            )

    def hears(self) -> bool:
        """Whether all that is sent from here on will come; asked before the device starts."""
        with self._came:
            if not self._came.wait_for(lambda: self._hears or self.why, _HEAR_S):
                self.why = (
                    f"{self._shown} takes this machine's connection, and says nothing; is that "
                    "the broker's port, and mqtts:// said of a TLS port?"
                )
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


def broker_rows(listener: Listener, key: DeviceKey, tariff: bool) -> list[Row]:
    """What a receiver gets: the first status, the key, the tariff."""
    until = time.monotonic() + _WAIT_S
    status = json_object(listener.wait("status", until))
    if "next" not in status:
        why = listener.why or "no status came; look at the broker's address, CA and password"
        return [Row("broker", False, why)]
    rows = [Row("broker", True, f"status received: online, next record {status['next']}")]
    same = json_object(listener.wait("key", until)).get("spki") == key.spki
    rows.append(Row("key at the broker", same, "the device's own" if same else "another or none"))
    if tariff:
        came = listener.wait("tariff/", until) is not None
        rows.append(Row("tariff", came, "published" if came else "not published"))
    return rows


def json_object(payload: bytes | None) -> dict:
    """Anybody may have sent it."""
    try:
        told = json.loads(payload or b"{}")
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
