"""What tools.update makes of a device's words: it runs with it, or not, or why it is silent."""

import asyncio
import json

import pytest
import slot_loader

from tools.update import watch as watching
from tools.update.watch import Watch

SWITCHED = {"v": 1, "result": "switched", "version": "1.2.3"}


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(watching, "_LOOK_S", 0.01)
    monkeypatch.setattr(watching, "_TOLD_S", 0.05)


def heard(*messages):
    """A Watch of a device `d` that has heard these; a pair is (topic's end, what)."""
    watch = Watch("d")
    for name, told in messages:
        watch.take(f"wattseal/v1/d/{name}", json.dumps(told).encode())
    return watch


def online(boots=1, fw="1.0.0", **counts):
    return "status", {"state": "online", "boots": boots, "fw": fw, "counts": counts}


def plain(fw="1.0.0", **more):
    """Of a firmware that tells no boots."""
    return "status", {"state": "online", "fw": fw, **more}


OFFLINE = ("status", {"state": "offline"})


async def _settled(kind, *messages):
    watch = heard(online())
    waiting = asyncio.create_task(watch.settled(kind, "1.2.3", 0.3))
    await asyncio.sleep(0)
    for name, told in messages:
        watch.take(f"wattseal/v1/d/{name}", json.dumps(told).encode())
    return await waiting


@pytest.mark.parametrize(
    ("kind", "messages", "result"),
    [
        ("config", [online(2)], "confirmed"),
        ("config", [online(2), ("rsp", {"kind": "config", "result": "confirmed"})], "confirmed"),
        (
            "config",
            [online(3), ("rsp", {"kind": "config", "result": "rolled_back"})],
            "rolled back",
        ),
        ("config", [OFFLINE, plain()], "confirmed"),
        ("config", [OFFLINE, online()], "not back"),  # the network was away
        ("config", [OFFLINE, plain(boots=1, boots_unkept=1)], "confirmed"),
        ("firmware", [OFFLINE, online()], "not back"),
        ("config", [online()], "not back"),  # said before it restarted
        ("tariff", [OFFLINE], "not back"),
        ("firmware", [online(2, "1.2.3")], "on trial"),
        ("firmware", [plain("1.2.3")], "on trial"),  # its restart was not heard
        ("firmware", [("rsp", {"result": "confirmed", "version": "1.2.3"})], "confirmed"),
        ("firmware", [("rsp", {"result": "confirmed", "version": "1.2.2"})], "not back"),
        ("firmware", [OFFLINE, online(5, "1.0.0")], "rolled back"),
        ("firmware", [online(2, "1.2.3"), OFFLINE, online(3, "1.0.0")], "rolled back"),
        ("firmware", [online(1, "1.0.0")], "not back"),
        ("firmware", [online(2, "1.2.3"), OFFLINE], "not back"),
    ],
)
def test_a_device_is_well_once_it_runs_with_what_it_took(kind, messages, result):
    found, reason = asyncio.run(_settled(kind, *messages))
    assert found == result and bool(reason) == (result != "confirmed")


SAME = online(1, "1.2.3")  # what runs has the package's number already


@pytest.mark.parametrize(
    ("messages", "trial_s", "result"),
    [
        ([online(2, "1.2.3")], 60, "on trial"),
        ([online(4, "1.2.3")], 60, "on trial"),  # the third boot of the trial
        ([online(2, "1.2.3"), online(5, "1.2.3")], 60, "rolled back"),
        ([online(5, "1.2.3")], 60, "rolled back"),
        ([plain("1.2.3", boots=5, boots_unkept=1)], 60, "not back"),
        ([online(2, "1.2.3")], 0.05, "rolled back"),  # a trial ends by itself
        ([SAME], 0.05, "not back"),
        ([online(5, "1.2.3"), ("rsp", {"result": "confirmed", "version": "1.2.3"})], 60,
         "confirmed"),
    ],
)  # fmt: skip
def test_a_firmware_of_the_number_that_runs_is_told_from_it(
    monkeypatch, messages, trial_s, result
):
    monkeypatch.setattr(watching, "_TRIAL_S", trial_s)
    watch = heard(SAME, ("rsp", SWITCHED), *messages)
    found, reason = asyncio.run(watch.settled("firmware", "1.2.3", 0.3))
    assert found == result and bool(reason) == (result != "confirmed")


@pytest.mark.parametrize("kind", ["firmware", "config", "tariff"])
def test_what_was_confirmed_before_is_another_package(kind):
    confirmed = ("rsp", {"result": "confirmed", "version": "1.2.3"})
    watch = heard(SAME, confirmed, ("rsp", SWITCHED))
    assert asyncio.run(watch.settled(kind, "1.2.3", 0.05))[0] == "not back"
    watch = heard(SAME, ("rsp", SWITCHED), confirmed)
    found = asyncio.run(watch.settled(kind, "1.2.3", 0.05))[0]
    assert found == ("confirmed" if kind == "firmware" else "not back")


def test_the_boots_of_a_trial_are_the_firmwares():
    assert watching._TRIAL_BOOTS == slot_loader.BOOTS


@pytest.mark.parametrize(("before", "result"), [(False, "confirmed"), (True, "not back")])
def test_a_restart_counts_from_the_word_that_it_has_switched(before, result):
    watch = heard(online())
    events = [("rsp", SWITCHED), online(2)]  # both before anybody waits for them
    for name, told in reversed(events) if before else events:
        watch.take(f"wattseal/v1/d/{name}", json.dumps(told).encode())
    assert asyncio.run(watch.settled("config", "1.2.3", 0.01))[0] == result


def test_where_that_word_was_not_heard_a_restart_before_it_does_not_count():
    watch = heard(online(), online(2))
    assert asyncio.run(watch.settled("config", "1.2.3", 0.01))[0] == "not back"


def test_silence_has_the_reason_that_the_status_tells():
    assert "is its id right" in heard().why_silent()
    assert "is not connected" in heard(OFFLINE).why_silent()
    assert "is not connected" in heard(online(), OFFLINE).why_silent()
    before, after = online(commands_forged=2), online(commands_forged=3)
    assert "another command key signed it" in heard(before, after).why_silent()
    assert "it is online" in heard(before, before).why_silent()


def test_what_is_no_status_is_passed_over():
    watch = Watch("d")
    for payload in (b"{", b"[]", b"7", b"\xff", b"[" * 100_000, b'{"state": 1}'):
        for name in ("status", "rsp"):
            watch.take(f"wattseal/v1/d/{name}", payload)
    assert watch.status == {}


@pytest.mark.parametrize(
    "bad", [{"counts": [1]}, {"counts": {"commands_forged": "1"}}, {"boots": "2"}, {"fw": ["1"]}]
)
def test_of_a_status_only_what_is_of_its_type_is_taken(bad):
    first = ("status", {"state": "online", **bad})
    for messages in ([first, online()], [online(), first, online()]):
        watch = heard(*messages, ("rsp", {"result": ["x"], "version": 5}))
        assert "it is online" in watch.why_silent()
        assert (watch.status["boots"], watch.status["fw"]) == (1, "1.0.0")
