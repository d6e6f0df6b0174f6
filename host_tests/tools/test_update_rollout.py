"""tools.update send: many devices, what each said, when no other is begun. Plays them."""

import asyncio
import contextlib
import json

import interpreters
import pytest

from tools.broker_address import BrokerAddress
from tools.command_send import CommandFault
from tools.private_key import PrivateKeyError
from tools.update import rollout, sending
from tools.update import watch as watching
from tools.update.link import Link
from tools.update.package import Package
from tools.update.rollout import Plan, Row, exit_status, roll_out

ROOT = interpreters.ROOT
CONFIG = Package("config", "", "", (1, 2, 3), (1, 2, 3), b"{}")
SWITCHED = {"v": 1, "result": "switched", "version": "1.2.3"}
BUSY = object()  # it has taken the command, and says no more
FORGED = {"v": 1, "result": "refused", "reason": "it is not signed by the update key"}


@pytest.fixture
def plan(monkeypatch):
    monkeypatch.setattr(rollout, "_STATUS_S", 0)
    monkeypatch.setattr(rollout, "_AGAIN_S", 0)

    async def never(_self):
        await asyncio.Event().wait()

    monkeypatch.setattr(Link, "run", never)

    def make(answers, changed=lambda row: None, **changes):
        """`answers`: {device: its words, one for each sending}; an exception is raised."""
        left = {device: list(words) for device, words in answers.items()}
        busy, most = set(), []

        async def send(raw, _package, device, _key, _link, _silence_s, silent, progress):
            busy.add(device)
            most.append(len(busy))
            progress(0, len(raw))
            await asyncio.sleep(0)
            busy.discard(device)
            answer = left[device].pop(0)
            while answer is BUSY:
                if not silent(True):
                    raise sending.NoAnswer("no word")
                await asyncio.sleep(0.01)
            if isinstance(answer, Exception):
                raise answer
            return answer

        monkeypatch.setattr(sending, "send", send)
        values = {"silence_s": 60, "busy_s": 0.05, "trial_s": 0, "at_once": 2, "most_failures": 2}
        values.update(changes)
        made = Plan(b"raw", values.pop("package", CONFIG), None, BrokerAddress("h", 1), **values)
        rows = [Row(device) for device in answers]
        asyncio.run(roll_out(made, rows, changed))
        return rows, max(most)

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
    async def breaks(_self):
        raise OSError("no file left")

    monkeypatch.setattr(Link, "run", breaks)
    faults = {"b": [PrivateKeyError("its counter")], "c": [TypeError("a defect")]}
    rows, _ = plan({"a": [SWITCHED], **faults, "d": [SWITCHED]}, most_failures=9)
    assert [row.result for row in rows] == ["switched", "not sent", "not sent", "switched"]
    assert [row.reason for row in rows[1:3]] == ["its counter", "TypeError: a defect"]
    assert exit_status(rows) == 2


def says(monkeypatch, *words):
    """Each Watch hears these before anything is sent."""

    @contextlib.asynccontextmanager
    async def listening(_self, device, take):
        for name, told in words:
            take(f"wattseal/v1/{device}/{name}", json.dumps(told).encode())
        yield

    monkeypatch.setattr(Link, "listening", listening)


def online(fw="1.0.0", boots=1):
    return "status", {"state": "online", "fw": fw, "boots": boots}


def test_one_on_which_a_session_runs_is_waited_for_and_is_no_failure(plan, monkeypatch):
    says(monkeypatch, online())
    seen = []
    rows, _ = plan(
        {"a": [BUSY], "b": [BUSY], "c": [BUSY], "d": [SWITCHED]},
        lambda row: seen.append(row.result), most_failures=1, at_once=1,
    )  # fmt: skip
    assert [row.result for row in rows] == ["busy", "busy", "busy", "switched"]
    assert seen.count("waiting") > 3 and exit_status(rows) == 3
    assert "a session runs, or its answer was lost" in rows[0].reason
    says(monkeypatch, ("status", {"state": "offline"}))
    rows, _ = plan({"a": [BUSY], "b": [SWITCHED]}, most_failures=1, at_once=1)
    assert [row.result for row in rows] == ["no answer", "not begun"]


