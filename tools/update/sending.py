"""Sends a package to one device: the signed command, then each part it asks for; signs no package.

What the device says of itself is not signed: its audit log is (tools.audit).
"""

import asyncio
import hashlib
import json
import time
from collections.abc import Callable

import aiomqtt

from tools.broker_address import BrokerAddress
from tools.command_send import CommandFault, Order, Signing, payload, topic
from tools.mqtt_client import Client
from tools.update import package
from tools.update.package import Package

_PART_BYTES = 896  # with its head of 8 bytes, topic and packet below the device's 1024
_LIFE_S = 3600  # of the command

Progress = Callable[[int, int], None]  # bytes sent, of how many


class NoAnswer(Exception):
    """One sentence."""


async def send(
    raw: bytes, found: Package, device: str, key: Signing, broker: BrokerAddress,
    silence_s: float, progress: Progress,
) -> dict:  # fmt: skip
    """The device's last word: {"result": "switched" or "refused", ...}. NoAnswer when it says
    nothing for `silence_s`, CommandFault."""
    digest = hashlib.sha256(raw).hexdigest()
    values = {"kind": found.kind, "size": len(raw), "hash": digest}
    name, order = payload(Order("update", values, lifetime_s=_LIFE_S), device, key)
    try:
        async with Client(
            broker.host, broker.port, username=broker.user or None,
            password=broker.password or None, tls_context=broker.tls_context(), timeout=30,
        ) as client:  # fmt: skip
            await client.subscribe(topic(device, "rsp"), qos=1)
            await client.publish(topic(device, "cmd"), order, qos=1)
            return await _serve(client, raw, found, device, name, silence_s, progress)
    except aiomqtt.MqttError as fault:
        raise CommandFault(
            f"the broker at {broker.shown} does not serve us ({fault}); send it again, and it "
            "goes on where it was"
        ) from fault


async def _serve(
    client: Client, raw: bytes, found: Package, device: str, name: str, silence_s: float,
    progress: Progress,
) -> dict:  # fmt: skip
    digest = hashlib.sha256(raw).digest()
    mine = digest[:8].hex()
    messages = client.messages.__aiter__()
    end = time.monotonic() + silence_s
    while True:
        try:
            message = await asyncio.wait_for(
                messages.__anext__(), max(0.1, end - time.monotonic())
            )
        except TimeoutError:
            raise NoAnswer(
                f"no word from {device} for {silence_s:g} s; while a session runs it asks for "
                "nothing. Send it again, and it goes on where it was"
            ) from None
        told = _told(bytes(message.payload))
        if told.get("id") == name and told.get("result") == "refused":
            return told
        if told.get("update") == mine and "want" in told:
            at = told["want"]
            progress(at, len(raw))
            part = digest[:4] + at.to_bytes(4, "big") + raw[at : at + _PART_BYTES]
            await client.publish(topic(device, "part"), part, qos=1)
        elif _is_last(told, mine, package.dotted(found.version)):
            progress(len(raw), len(raw))
            return told
        elif told.get("id") != name:
            continue
        end = time.monotonic() + silence_s


def _is_last(told: dict, mine: str, version: str) -> bool:
    """Of this package: others come and go on the same topic. An older firmware says of one
    that was switched to only its version."""
    if told.get("result") not in ("switched", "refused") or "id" in told:
        return False
    if "update" in told:
        return told["update"] == mine
    return told["result"] == "switched" and told.get("version") == version


def _told(message: bytes) -> dict:
    """Of a device, whose words are not signed: none that is not as a device says it."""
    try:
        told = json.loads(message)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(told, dict):
        return {}
    texts = (told.get(name, "") for name in ("id", "update", "result", "reason", "version"))
    at = told.get("want", 0)
    if not all(isinstance(text, str) for text in texts) or type(at) is not int:
        return {}
    return told if 0 <= at < 1 << 32 else {}
