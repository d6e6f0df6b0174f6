"""Sends one signed command to a device and waits for its answer; decides nothing, prints nothing.

An answer is not signed: who may write to a device's `rsp` could forge one. The records, which are,
say what became of a session.
"""

import asyncio
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import aiomqtt

from tools.broker_address import BrokerAddress
from tools.mqtt_client import Client

# A device takes MQTT packets of 1024 bytes: less topic, its length, and the packet id.
_PACKET_BYTES = 1024 - 4
_ID = re.compile(r"[ !#-\[\]-~]{1,40}")
_DEVICE = re.compile(r"[0-9a-z]{1,16}")


class CommandFault(Exception):
    """It cannot be sent; the argument is one sentence."""


@dataclass(frozen=True)
class Order:
    """What is commanded. `lifetime_s`: 0 for a command that never expires."""

    verb: str
    values: Mapping[str, int | str] = field(default_factory=dict)
    body: bytes | None = None
    lifetime_s: int = 60
    id: str = ""  # "" for the counter


class Signing(Protocol):
    """tools.command_key.CommandKey, or its like."""

    def next_counter(self) -> int: ...

    def signed(self, message: bytes) -> bytes: ...


def payload(
    order: Order, device: str, key: Signing, now_s: float | None = None
) -> tuple[str, bytes]:
    """(id, what to publish); uses a counter up. `now_s`: None for this machine's time.
    CommandFault, PrivateKeyError."""
    if not _DEVICE.fullmatch(device):
        raise CommandFault(f"DEVICE={device} is no device id; `status` on the broker names it")
    if order.id and not _ID.fullmatch(order.id):
        raise CommandFault("the id is 1 to 40 ASCII characters without quotes and backslashes")
    counter = key.next_counter()
    name = order.id or str(counter)
    now_s = time.time() if now_s is None else now_s
    exp = int(now_s) + order.lifetime_s if order.lifetime_s else 0
    fields = {"device": device, "counter": counter, "exp": exp, "id": name, "verb": order.verb}
    message = json.dumps({**fields, **order.values}, separators=(",", ":")).encode()
    if order.body is not None:
        message += b"\n" + order.body
    made = key.signed(message)
    room = _PACKET_BYTES - len(topic(device, "cmd"))
    if len(made) > room:
        raise CommandFault(
            f"the command is {len(made)} bytes long, and a device takes {room}: leave out "
            f"{len(made) - room} bytes, or put it there by hand"
        )
    return name, made


def topic(device: str, name: str) -> str:
    return f"wattseal/v1/{device}/{name}"


async def send(
    made: tuple[str, bytes], device: str, broker: BrokerAddress, wait_s: float
) -> dict | None:
    """The device's answer, None when none came in time. CommandFault."""
    name, command = made
    try:
        async with asyncio.timeout(wait_s), Client(
            broker.host, broker.port, username=broker.user or None,
            password=broker.password or None, tls_context=broker.tls_context(), timeout=wait_s,
        ) as client:  # fmt: skip
            await client.subscribe(topic(device, "rsp"), qos=1)
            await client.publish(topic(device, "cmd"), command, qos=1)
            async for message in client.messages:
                answer = _answer(bytes(message.payload), name)
                if answer:
                    return answer
    except TimeoutError:
        pass
    except aiomqtt.MqttError as fault:
        raise CommandFault(
            f"the broker at {broker.shown} does not serve us ({fault}); check its address, user "
            "and password"
        ) from fault
    return None


def words(message: bytes) -> dict:
    """Of a message that nobody signed; none where it is no JSON object."""
    try:
        told = json.loads(message)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _answer(message: bytes, name: str) -> dict | None:
    """To the command of this name; None for anything else, and for words of another type."""
    told = words(message)
    if told.get("id") != name:
        return None
    texts = (told.get(key, "") for key in ("result", "reason"))
    return told if all(isinstance(text, str) for text in texts) else None
