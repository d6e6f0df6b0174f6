"""The unix port as a device on a pty: waits for commands, or runs the firmware; asks nothing."""

import os
import pty
import subprocess
import tty
from pathlib import Path

from tools.firmware_process import die_with_parent, interpreter
from tools.provision.device import ProvisionFault

ROOT = Path(__file__).resolve().parents[2]
_LOG = "firmware.log"
_PLACES = ("firmware", "boards/unix", "build/lib", "build/comb")


class UnixPort:
    """`port`: the cable's end, the same for both. `folder`: the device's data."""

    def __init__(self, folder: Path, line: str, world_port: int) -> None:
        _make_private(folder)
        self._master, self._slave = pty.openpty()
        tty.setraw(self._slave)
        self.port = os.ttyname(self._slave)
        self._process: subprocess.Popen | None = None
        self._log = folder / _LOG
        places = [*(str(ROOT / place) for place in _PLACES), ".frozen"]
        self._environment = dict(
            os.environ, WATTSEAL_DIR=str(folder.resolve()), WATTSEAL_SERIAL=line,
            WATTSEAL_WORLD=f"127.0.0.1:{world_port}", WATTSEAL_CONSOLE="1",
            MICROPYPATH=":".join(places),
        )  # fmt: skip

    def __enter__(self) -> "UnixPort":
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()
        os.close(self._master)
        os.close(self._slave)

    def wait_for_commands(self) -> None:
        """As a board does that was stopped in its start."""
        self._start("-X", "heapsize=4M", "-i")

    def start_firmware(self) -> None:
        self._start("-X", "heapsize=4M", str(ROOT / "firmware/main.py"))

    def _start(self, *arguments: str) -> None:
        self._stop()
        with open(self._log, "ab") as log:
            self._process = subprocess.Popen(
                [*die_with_parent(), interpreter(), *arguments], env=self._environment,
                stdin=self._master, stdout=self._master, stderr=log, process_group=0, umask=0o077,
            )  # fmt: skip

    def _stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


def _make_private(folder: Path) -> None:
    """Its key and passwords are its owner's alone, also of a device that is there already. A
    folder that was made for something else keeps its mode, and what the device writes has its own.
    ProvisionFault."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if (folder / "device.key").exists():
            folder.chmod(0o700)
        (folder / _LOG).touch()
    except OSError as fault:
        why = "it is no folder" if folder.is_file() else fault.strerror
        raise ProvisionFault(f"{folder} cannot be written ({why}); name another --data") from fault
