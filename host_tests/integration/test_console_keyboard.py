"""`make console` in a person's terminal: ends when asked to, and leaves it as it was found."""

import contextlib
import os
import pty
import subprocess
import sys
import termios
import time
import tty

import interpreters
import pexpect
import pytest
from from_a_terminal import from_a_terminal

OPEN = ["-m", "tools.console", "open", "--port"]
# A Ctrl-C that the kernel gives to a thread which does not wait for the keyboard.
ASIDE = """
import signal, sys, threading, time
def aside():
    while not sys.stdin.isatty() or "tools.console.keyboard" not in sys.modules:
        time.sleep(0.1)
    time.sleep(2)
    signal.pthread_kill(threading.get_ident(), signal.SIGINT)
threading.Thread(target=aside, daemon=True).start()
from tools.console.__main__ import app
app()
"""
ENVIRONMENT = dict(os.environ, PYTHONPATH=".", TERM="dumb", XDG_STATE_HOME="/dev/null")


@contextlib.contextmanager
def opened(*command):
    """(The program in its terminal, the device's end of the line.) Nobody answers there."""
    device, line = pty.openpty()
    tty.setraw(line)
    child = pexpect.spawn(
        sys.executable, [*(command or OPEN), os.ttyname(line)], cwd=str(interpreters.ROOT),
        timeout=20, encoding="utf-8", env=ENVIRONMENT, preexec_fn=from_a_terminal,
    )  # fmt: skip
    child.found = termios.tcgetattr(child.child_fd)
    child.expect("Ctrl-C leaves")
    child.expect("> ")
    os.close(line)
    try:
        yield child, device
    finally:
        child.close(force=True)
        with contextlib.suppress(OSError):
            os.close(device)


def ended(child):
    """Its exit status."""
    child.expect(pexpect.EOF)
    assert termios.tcgetattr(child.child_fd) == child.found
    child.close()
    return child.exitstatus


@pytest.mark.parametrize("typed", ["", "half a li", "x" * 200])
def test_ctrl_c_ends_it_at_any_moment_and_sends_nothing(typed):
    with opened() as (child, device):
        child.send(typed)
        child.sendintr()
        assert ended(child) == 0
        os.set_blocking(device, False)
        with contextlib.suppress(BlockingIOError, OSError):
            assert os.read(device, 100) == b""


def test_a_ctrl_c_that_reaches_another_thread_ends_it():
    with opened("-c", ASIDE, *OPEN[2:]) as (child, _):
        child.send("half a li")
        assert ended(child) == 0


@pytest.mark.parametrize("delay_s", [0, 0.002, 0.1])
def test_ctrl_c_after_a_line_leaves_the_terminal_as_it_was(delay_s):
    with opened() as (child, _):
        child.delaybeforesend = delay_s
        child.sendline("status")
        child.sendintr()
        assert ended(child) == 0


def test_ctrl_d_ends_it_after_what_was_said():
    with opened() as (child, device):
        child.sendline("status")
        assert os.read(device, 100) == b"status\r"
        child.expect("> ")
        child.sendeof()
        assert ended(child) == 0


def test_a_device_that_goes_ends_it_though_nobody_types():
    with opened() as (child, device):
        child.send("half a li")
        os.close(device)
        child.expect("is gone .*plug it in again")
        assert ended(child) == 2


def test_what_its_words_are_piped_into_sees_it_end_by_ctrl_c():
    """With its own words in a pipe, input() reads in another way."""
    device, line = pty.openpty()
    terminal, keys = pty.openpty()
    tty.setraw(line)
    process = subprocess.Popen(
        [sys.executable, *OPEN, os.ttyname(line)], cwd=interpreters.ROOT, env=ENVIRONMENT,
        stdin=keys, stdout=subprocess.PIPE, stderr=subprocess.PIPE, process_group=0,
        preexec_fn=from_a_terminal,
    )  # fmt: skip
    try:
        assert b"Ctrl-C leaves" in process.stderr.readline()
        assert process.stdout.read(2) == b"> "
        time.sleep(0.5)  # it reads: Python loses what comes between the prompt and that
        process.send_signal(2)
        assert process.wait(20) == 0
        assert b"Fatal" not in process.stderr.read()
    finally:
        process.kill()
        for end in (device, line, terminal, keys):
            os.close(end)


def test_a_line_that_is_too_long_is_told_and_the_console_goes_on():
    with opened() as (child, device):
        child.sendline("x" * 161)
        child.expect("161 bytes is too long for a device, which takes 160")
        child.sendline("status")
        assert os.read(device, 999) == b"status\r"
        child.expect("> ")
        child.sendeof()
        assert ended(child) == 0
