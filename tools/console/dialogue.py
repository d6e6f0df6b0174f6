"""Says lines to a device's console over a serial port or a pty, and waits for the answer."""

import time

import serial

_BAUD = 115200
_LOOK_S = 0.1
_WAIT_S = 15.0  # the device may load what it needs first, and waits for its meters
_LONGEST = 4096


class DialogueFault(Exception):
    """One sentence."""


class Dialogue:
    """`port`: a device's path. DialogueFault when it cannot be used."""

    def __init__(self, port: str) -> None:
        self._port = port
        self._rest = b""
        try:
            self._serial = serial.Serial(port, _BAUD, timeout=_LOOK_S, write_timeout=_WAIT_S)
        except (OSError, ValueError) as fault:
            raise DialogueFault(
                f"{port} cannot be opened ({_why(fault)}); --port /dev/ttyACM0 is a usual one"
            ) from fault

    def close(self) -> None:
        self._serial.close()

    def ask(self, line: str, *answers: str) -> str:
        """Say a line; returns the next one that begins as an answer does. What else is said there,
        by the firmware or a local controller, is passed over. DialogueFault."""
        try:
            self._serial.write(line.encode() + b"\r")
            until = time.monotonic() + _WAIT_S
            while time.monotonic() < until:
                for told in self._lines():
                    if told.startswith(answers):
                        return told
        except OSError as fault:
            raise DialogueFault(
                f"{self._port} is gone ({_why(fault)}); plug it in again"
            ) from fault
        raise DialogueFault(
            f"{self._port} gives no answer in {_WAIT_S:.0f} s; does the firmware run there?"
        )

    def _lines(self) -> list[str]:
        came = self._serial.read(max(1, self._serial.in_waiting))
        *lines, rest = (self._rest + came).replace(b"\r", b"\n").split(b"\n")
        self._rest = rest[-_LONGEST:]
        return [line.decode(errors="replace").strip() for line in lines]


def _why(fault: Exception) -> str:
    return getattr(fault, "strerror", None) or str(fault)
