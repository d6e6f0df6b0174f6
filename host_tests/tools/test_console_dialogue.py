"""The console's dialogue with a device on a pty: whole answers, no log line, no line too long."""

import os
import pty
import re
import subprocess
import sys
import threading
import time
import tty

import interpreters
import pytest
from host_tool import tool

from tools.console import dialogue

LOG = [
    "broker: OSError(113,)", "connector 1: session 1a2b begun, T3", "start 7 (power)",
    "connector 2, removed: session 1a2b ended, T9", "time: the clock was set by 12 ms",
]  # fmt: skip
ANSWERS = {
    b"status": ['{"fw": "0.1.0"}'],
    b"session": ["connector 1: meter good, active, 1.000 kWh", "sessions running 1 of 1"],
    b"nope": ["commands: say help"],
    b"faults all": ["network: offline", "fault CODE tells what it means"],
    b"unlock 1": ["challenge 1 000102030405060708090a0b0c0d0e0f"],
}


@pytest.fixture
def port():
    """Of a device that logs before it answers, by more than the pause between two lines."""
    device, line = pty.openpty()
    tty.setraw(line)
    heard = []

    def answer():
        rest = b""
        while not rest.endswith(b"\x04"):
            rest += os.read(device, 4096)
            *lines, rest = rest.split(b"\r")
            for asked in lines:
                heard.append(asked)
                os.write(device, "".join(f"{text}\r\n" for text in LOG).encode())
                time.sleep(dialogue._QUIET_S + 0.4)
                answers = ANSWERS.get(asked, ["level 1"])
                os.write(device, "".join(f"{text}\r\n" for text in answers).encode())

    thread = threading.Thread(target=answer)
    thread.start()
    named = type("Port", (str,), {"heard": heard})(os.ttyname(line))
    yield named
    os.write(line, b"\x04")
    thread.join()
    os.close(device)
    os.close(line)


def piped(port, text, *words):
    return subprocess.run(
        [sys.executable, "-m", "tools.console", "open", "--port", port, *words],
        cwd=interpreters.ROOT, input=text, text=True, capture_output=True, timeout=60,
    )  # fmt: skip


@pytest.mark.parametrize("line", [b"status", b"session", b"faults all"])
def test_a_line_of_the_log_is_no_answer(port, line):
    done = tool("console", "open", "--port", port, "-c", line.decode())
    assert (done.returncode, done.stdout.splitlines()) == (0, ANSWERS[line]), done.stderr
    assert done.stderr.splitlines() == [f"console: the device's log: {text}" for text in LOG]


def test_what_is_piped_in_is_asked_line_by_line(port):
    done = piped(port, "status\n\n  session \nnope")
    wanted = ANSWERS[b"status"] + ANSWERS[b"session"] + ANSWERS[b"nope"]
    assert (done.returncode, done.stdout.splitlines()) == (1, wanted), done.stderr
    assert port.heard == [b"status", b"session", b"nope"]
    assert piped(port, "status\n").returncode == 0


def test_a_key_answers_a_challenge_that_was_piped_for(port, tmp_path):
    key = tmp_path / "w0123456789abcde-level-1.key"
    key.write_text("00" * 32)
    done = piped(port, "unlock 1\n", "--key", key)
    assert done.stdout.splitlines() == [*ANSWERS[b"unlock 1"], "level 1"], done.stderr
    assert port.heard[1].startswith(b"answer ")


def test_with_a_key_one_line_is_no_unlock(port, tmp_path):
    key = tmp_path / "w0123456789abcde-level-1.key"
    key.write_text("00" * 32)
    done = tool("console", "open", "--port", port, "-c", "unlock 1", "--key", key)
    assert (done.returncode, done.stdout, port.heard) == (2, "", [])
    (line,) = done.stderr.splitlines()
    assert line.startswith("console: ") and line.endswith("; leave out `unlock`")
    done = tool("console", "open", "--port", port, "-c", "unlock 1")  # the answer is another's
    assert (done.returncode, done.stdout.splitlines()) == (0, ANSWERS[b"unlock 1"])


def test_nothing_piped_in_is_one_sentence(port):
    done = piped(port, "\n")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("console: standard input holds no line; ")


@pytest.mark.parametrize("how", ["-c", "piped"])
def test_a_line_that_the_device_drops_is_not_sent(port, how):
    line = "x" * (dialogue.LINE_BYTES + 1)
    done = (
        piped(port, line)
        if how == "piped"
        else tool("console", "open", "--port", port, "-c", line)
    )
    assert (done.returncode, done.stdout, port.heard) == (2, "", [])
    assert done.stderr == (
        "console: a line of 161 bytes is too long for a device, which takes 160; say less in one\n"
    )


def test_the_limit_is_the_firmwares():
    source = (interpreters.ROOT / "firmware/wattseal/hal/stdin_lines.py").read_text()
    assert re.findall(r"_LINE_BYTES = const\((\d+)\)", source) == [str(dialogue.LINE_BYTES)]


def test_unix_is_told_what_it_is():
    done = tool("console", "open", "--port", "unix")
    assert done.returncode == 2 and "make provision PORT=unix" in done.stderr
    assert "plug" not in done.stderr
