"""A device that waits for commands, over mpremote's raw REPL; knows no question and no answer."""

import contextlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from mpremote.transport_serial import SerialTransport
from serial.tools import list_ports

from tools import attached, keys
from tools.provision import on_device

_SILENCE_S = 60  # the slowest step: an RP2040's key, from bytecode
_SPKI = bytes.fromhex("3059301306072A8648CE3D020106082A8648CE3D03010703420004")


class ProvisionFault(Exception):
    """The device is not commissioned; one sentence: what is wrong, where, and what to do."""


class NoPrompt(ProvisionFault):
    """Something is at the port, and it is not MicroPython."""


@dataclass(frozen=True)
class DeviceKey:
    """`levels`: the keys of the console's levels 1 to 3, in hex; never to be shown."""

    device: str
    spki: str
    levels: tuple[str, ...]

    @property
    def fingerprint(self) -> str:
        return keys.fingerprint(self.spki)


class Device:
    """`port`: a path. ProvisionFault from whatever is asked of it. As a context it is left running
    its firmware, however that ends."""

    def __init__(self, port: str, resume: bool, silence_s: int = attached.SILENCE_S) -> None:
        self._port, self._resume = port, resume
        try:
            self.transport: SerialTransport = attached.connect(port, resume, silence_s)
        except attached.NoMicroPython as fault:
            raise NoPrompt(str(fault)) from fault
        except attached.AttachedFault as fault:
            raise ProvisionFault(str(fault)) from fault

    def __enter__(self) -> "Device":
        return self

    def __exit__(self, *_: object) -> None:
        attached.give_up(self.transport, self._resume)

    def close(self) -> None:
        self.transport.serial.close()

    def restart(self) -> None:
        """Into the firmware; a unix port's process is started by whoever owns it."""
        with self._answering(), attached.muted():
            if not self._resume:
                attached.leave(self.transport, False)
        self.close()

    def run(self, source: str, say: Callable[[str], None] = lambda _: None) -> dict:
        """The object that a piece of on_device prints at its end."""
        buffer, last = b"", b"{}"

        def follow(data: bytes) -> None:  # mpremote keeps nothing of what it hands on
            nonlocal buffer, last
            *lines, buffer = (buffer + data).split(b"\n")
            for line in lines:
                told = line.strip(b"\r\x04 ")
                if told.startswith(b'{"say"'):
                    say(json.loads(told)["say"])
                elif told.startswith(b"{"):
                    last = told

        with self._answering():
            with attached.muted():
                self.transport.exec_raw_no_follow(source)
            _, error = self.transport.follow(_SILENCE_S, data_consumer=follow)
        if error:
            raise ProvisionFault(_failed(self._port, error))
        with self._answering():
            told = json.loads(last)
        if "fault" in told:
            raise ProvisionFault(told["fault"])
        return told

    @contextlib.contextmanager
    def _answering(self) -> Iterator[None]:
        try:
            yield
        except attached.LOST as fault:
            raise ProvisionFault(
                f"{self._port} gives no answer ({attached.reason(fault)}); plug the board in "
                "anew, or press its reset, and run this again"
            ) from fault

    def put(self, name: str, data: bytes) -> None:
        """A file of the data folder, renamed when whole."""
        for piece in on_device.put(name, data):
            self.run(piece)

    def key(self) -> DeviceKey:
        told = self.run(on_device.SHOW_KEY)
        spki = (_SPKI + bytes.fromhex(told["public"])).hex().upper()
        return DeviceKey(told["device"], spki, tuple(told["levels"]))


def _failed(port: str, error: bytes) -> str:
    why = (error.decode(errors="replace").strip().splitlines() or ["no reason"])[-1]
    if why.startswith("ImportError"):
        return f"a step failed on {port} ({why}); the firmware there is none or another: deploy it"
    if why.startswith("MemoryError"):
        return f"a step failed on {port} ({why}): its heap is too small; take the frozen image"
    return f"a step failed on {port} ({why}); press the board's reset and run this again"


def candidates() -> list[tuple[str, str]]:
    """(path, what it is) of the USB serial ports of this machine."""
    ports = sorted(list_ports.comports(), key=lambda port: port.device)
    return [(port.device, port.description) for port in ports if port.vid is not None]
