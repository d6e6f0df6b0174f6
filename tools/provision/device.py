"""A device that waits for commands, over mpremote's raw REPL; knows no question and no answer."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass

from mpremote.transport import TransportError, TransportExecError
from mpremote.transport_serial import SerialTransport
from serial.tools import list_ports

from tools import deploy
from tools.provision import on_device

_SILENCE_S = 60  # the slowest step: an RP2040's key, from bytecode
_SPKI = bytes.fromhex("3059301306072A8648CE3D020106082A8648CE3D03010703420004")


class ProvisionFault(Exception):
    """The device is not commissioned; one sentence: what is wrong, where, and what to do."""


@dataclass(frozen=True)
class DeviceKey:
    """`levels`: the keys of the console's levels 1 to 3, in hex; never to be shown."""

    device: str
    spki: str
    levels: tuple[str, ...]

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the SubjectPublicKeyInfo, hex."""
        return hashlib.sha256(bytes.fromhex(self.spki)).hexdigest()


class Device:
    """`port`: a path. ProvisionFault from whatever is asked of it."""

    def __init__(self, port: str, resume: bool) -> None:
        self._port, self._resume = port, resume
        try:
            self.transport: SerialTransport = deploy.connect(port, resume)
        except deploy.DeployFault as fault:
            raise ProvisionFault(str(fault)) from fault

    def close(self) -> None:
        self.transport.serial.close()

    def restart(self) -> None:
        """Into the firmware; a unix port's process is started by whoever owns it."""
        try:
            if not self._resume:
                deploy.leave(self.transport, False)
        except (TransportError, OSError) as fault:
            raise ProvisionFault(f"{self._port} is gone; plug it in and run this again") from fault
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

        try:
            _, error = self.transport.exec_raw(source, _SILENCE_S, data_consumer=follow)
        except (TransportError, TransportExecError, OSError) as fault:
            raise ProvisionFault(
                f"{self._port} gives no answer; press the board's reset and run this again"
            ) from fault
        if error:
            why = error.decode(errors="replace").strip().splitlines()[-1]
            raise ProvisionFault(f"a step failed on {self._port} ({why}); put the firmware there")
        told = json.loads(last)
        if "fault" in told:
            raise ProvisionFault(told["fault"])
        return told

    def put(self, name: str, data: bytes) -> None:
        """A file of the data folder, renamed when whole."""
        for piece in on_device.put(name, data):
            self.run(piece)

    def key(self) -> DeviceKey:
        told = self.run(on_device.SHOW_KEY)
        spki = (_SPKI + bytes.fromhex(told["public"])).hex().upper()
        return DeviceKey(told["device"], spki, tuple(told["levels"]))


def candidates() -> list[tuple[str, str]]:
    """(path, what it is) of the USB serial ports of this machine."""
    ports = sorted(list_ports.comports(), key=lambda port: port.device)
    return [(port.device, port.description) for port in ports if port.vid is not None]
