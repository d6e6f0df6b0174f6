"""`make console` in a person's terminal: ends when asked to, and leaves it as it was found."""

import contextlib
import os
import pty
import sys
import termios
import tty

import interpreters
import pexpect
import pytest


@contextlib.contextmanager
def opened():
    """(The program in its terminal, the device's end of the line.) Nobody answers there."""
    device, line = pty.openpty()
    tty.setraw(line)
    child = pexpect.spawn(
        sys.executable, ["-m", "tools.console", "open", "--port", os.ttyname(line)],
        cwd=str(interpreters.ROOT), timeout=20, encoding="utf-8",
        env=dict(os.environ, PYTHONPATH=".", TERM="dumb", XDG_STATE_HOME="/dev/null"),
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


def test_ctrl_d_ends_it_after_what_was_said():
    with opened() as (child, device):
        child.sendline("status")
        assert os.read(device, 100) == b"status\r"
        child.sendeof()
        assert ended(child) == 0


def test_a_device_that_goes_ends_it_though_nobody_types():
    with opened() as (child, device):
        child.send("half a li")
        os.close(device)
        child.expect("is gone .*plug it in again")
        assert ended(child) == 2
