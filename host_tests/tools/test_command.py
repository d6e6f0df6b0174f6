"""The key, its counter and the payload of `tools.command`; and one sentence for what is wrong."""

import json
import os
import stat
import subprocess
import sys
import threading
import time

import interpreters
import mqtt_peers
import pytest

from tools import private_key
from tools.command_key import CommandKey
from tools.command_send import CommandFault, Order, payload
from tools.private_key import PrivateKeyError
from wattseal.core.command import Command
from wattseal.core.ecdsa import finish, verify_p1363_steps

DEVICE = "w0123456789abcde"


@pytest.fixture
def key(tmp_path):
    private_key.new(tmp_path / "key")
    return CommandKey(tmp_path / "key")


def tool(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "tools.command", *map(str, arguments)], cwd=interpreters.ROOT,
        text=True, capture_output=True, timeout=60, env={**os.environ, **environment},
    )  # fmt: skip


def test_a_key_is_for_its_owner_and_is_never_overwritten(tmp_path):
    first = tool("key", "new", tmp_path / "key")
    public = CommandKey(tmp_path / "key").public
    assert first.returncode == 0 and f'"command_key": "{public}"' in first.stdout
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    assert tool("key", "show", tmp_path / "key").stdout == public + "\n"
    second = tool("key", "new", tmp_path / "key")
    assert (second.returncode, second.stdout) == (2, "")
    assert "never overwritten" in second.stderr and len(second.stderr.splitlines()) == 1
    assert CommandKey(tmp_path / "key").public == public


def test_the_firmware_reads_and_verifies_what_it_signs(key):
    order = Order("resend", {"from": 1, "to": 2}, b'{"a":1}', 60, "back end 7")
    name, made = payload(order, DEVICE, key)
    command = Command(made)
    assert (name, command.id) == ("back end 7", "back end 7")
    assert (command.device_id, command.verb, command.body) == (DEVICE, "resend", b'{"a":1}')
    assert command.values((("from", "int", 1, 9), ("to", "int", 1, 9))) == [1, 2]
    assert 58 <= command.expires_s - time.time() <= 60
    public = bytes.fromhex(key.public)
    assert finish(verify_p1363_steps(public, command.digest, command.signature))


def test_what_never_expires_says_so(key):
    name, made = payload(Order("time", {"utc_s": 5}, lifetime_s=0), DEVICE, key)
    command = Command(made)
    assert (command.expires_s, command.id) == (0, name) and name == str(command.counter)


def test_the_counter_is_the_time_and_always_goes_up(key, tmp_path, monkeypatch):
    now_ms = time.time_ns() // 1_000_000
    first = key.next_counter()
    assert 0 <= first - now_ms < 10_000
    monkeypatch.setattr(time, "time_ns", lambda: 5_000_000)  # the clock went back
    assert [key.next_counter() for _ in range(3)] == [first + 1, first + 2, first + 3]
    assert CommandKey(tmp_path / "key").next_counter() == first + 4
    (tmp_path / "key.counter").unlink()
    monkeypatch.undo()
    assert key.next_counter() >= first


def test_no_counter_is_given_out_twice(key):
    given = []
    takers = [
        threading.Thread(target=lambda: given.extend(key.next_counter() for _ in range(50)))
        for _ in range(4)
    ]
    for taker in takers:
        taker.start()
    for taker in takers:
        taker.join()
    assert len(set(given)) == 200


@pytest.mark.parametrize("text", ["x", "-5", "9" * 20, str(2**53), "1.5"])
def test_a_counter_that_is_none_is_told(key, tmp_path, text):
    (tmp_path / "key.counter").write_text(text)
    with pytest.raises(PrivateKeyError, match="holds no counter"):
        key.next_counter()


def test_what_no_device_could_take_is_not_sent(key):
    _, longest = payload(Order("config", body=b"x" * 700), DEVICE, key)
    room = 1024 - 4 - len(f"wattseal/v1/{DEVICE}/cmd")
    fits = b"x" * (700 + room - len(longest))
    assert len(payload(Order("config", body=fits), DEVICE, key)[1]) == room
    with pytest.raises(CommandFault, match="leave out 1 bytes"):
        payload(Order("config", body=fits + b"x"), DEVICE, key)
    for name in ('"', "\\", "é", "x" * 41, "\n"):
        with pytest.raises(CommandFault, match="the id is"):
            payload(Order("stop", id=name), DEVICE, key)
    with pytest.raises(CommandFault, match="no device id"):
        payload(Order("stop"), "w/#", key)


BAD = [
    (["--key", "nowhere"], "nowhere cannot be read (No such file or directory)"),
    (["--key", "README.md"], "README.md is no P-256 key in PEM without a password"),
    (["--broker", "nonsense"], "BROKER=nonsense names no port"),
    (["--broker", "mqtts://a:1"], "needs CA=file"),
    (["--device", "w+"], "DEVICE=w+ is no device id"),
    (["--broker", "mqtt://u:geheim@127.0.0.1:1"], "mqtt://127.0.0.1:1 does not serve us"),
]


@pytest.mark.parametrize(("options", "sentence"), BAD)
def test_bad_input_gets_one_sentence(tmp_path, options, sentence):
    private_key.new(tmp_path / "key")
    given = {"--key": tmp_path / "key", "--device": DEVICE, "--broker": "127.0.0.1:1"}
    given |= dict([options])
    pairs = [word for pair in given.items() for word in pair]
    done = tool("stop", "--connector", 1, *pairs)
    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr and done.stderr.startswith("command: ")
    assert len(done.stderr.splitlines()) == 1 and "geheim" not in done.stderr


def test_silence_is_told_as_such(tmp_path):
    private_key.new(tmp_path / "key")
    with mqtt_peers.embedded() as port:
        done = tool("stop", "--connector", 1, "--device", DEVICE, "--key", tmp_path / "key",
                    "--broker", f"127.0.0.1:{port}", "--wait", 1, "--json")  # fmt: skip
    assert done.returncode == 3 and "no answer within 1 s" in done.stderr
    assert json.loads(done.stdout)["result"] == "no answer"


def test_what_no_device_can_take_is_not_sent(tmp_path):
    private_key.new(tmp_path / "key")
    (tmp_path / "long.json").write_text(json.dumps({"text": "x" * 5000}))
    rest = ("--device", DEVICE, "--key", tmp_path / "key", "--broker", "127.0.0.1:1")
    for words, part in (
        (("tariff", tmp_path / "long.json"), "every reason: python -m tools.tariff lint"),
        (("tariff", tmp_path / "none.json"), "cannot be read"),
        (("correct", "--pg", 2, "--reason", "a|b"), "the reason is"),
        (("consent", "--connector", 1, "--session", "x", "--policy", 1), "--session is the id"),
        (("erase", "--session", "x"), "--session is the id"),
    ):
        done = tool(*words, *rest)
        assert (done.returncode, done.stdout) == (2, "") and part in done.stderr, done.stderr


def test_passwords_that_would_go_in_clear_are_told_of(tmp_path):
    private_key.new(tmp_path / "key")
    (tmp_path / "config.json").write_text('{"wifi":{"ssid":"depot","password":"geheim"}}')
    rest = ("--device", DEVICE, "--key", tmp_path / "key", "--wait", 1)
    for broker, count in (("localhost:1", 0), ("0.0.0.0:1", 1)):
        done = tool("config", tmp_path / "config.json", *rest, "--broker", broker)
        assert done.stderr.count("passwords go to mqtt://") == count, done.stderr
        assert "geheim" not in done.stderr
