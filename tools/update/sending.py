"""Sends a package to one device: the signed command, then each part it asks for; signs no package.

What the device says of itself is not signed: its audit log is (tools.audit).
"""

import asyncio
import hashlib
import time
from collections.abc import Callable

import aiomqtt

from tools.command_send import CommandFault, Order, Signing, payload, topic, words
from tools.update import package
from tools.update.link import Link, Words
from tools.update.package import Package

_PART_BYTES = 896  # with its head of 8 bytes, topic and packet below the device's 1024
_LIFE_S = 3600  # of the command
_REPLACED = "another package has taken its place; does another `send` run? send it again later"
NAME_DIGITS = 16  # of a package's hash, by which a device names it

Progress = Callable[[int, int], None]  # bytes sent, of how many
Silent = Callable[[bool], bool]  # whether it has taken the command -> whether to wait on


class NoAnswer(Exception):
    """One sentence."""


class Ended(Exception):
    """It speaks, but takes no more of this package: its `result`, and one sentence why."""


class _Patience:
    """How long the next word is waited for, and that it does not ask for one byte for ever."""

    def __init__(self, silence_s: float) -> None:
        self._silence_s = silence_s
        self._at, self._again = -1, 0  # the byte it asked for, and how often more
        self.heard()

    def heard(self) -> None:
        """There is news, or its caller waits on."""
        self._end, self._again = time.monotonic() + self._silence_s, 0

    def asked(self, at: int) -> bool:
        """Whether that is news. Once more is none, but waited for: a session held it up."""
        again = self._again + 1 if at == self._at else 0
        if again < 2:
            self.heard()
        self._at, self._again = at, again
        return again == 0

    def left_s(self) -> float:
        """Ended."""
        left_s = self._end - time.monotonic()
        if left_s <= 0 and self._again > 1:
            raise Ended(
                "no answer",
                f"it asks for byte {self._at} again and again, for {self._silence_s:g} s; may it "
                "read its `part` on the broker?",
            )
        return max(0.1, left_s)


async def send(
    raw: bytes, found: Package, device: str, key: Signing, link: Link,
    silence_s: float, silent: Silent, progress: Progress,
) -> dict:  # fmt: skip
    """The device's last word: {"result": "switched" or "refused", ...}. Each `silence_s` without
    a word `silent` is asked. NoAnswer where it waits no longer, Ended, CommandFault."""
    digest = hashlib.sha256(raw).hexdigest()
    values = {"kind": found.kind, "size": len(raw), "hash": digest}
    name, order = payload(Order("update", values, lifetime_s=_LIFE_S), device, key)
    try:
        async with link.words(device) as words:
            await link.publish(topic(device, "cmd"), order)
            return await _serve(link, words, raw, found, device, name, silence_s, silent, progress)
    except aiomqtt.MqttError as fault:
        raise CommandFault(
            f"the broker at {link.shown} does not serve us ({fault}); send it again, and it "
            "goes on where it was"
        ) from fault


async def _serve(
    link: Link, words: Words, raw: bytes, found: Package, device: str, name: str,
    silence_s: float, silent: Silent, progress: Progress,
) -> dict:  # fmt: skip
    """MqttError once the connection is lost, NoAnswer, Ended."""
    digest = hashlib.sha256(raw).digest()
    mine, version = digest.hex()[:NAME_DIGITS], package.dotted(found.version)
    has_taken, patience = False, _Patience(silence_s)
    while True:
        left_s = patience.left_s()
        try:
            message = await asyncio.wait_for(words.get(), left_s)
        except TimeoutError:
            patience.left_s()
            if not silent(has_taken):
                raise NoAnswer(f"no word from {device} for {silence_s:g} s") from None
            patience.heard()
            continue
        if message is None:
            raise aiomqtt.MqttError("the connection was lost")
        told = said(message)
        if told.get("id") == name and told.get("result") == "refused":
            return told
        if told.get("update") == mine and "want" in told:
            has_taken, at = True, told["want"]
            if patience.asked(at):
                progress(at, len(raw))
            part = digest[:4] + at.to_bytes(4, "big") + raw[at : at + _PART_BYTES]
            await link.publish(topic(device, "part"), part)
        elif is_last(told, mine, version):
            progress(len(raw), len(raw))
            return told
        elif told.get("id") == name:
            has_taken = True
            patience.heard()
        elif has_taken and _is_anothers(told, mine):
            raise Ended("replaced", _REPLACED)


def _is_anothers(told: dict, mine: str) -> bool:
    """Of another package, which it has taken instead: it has room for one."""
    if "id" in told or told.get("update", mine) == mine:
        return False
    return "want" in told or told.get("result") == "switched"


def is_last(told: dict, mine: str, version: str) -> bool:
    """Of this package: others come and go on the same topic. An older firmware says of one
    that was switched to only its version."""
    if told.get("result") not in ("switched", "refused") or "id" in told:
        return False
    if "update" in told:
        return told["update"] == mine
    return told["result"] == "switched" and told.get("version") == version


def said(message: bytes) -> dict:
    """Of a device, whose words are not signed: none that is not as a device says it."""
    told = words(message)
    texts = (told.get(name, "") for name in ("id", "update", "result", "reason", "version"))
    at = told.get("want", 0)
    if not all(isinstance(text, str) for text in texts) or type(at) is not int:
        return {}
    return told if 0 <= at < 1 << 32 else {}
