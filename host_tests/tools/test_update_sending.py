"""Which of a device's words on `rsp` end a sending: those of this package, and no other's."""

import asyncio
import hashlib
import json
from types import SimpleNamespace

import pytest

from tools.broker_address import parse
from tools.update import package, sending

RAW = b"x" * 2000
FOUND = package.Package("firmware", "unix", "", (1, 2, 0), (1, 2, 0), b"")
MINE, OTHER = hashlib.sha256(RAW).hexdigest()[:16], "0123456789abcdef"


class Broker:
    """What the device has said, one word after another; then it says nothing more."""

    def __init__(self, words):
        self.words = list(words)
        self.parts = []

    def client(self, *_, **__):
        return self

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        return None

    async def subscribe(self, *_, **__):
        return None

    async def publish(self, topic, content, **__):
        if topic.endswith("/part"):
            self.parts.append(int.from_bytes(content[4:8], "big"))

    @property
    def messages(self):
        return self

    def __aiter__(self):
        return self

    async def __anext__(self):
        if not self.words:
            await asyncio.Event().wait()
        return SimpleNamespace(payload=json.dumps(self.words.pop(0)).encode())


def sent(monkeypatch, *words, silent=lambda _has_taken: False):
    """(the last word or None for silence, parts sent)."""
    broker = Broker(words)
    monkeypatch.setattr(sending, "Client", broker.client)
    monkeypatch.setattr(sending, "payload", lambda *_, **__: ("name", b""))
    try:
        told = asyncio.run(sending.send(
            RAW, FOUND, "w0123456789abcde", None, parse("127.0.0.1:1883", None, ""), 0.2,
            silent, lambda *_: None,
        ))  # fmt: skip
    except sending.NoAnswer:
        told = None
    return told, broker.parts


@pytest.mark.parametrize("result", ["switched", "refused"])
def test_another_packages_end_is_not_ours(monkeypatch, result):
    other = {"v": 1, "result": result, "version": "1.2.0", "update": OTHER}
    assert sent(monkeypatch, other) == (None, [])
    mine = {**other, "update": MINE}
    asked = {"v": 1, "update": MINE, "want": 896}
    assert sent(monkeypatch, other, asked, mine) == (mine, [896])


def test_a_device_that_does_not_name_the_package_is_believed_of_its_version(monkeypatch):
    old = {"v": 1, "result": "switched", "version": "1.2.0"}
    assert sent(monkeypatch, old)[0] == old
    assert sent(monkeypatch, {**old, "version": "1.1.0"})[0] is None
    assert sent(monkeypatch, {"v": 1, "result": "refused"})[0] is None


def test_a_refused_command_ends_it(monkeypatch):
    refused = {"v": 1, "id": "name", "result": "refused", "reason": "no room"}
    assert sent(monkeypatch, {**refused, "id": "other"}, refused)[0] == refused


@pytest.mark.parametrize(
    "bad",
    [
        {"id": "name"}, {"id": "name", "result": ["x"]}, {"id": "name", "result": "sending"},
        {"id": "name", "result": "refused", "reason": 5}, {"result": {}, "update": MINE},
        {"update": MINE, "want": True}, {"update": MINE, "want": -1}, {"update": [MINE]},
    ],
)  # fmt: skip
def test_what_no_device_says_is_passed_over(monkeypatch, bad):
    mine = {"v": 1, "result": "switched", "update": MINE}
    assert sent(monkeypatch, bad, mine) == (mine, [])


@pytest.mark.parametrize(
    ("said", "has_taken"),
    [
        ((), False), (({"id": "other", "result": "done"},), False),
        (({"id": "name", "result": "done"},), True), (({"update": MINE, "want": 0},), True),
    ],
)  # fmt: skip
def test_one_that_is_silent_is_waited_for_as_long_as_its_caller_says(monkeypatch, said, has_taken):
    mine = {"v": 1, "result": "switched", "update": MINE}
    asked = []

    def silent(taken):
        asked.append(taken)
        return len(asked) < 3

    assert sent(monkeypatch, *said, silent=silent)[0] is None
    assert asked == [has_taken] * 3
    assert sent(monkeypatch, *said, mine, silent=silent)[0] == mine