@pytest.mark.parametrize("lost", [
    sending.NoAnswer("no word"), CommandFault("no broker"),
    {"v": 1, "id": "1", "result": "refused", "reason": "a version is on trial"},
])  # fmt: skip
def test_a_last_word_that_only_the_watch_knows_of_counts(plan, monkeypatch, lost):
    firmware = Package("firmware", "", "", (1, 2, 3), (1, 2, 3), b"")
    says(monkeypatch, online(), online("1.2.3", 2))
    rows, _ = plan({"a": [lost]}, package=firmware)
    assert results(rows) == {"a": "switched"}
    says(monkeypatch, online(), ("rsp", SWITCHED))
    rows, _ = plan({"a": [lost]})
    assert results(rows) == {"a": "switched"} and rows[0].told == SWITCHED
    says(monkeypatch, online(), ("rsp", {**SWITCHED, "version": "1.2.2"}))
    rows, _ = plan({"a": [lost]}, silence_s=-1)
    assert results(rows) != {"a": "switched"}


def test_one_that_takes_no_more_of_it_has_the_reason_in_its_row(plan, monkeypatch):
    says(monkeypatch, online())
    ended = sending.Ended("replaced", "another package has taken its place")
    rows, _ = plan({"a": [ended], "b": [SWITCHED]})
    assert results(rows) == {"a": "replaced", "b": "switched"} and exit_status(rows) == 3
    assert rows[0].reason == "another package has taken its place" and rows[0].is_failure
    says(monkeypatch, online(), ("rsp", SWITCHED))
    rows, _ = plan({"a": [ended]})
    assert results(rows) == {"a": "switched"}


def test_one_on_trial_is_no_failure_and_restarts_before_it_is(plan, monkeypatch):
    monkeypatch.setattr(watching, "_LOOK_S", 0.01)
    says(monkeypatch, online(), ("rsp", SWITCHED), online("1.2.3", 2))
    firmware, seen = Package("firmware", "", "", (1, 2, 3), (1, 2, 3), b""), []
    rows, _ = plan(
        {"a": [SWITCHED], "b": [SWITCHED]}, lambda row: seen.append(row.result),
        package=firmware, most_failures=1, at_once=1, trial_s=0.05,
    )  # fmt: skip
    assert results(rows) == {"a": "on trial", "b": "on trial"} and exit_status(rows) == 3
    assert seen[-3:] == ["sending", "restarting", "on trial"] and "it runs it" in rows[0].reason


def test_who_ends_it_finds_in_each_row_how_far_it_came(plan, monkeypatch):
    says(monkeypatch, online())
    seen = {}

    def changed(row):
        seen[row.device] = row
        if row.result == "waiting":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        plan({"a": [SWITCHED], "b": [BUSY]}, changed, at_once=1)
    assert results(seen.values()) == {"a": "switched", "b": "waiting"}
    assert "goes on where it was" in seen["b"].reason


def test_the_exit_status_is_of_the_worst(plan):
    for words, status in (
        (("confirmed", "switched"), 0),
        (("confirmed", "rolled back", "no answer", "not sent"), 1),
        (("confirmed", "no answer", "not sent"), 2),
        (("confirmed", "not back"), 3),
        (("on trial",), 3),
        (("confirmed", "busy"), 3),
        (("no answer", "not begun"), 3),
    ):
        assert exit_status([Row("d", word) for word in words]) == status, words


def test_the_words_that_advice_is_given_to_are_the_firmwares():
    sources = (ROOT / "firmware/wattseal").rglob("*.py")
    said = "".join(path.read_text() for path in sources)
    for words in (*rollout._ADVICE, *watching._IGNORED):
        assert words in said, words
