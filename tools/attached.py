"""A MicroPython device at a port, over mpremote: taken, let go, given up; puts nothing there."""

import contextlib
import io
import struct

from mpremote.transport import TransportError, TransportExecError
from mpremote.transport_serial import SerialTransport

from tools import device_side, port_trouble

SILENCE_S = 10
# What mpremote and pyserial raise when a device goes quiet, is unplugged, or says something else.
LOST = (TransportError, OSError, struct.error, ValueError)
_DRAIN_S = 3


class AttachedFault(Exception):
    """The device cannot be used; the argument is one sentence."""


class NoMicroPython(AttachedFault):
    """Something is there, and it is not MicroPython's prompt."""


def connect(port: str, resume: bool, silence_s: int = SILENCE_S) -> SerialTransport:
    """A device that waits for commands. Without `resume` it is restarted first, into nothing."""
    try:
        device = SerialTransport(port, timeout=silence_s)
    except (TransportError, OSError, ValueError) as fault:
        raise AttachedFault(port_trouble.told(port)) from fault
    try:
        with muted():
            device.enter_raw_repl(soft_reset=not resume, timeout_overall=silence_s)
            if not resume:
                device.exec(device_side.FEED_WATCHDOG)
    except LOST as fault:
        _close(device)
        raise NoMicroPython(
            f"the device at {port} does not answer as MicroPython; press its reset and try again"
            " (a production image never does: flash a development image over USB first)"
        ) from fault
    except KeyboardInterrupt:  # it was stopped, and is to go on
        give_up(device, resume)
        raise
    return device


def leave(device: SerialTransport, resume: bool) -> None:
    """Let the device start its new firmware, or go on as it was. Any of LOST."""
    if resume:
        device.exit_raw_repl()
    else:
        device.exec_raw_no_follow(device_side.RESET)
    device.serial.close()


def give_up(device: SerialTransport, resume: bool) -> None:
    """The same after a fault or Ctrl-C in the middle of a step, for a board that is left at its
    prompt meters nothing; does what can be done, and nothing twice."""
    if not getattr(device.serial, "is_open", True):
        return
    with contextlib.suppress(*LOST), muted():
        waiting(device)
        leave(device, resume)
    _close(device)


def waiting(device: SerialTransport) -> None:
    """Stop what runs there; it waits for commands again. Any of LOST."""
    device.serial.write(b"\r\x03\x03")
    device.enter_raw_repl(soft_reset=False, timeout_overall=_DRAIN_S)


def reason(fault: BaseException) -> str:
    """The last line of what the device said, or of the fault itself."""
    text = fault.error_output if isinstance(fault, TransportExecError) else str(fault)
    return (text.strip().splitlines() or ["no answer"])[-1]


def muted() -> contextlib.redirect_stdout:
    """mpremote prints what it could not read."""
    return contextlib.redirect_stdout(io.StringIO())


def _close(device: SerialTransport) -> None:
    with contextlib.suppress(*LOST):
        device.serial.close()
