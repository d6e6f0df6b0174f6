"""Which of a device's words on `rsp` end a sending: those of this package, and no other's."""

import asyncio
import contextlib
import hashlib
import json

import pytest

from tools.update import package, sending

RAW = b"x" * 2000
FOUND = package.Package("firmware", "unix", "", (1, 2, 0), (1, 2, 0), b"")
MINE, OTHER = hashlib.sha256(RAW).hexdigest()[:16], "0123456789abcdef"


class Link:
    """What the device has said, one word after another; then it says nothing more. None: that the
    connection is lost."""

    shown = "mqtt://broker"

    def __init__(self, words):
        self._said = list(words)
        self.parts = []

    @contextlib.asynccontextmanager
    async def words(self, _device):
        said = asyncio.Queue()
        for word in self._said:
            said.put_nowait(word and json.dumps(word).encode())
        yield said

    async def publish(self, topic, content):
        if topic.endswith("/part"):
            self.parts.append(int.from_bytes(content[4:8], "big"))


def sent(monkeypatch, *words, silent=lambda _has_taken: False):
    """(the last word or None for silence, parts sent)."""
    link = Link(words)
    monkeypatch.setattr(sending, "payload", lambda *_, **__: ("name", b""))
    try:
        told = asyncio.run(sending.send(
            RAW, FOUND, "w0123456789abcde", None, link, 0.2, silent, lambda *_: None,
        ))  # fmt: skip
    except sending.NoAnswer:
        told = None
    return told, link.parts


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


def test_a_lost_connection_ends_it_and_the_same_send_goes_on(monkeypatch):
    with pytest.raises(sending.CommandFault, match="goes on where it was"):
        sent(monkeypatch, {"v": 1, "update": MINE, "want": 0}, None)


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
