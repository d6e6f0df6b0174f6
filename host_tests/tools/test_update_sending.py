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


def test_one_whose_parts_do_not_reach_it_is_not_sent_to_for_ever(monkeypatch):
    link, counted = Link([{"v": 1, "id": "name", "result": "done"}]), []

    async def asking(said):
        while True:
            said.put_nowait(json.dumps({"v": 1, "update": MINE, "want": 896}).encode())
            await asyncio.sleep(0.02)

    plain = link.words

    @contextlib.asynccontextmanager
    async def words(device):
        async with plain(device) as said:
            beside = asyncio.create_task(asking(said))
            yield said
            beside.cancel()

    link.words = words
    monkeypatch.setattr(sending, "payload", lambda *_, **__: ("name", b""))

    async def limited():
        async with asyncio.timeout(5):
            await sending.send(
                RAW, FOUND, "w0123456789abcde", None, link, 0.3, lambda _: True,
                lambda at, _: counted.append(at),
            )  # fmt: skip

    with pytest.raises(sending.Ended) as fault:
        asyncio.run(limited())
    assert fault.value.args[0] == "no answer"
    assert "it asks for byte 896 again and again" in fault.value.args[1]
    assert counted == [896] and len(link.parts) > 3


def test_a_part_that_was_lost_is_sent_again_and_waited_for(monkeypatch):
    asked = [{"v": 1, "update": MINE, "want": at} for at in (0, 0, 896, 896, 896, 1792)]
    mine = {"v": 1, "result": "switched", "version": "1.2.0", "update": MINE}
    assert sent(monkeypatch, *asked, mine) == (mine, [0, 0, 896, 896, 896, 1792])


def test_behind_a_session_it_asks_for_the_same_byte_and_is_waited_for():
    """However late in the time that it was silent."""
    patience = sending._Patience(100)
    assert patience.asked(896) and not patience.asked(896)
    patience.heard()  # its caller waits on
    patience._end -= 99
    assert not patience.asked(896) and patience.left_s() > 99
    assert not patience.asked(896) and patience.asked(1792)
    for _ in range(3):
        patience.asked(0)
    patience._end -= 100
    with pytest.raises(sending.Ended):
        patience.left_s()


@pytest.mark.parametrize("word", [{"want": 0}, {"result": "switched", "version": "9.9.9"}])
def test_another_package_in_its_place_ends_it(monkeypatch, word):
    other = {"v": 1, "update": OTHER, **word}
    done = {"v": 1, "id": "name", "result": "done"}
    with pytest.raises(sending.Ended, match="replaced.*another package has taken its place"):
        sent(monkeypatch, other, done, other, {**other, "want": 896})
    mine = {"v": 1, "result": "switched", "version": "1.2.0", "update": MINE}
    assert sent(monkeypatch, other, done, mine)[0] == mine


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
