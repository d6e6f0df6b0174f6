"""tools.update send: many devices, what each said, when no other is begun. Plays them."""

import asyncio

import host_tool
import interpreters
import pytest

from tools import private_key
from tools.broker_address import BrokerAddress
from tools.command_send import CommandFault
from tools.private_key import PrivateKeyError
from tools.update import package, rollout, sending
from tools.update import watch as watching
from tools.update.package import Package
from tools.update.rollout import Plan, Row, exit_status, roll_out
from tools.update.watch import Watch

ROOT = interpreters.ROOT
CONFIG = Package("config", "", "", (1, 2, 3), (1, 2, 3), b"{}")
SWITCHED = {"v": 1, "result": "switched", "version": "1.2.3"}
FORGED = {"v": 1, "result": "refused", "reason": "it is not signed by the update key"}


@pytest.fixture
def plan(monkeypatch):
    monkeypatch.setattr(rollout, "_STATUS_S", 0)
    monkeypatch.setattr(rollout, "_AGAIN_S", 0)

    async def never(_self, _broker):
        await asyncio.Event().wait()

    monkeypatch.setattr(Watch, "run", never)

    def make(answers, **changes):
        """`answers`: {device: its words, one for each sending}; an exception is raised."""
        left = {device: list(words) for device, words in answers.items()}
        busy, most = set(), []

        async def send(raw, _package, device, _key, _broker, _silence_s, progress):
            busy.add(device)
            most.append(len(busy))
            progress(0, len(raw))
            await asyncio.sleep(0)
            busy.discard(device)
            answer = left[device].pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer

        monkeypatch.setattr(sending, "send", send)
        values = {"silence_s": 60, "trial_s": 0, "at_once": 2, "most_failures": 2, **changes}
        made = Plan(b"raw", CONFIG, None, BrokerAddress("h", 1), **values)
        return asyncio.run(roll_out(made, answers, lambda row: None)), max(most)

    return make


def results(rows):
    return {row.device: row.result for row in rows}


def test_each_device_has_a_row_in_its_order_and_only_a_few_are_sent_to_at_once(plan):
    names = [f"d{n}" for n in range(7)]
    rows, most = plan({name: [SWITCHED] for name in names})
    assert [row.device for row in rows] == names and most == 2
    assert {row.result for row in rows} == {"switched"} and exit_status(rows) == 0


def test_after_so_many_failures_no_other_is_begun(plan):
    rows, _ = plan({"a": [SWITCHED], "b": [FORGED], "c": [FORGED], "d": [SWITCHED],
                    "e": [SWITCHED]}, at_once=1)  # fmt: skip
    assert results(rows) == {
        "a": "switched", "b": "refused", "c": "refused", "d": "not begun", "e": "not begun",
    }  # fmt: skip
    assert exit_status(rows) == 1
    assert rows[1].as_json == {
        "v": 1, "device": "b", "result": "refused",
        "reason": "it is not signed by the update key; its `update_key` is another; "
        "`show FILE --key` tells whose",
    }  # fmt: skip


def test_a_broker_that_goes_on_the_way_is_waited_for_and_one_that_never_was_is_not(plan):
    gone = CommandFault("the broker does not serve us")
    rows, _ = plan({"a": [gone, gone, SWITCHED]})
    assert results(rows) == {"a": "switched"}
    rows, _ = plan({"a": [gone, gone]}, silence_s=-1)
    assert results(rows) == {"a": "not sent"} and rows[0].reason == str(gone)
    assert exit_status(rows) == 2


def test_what_one_devices_exchange_raises_is_its_row_and_no_other_ends(plan, monkeypatch):
    async def breaks(_self, _broker):
        raise OSError("no file left")

    monkeypatch.setattr(Watch, "run", breaks)
    faults = {"b": [PrivateKeyError("its counter")], "c": [TypeError("a defect")]}
    rows, _ = plan({"a": [SWITCHED], **faults, "d": [SWITCHED]}, most_failures=9)
    assert [row.result for row in rows] == ["switched", "not sent", "not sent", "switched"]
    assert [row.reason for row in rows[1:3]] == ["its counter", "TypeError: a defect"]
    assert exit_status(rows) == 2


def test_the_exit_status_is_of_the_worst(plan):
    for words, status in (
        (("confirmed", "switched"), 0),
        (("confirmed", "rolled back", "no answer", "not sent"), 1),
        (("confirmed", "no answer", "not sent"), 2),
        (("confirmed", "not back"), 3),
        (("on trial",), 3),
        (("no answer", "not begun"), 3),
    ):
        assert exit_status([Row("d", word) for word in words]) == status, words


def test_the_words_that_advice_is_given_to_are_the_firmwares():
    sources = (ROOT / "firmware/wattseal").rglob("*.py")
    said = "".join(path.read_text() for path in sources)
    for words in (*rollout._ADVICE, *watching._IGNORED):
        assert words in said, words


def test_what_no_device_would_take_is_not_sent(tmp_path):
    private_key.new(tmp_path / "key")
    signed = package.pack(CONFIG, private_key.load(tmp_path / "key", ""))
    (tmp_path / "signed").write_bytes(signed)
    (tmp_path / "unsigned").write_bytes(package.pack(CONFIG, None))
    one = Package("config", "", "w1", (1, 2, 3), (1, 2, 3), b"{}")
    (tmp_path / "w1").write_bytes(package.pack(one, private_key.load(tmp_path / "key", "")))
    (tmp_path / "ids").write_text("w1 # the first\n\nw2\n")
    (tmp_path / "none").write_text("# nobody\n")
    for name, words, said in (
        ("signed", (), "say to whom: --device ID, or --devices FILE"),
        ("signed", ("--devices", tmp_path / "none"), "say to whom"),
        ("signed", ("--devices", tmp_path / "no"), "cannot be read as text"),
        ("signed", ("--device", "W/1"), "W/1 is no device id"),
        ("unsigned", ("--device", "w1"), "is not signed yet; sign it with: sign"),
        ("w1", ("--devices", tmp_path / "ids"), "is for w1 alone, not for w2"),
        ("signed", ("--device", "w1"), "w1: not sent: the broker at mqtt://127.0.0.1:1 does not"),
    ):
        done = host_tool.tool(
            "update", "send", tmp_path / name, *words, "--command-key", tmp_path / "key",
            "--broker", "127.0.0.1:1",
        )  # fmt: skip
        assert done.returncode == 2 and said in done.stderr, (said, done)
        assert done.stdout == "" and done.stderr.count("\n") == 1
