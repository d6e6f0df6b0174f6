"""The console of the shipped firmware on a pty: a tool unlocks it, nothing else gets past it."""

import contextlib
import json
import os
import time

import console_on_pty
import pytest
import serial
from host_tool import tool

from tools.console.dialogue import Dialogue

CARD = "04C0FFEE42CA7E"
WORDS = (
    "audit, fault, faults, help, journal, live, log, meter, mqtt, selftest, session, show, time"
)


@pytest.fixture(scope="module")
def device(tmp_path_factory):
    """(the console's port, the device's id, the folder of its level keys)"""
    folder = tmp_path_factory.mktemp("device")
    name = console_on_pty.provision(folder)
    made = tool("console", "keys", folder / "device.key", "--out", folder / "levels")
    assert made.returncode == 0, made.stderr
    with console_on_pty.running(folder) as port:
        yield port, name, folder / "levels"


@contextlib.contextmanager
def dialogue(port):
    talk = Dialogue(port)
    try:
        yield talk
    finally:
        talk.close()


def ask(port, line, *answers):
    with dialogue(port) as talk:
        return talk.ask(line, *answers)


def unlock(device, level, key_of=None, *words):
    port, name, levels = device
    key = levels / f"{name}-level-{key_of or level}.key"
    return tool("console", "unlock", "--port", port, "--level", level, "--key", key, *words)


def test_the_tool_unlocks_each_level_and_no_more(device):
    port = device[0]
    assert ask(port, "live", "refused", "connector") == "refused: it needs level 1"
    for level, known in (
        (1, WORDS),
        (2, WORDS + ", time and seconds"),
        (
            3,
            WORDS.replace("fault,", "erase, fault,", 1).replace("selftest", "report, selftest")
            + ", time and seconds",
        ),
    ):
        done = unlock(device, level)
        told = f"level {level}, until ten minutes without a line that needs one"
        assert (done.returncode, done.stdout.strip()) == (0, told), done.stderr
        assert ask(port, "unlock", "level ") == f"level {level}; commands: {known}"
        assert ask(port, "lock", "level ") == "level 0"


def test_what_is_asked_is_told(device):
    port = device[0]
    told = ask(port, "show", "fw ")
    assert "clock " in told and "; connector 1: meter " in told and told.endswith("idle")
    assert json.loads(unlock(device, 2, None, "--json").stdout)["unlocked"] is True
    assert ask(port, "live", "connector", "refused") == "connector 1: meter not read"
    assert ask(port, "selftest", "key", "refused").startswith(
        "key good; flash good; meters read 0 of 1"
    )
    assert ask(port, "time 1", "refused").startswith("refused: this time cannot be")
    assert ask(port, "time x", "refused") == "refused: say time and UTC in seconds since 1970"
    ask(port, "lock", "level 0")


def test_faults_are_told_to_whoever_asks(device):
    port = device[0]
    for _ in range(20):  # nobody plays a meter here, nor a broker; it takes three samples
        told = ask(port, "faults", "faults ", "no faults", "refused")
        if told.endswith(", the worst unread"):
            break
        time.sleep(1)
    assert told.endswith(", the worst unread"), told
    assert ask(port, "faults", "offline", "refused").startswith("offline - a person is needed")
    told = ask(port, "fault bus_wrong_header", "bus_wrong_header", "refused")
    assert told == "bus_wrong_header - only counted"
    assert ask(port, "fault x", "fault", "refused").startswith("refused: there is no such code")
    assert ask(port, "faults all", "device:").startswith("device: refused ")


def test_a_wrong_key_is_refused_and_five_lock_it(device, tmp_path):
    port, name, _ = device
    wrong = tmp_path / f"{name}-level-2.key"
    wrong.write_text("00" * 32)
    words = ("console", "unlock", "--port", port, "--level", 2, "--key", wrong)
    for _ in range(5):
        done = tool(*words)
        assert (done.returncode, done.stdout.strip()) == (1, "refused: wrong answer"), done.stderr
    done = unlock(device, 2)
    assert done.returncode == 1 and done.stdout.startswith("refused: locked out for ")
    assert json.loads(unlock(device, 1, None, "--json").stdout)["unlocked"] is False


def test_no_byte_reaches_a_prompt(device):
    with dialogue(device[0]) as talk:
        for line in ("\x03", "\x03\x03", "\x01", "\x02", "\x04", "\x05A\x01", "print(6 * 7)\x04"):
            told = talk.ask(line, ">>>", "raw REPL", "42", "refused", "commands")
            assert told.split(":")[0] in ("refused", "commands"), told
        assert talk.ask("print(6 * 7)", "42", "commands").startswith("commands: ")


def test_no_card_is_repeated(device):
    lines = (
        f"present 1 ISO14443 VERIFIED {CARD}", f"present 1 {CARD}", "status", "help", CARD,
        f"unlock {CARD}", f"unlock 1 {CARD}", f"answer {CARD}", f"{CARD} 1", "show",
    )  # fmt: skip
    said = b""
    with serial.Serial(device[0], timeout=20) as port:
        port.reset_input_buffer()
        for line in lines:
            port.write(line.encode() + b"\r")
        while not (said.count(b"fw ") and said.endswith(b"\n")):
            came = port.readline()
            assert came, said
            said += came
    assert said.count(b"\n") >= len(lines) and b"presented" in said
    assert CARD.encode() not in said


def test_the_next_life_is_locked_out_as_well(tmp_path):
    console_on_pty.provision(tmp_path)
    with console_on_pty.running(tmp_path) as port:
        for _ in range(5):
            assert ask(port, "unlock 1", "challenge", "refused").startswith("challenge 1 ")
            assert ask(port, "answer " + "0" * 32, "refused") == "refused: wrong answer"
    with console_on_pty.running(tmp_path) as port:
        assert ask(port, "unlock 1", "challenge", "refused").startswith("refused: locked out for ")
    assert sorted(os.listdir(tmp_path))[-2:] == ["unlocks.0", "unlocks.1"]
