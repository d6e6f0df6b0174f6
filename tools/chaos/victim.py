"""The device as a process that is killed and started again; keeps what it said. No policy."""

import asyncio
import os
import signal
from pathlib import Path

from tools.chaos.signed import RECORD_BYTES, Signed
from tools.firmware_process import FirmwareFault, die_with_parent, interpreter

ROOT = Path(__file__).resolve().parents[2]
_PROGRAM = ROOT / "tools/chaos/device.py"
_PLACES = ("firmware", "build/lib", "build/comb")


class Victim:
    """`appended`: the numbers that it said were in its journal; `drained`: nothing waits there."""

    def __init__(self, folder: Path, port: int, signed: Signed, ack: str) -> None:
        folder.mkdir()
        (folder / "records").write_bytes(signed.file())
        (folder / "spki").write_text(signed.spki)
        self.appended: list[int] = []
        self.drained = False
        self.words = ""  # what it said that is no word of ours
        self._stop = folder / "stop"
        self._command = [
            *die_with_parent(), interpreter(), str(_PROGRAM), str(folder), "127.0.0.1",
            str(port), signed.device, ack, str(RECORD_BYTES),
        ]  # fmt: skip
        places = [*(str(ROOT / place) for place in _PLACES), ".frozen"]
        self._environment = dict(os.environ, MICROPYPATH=":".join(places))
        self._process: asyncio.subprocess.Process | None = None
        self._listening: asyncio.Task | None = None

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            *self._command, env=self._environment, stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        self._listening = asyncio.create_task(self._listen(self._process))

    async def kill(self) -> None:
        """As a power cut does; what it had said until then is heard."""
        if self._process is not None and self._listening is not None:
            if self._process.returncode is None:
                self._process.send_signal(signal.SIGKILL)
            await self._listening
            await self._process.wait()

    def check(self) -> None:
        """FirmwareFault when it has ended by itself, and has records left."""
        code = self._process.returncode if self._process else None
        if code not in (None, -signal.SIGKILL) and not self.drained:
            last = self.words.strip().splitlines()[-1:] or ["it said nothing"]
            raise FirmwareFault(f"the device ended by itself ({code}): {last[0]}")

    def make_no_more(self) -> None:
        self._stop.touch()

    async def _listen(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            if not line.endswith(b"\n"):
                return  # killed in the middle of it
            word, _, number = line.decode(errors="replace").strip().partition(" ")
            if word == "A" and number.isdecimal():
                self.appended.append(int(number))
            elif word == "D":
                self.drained = True
            else:
                self.words += line.decode(errors="replace")
