"""Says lines to a device's console over a serial port or a pty, and waits for the answer."""

import re
import time
from collections.abc import Callable

import serial

from tools import port_trouble

_BAUD = 115200
_LOOK_S = 0.1
_WAIT_S = 15.0  # the device may load what it needs first, and waits for its meters
_QUIET_S = 0.7  # between the lines of one answer
_LONGEST = 4096
LINE_BYTES = 160  # as hal/stdin_lines.py has it: a device refuses a longer one
# What a device says unasked, as its log begins. Not `network:`, which `faults all` says as well.
_LOG = re.compile(
    r"(audit|broker|config|console|faults|key|privacy|retention|statistics|time|update|wattseal): "
    r"|connector \d+(, removed)?: (session |start refused: |charged free, |the end record waits "
    r"|what it left open )|start \d+ \("
)


class DialogueFault(Exception):
    """One sentence."""


class LineFault(DialogueFault):
    """A line that the device would not take; nothing was sent."""


class Dialogue:
    """`port`: a device's path. DialogueFault when it cannot be used."""

    def __init__(self, port: str) -> None:
        self._port = port
        self._rest = b""
        try:
            self._serial = serial.Serial(  # alone: two readers would share out the answers
                port, _BAUD, timeout=_LOOK_S, write_timeout=_WAIT_S, exclusive=True
            )
        except (OSError, ValueError) as fault:
            raise DialogueFault(port_trouble.told(port)) from fault

    def close(self) -> None:
        self._serial.close()

    def ask(self, line: str, *answers: str) -> str:
        """Say a line; returns the next one that begins as an answer does. What else is said there,
        by the firmware or a local controller, is passed over. DialogueFault."""
        self.say(line)
        until = time.monotonic() + _WAIT_S
        while time.monotonic() < until:
            for told in self.lines():
                if told.startswith(answers):
                    return told
        raise self._silent()

    def ask_all(self, line: str, aside: Callable[[str], None]) -> list[str]:
        """Say a line; returns all that is said from then on until it is quiet, but `aside` gets
        what a device's log says meanwhile. DialogueFault."""
        self.say(line)
        told: list[str] = []
        until = time.monotonic() + _WAIT_S
        while time.monotonic() < until:
            came = []
            for text in self.lines():
                if _LOG.match(text):
                    aside(text)
                elif text:
                    came.append(text)
            if came:
                told += came
                until = time.monotonic() + _QUIET_S
        if not told:
            raise self._silent()
        return told

    def say(self, line: str) -> None:
        """DialogueFault; LineFault for one that is too long."""
        raw = line.encode(errors="surrogateescape")
        if len(raw) > LINE_BYTES:
            raise LineFault(
                f"a line of {len(raw)} bytes is too long for a device, which takes {LINE_BYTES}; "
                "say less in one"
            )
        try:
            self._serial.write(raw + b"\r")
        except OSError as fault:
            raise self._gone(fault) from fault

    def lines(self) -> list[str]:
        """What came since, whole lines; waits a tenth of a second at most. DialogueFault."""
        try:
            came = self._serial.read(max(1, self._serial.in_waiting))
        except (OSError, TypeError) as fault:  # the second: closed meanwhile, says pyserial
            raise self._gone(fault) from fault
        *lines, rest = (self._rest + came).replace(b"\r", b"\n").split(b"\n")
        self._rest = rest[-_LONGEST:]
        return [line.decode(errors="replace").strip() for line in lines]

    def _gone(self, fault: Exception) -> DialogueFault:
        return DialogueFault(f"{self._port} is gone ({_why(fault)}); plug it in again")

    def _silent(self) -> DialogueFault:
        return DialogueFault(
            f"{self._port} gives no answer in {_WAIT_S:.0f} s; does the firmware run there?"
        )


def _why(fault: Exception) -> str:
    return getattr(fault, "strerror", None) or str(fault)
