"""The firmware as a process on MicroPython's unix port, started again as a reset would; no policy.

Whoever starts it gives it a folder with config.json and device.key, a serial line and a world.
"""

import asyncio
import contextlib
import os
import shutil
import signal
import sys
import time
from pathlib import Path
from typing import BinaryIO

ROOT = Path(__file__).resolve().parents[1]
_PLACES = ("firmware", "boards/unix", "build/lib", "build/comb", "firmware/stock")
_CANNOT_START = 2  # the firmware's own word for "a person must put this right"
_SHORT_LIFE_S = 2
_SHORT_LIVES = 5  # so many in a row: starting it again helps no more
_PAUSE_S = 0.2


class FirmwareFault(Exception):
    """The firmware does not run; the argument is one sentence."""


class FirmwareProcess:
    """`keep` runs until cancelled; `kill` is a reset; `starts` counts."""

    def __init__(self, folder: Path, serial: str, world_port: int, log: Path) -> None:
        self._log = log
        self._process: asyncio.subprocess.Process | None = None
        self.starts = 0
        self._command = [*die_with_parent(), interpreter(), str(ROOT / "boards/unix/start.py")]
        self._environment = dict(
            os.environ, WATTSEAL_DIR=str(folder), WATTSEAL_SERIAL=serial,
            WATTSEAL_WORLD=f"127.0.0.1:{world_port}",
            MICROPYPATH=":".join([*(str(ROOT / place) for place in _PLACES), ".frozen"]),
        )  # fmt: skip

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    def kill(self) -> None:
        """kill -9, the nearest to a power cut that a process knows."""
        if self._process is not None and self.running:
            # Not by its send_signal, which takes a dead process's code from who waits for it.
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process.pid, signal.SIGKILL)

    async def keep(self) -> None:
        """Start it, and again whenever it ends. FirmwareFault when that is of no use."""
        short_lives = 0
        with open(self._log, "wb") as log:
            while short_lives < _SHORT_LIVES:
                started = time.monotonic()
                code = await self._run(log)
                if code == _CANNOT_START:
                    raise FirmwareFault(f"the firmware does not start: {self._last_words()}")
                killed = code < 0
                short = time.monotonic() - started < _SHORT_LIFE_S and not killed
                short_lives = short_lives + 1 if short else 0
                await asyncio.sleep(_PAUSE_S)
        raise FirmwareFault(
            f"the firmware ends again and again: {self._last_words()}; see {self._log}"
        )

    async def _run(self, log: BinaryIO) -> int:
        try:
            self._process = await asyncio.create_subprocess_exec(
                *self._command, env=self._environment, stdout=log, stderr=log,
                stdin=asyncio.subprocess.DEVNULL, process_group=0, umask=0o077,
            )  # fmt: skip
        except OSError as fault:
            raise FirmwareFault(f"MicroPython cannot be started: {fault}") from fault
        self.starts += 1
        try:
            return await self._process.wait()
        finally:
            self.kill()
            await self._process.wait()

    def _last_words(self) -> str:
        lines = self._log.read_text(errors="replace").strip().splitlines()
        return lines[-1].removeprefix("wattseal: ") if lines else "it said nothing"


def interpreter() -> str:
    """MICROPYTHON=path, else the one beside this Python. FirmwareFault when it is not there."""
    named = os.environ.get("WATTSEAL_MICROPYTHON")
    found = shutil.which(named or str(Path(sys.executable).with_name("micropython")))
    if found is None:
        raise FirmwareFault(
            f"MICROPYTHON={named} is no program; name a MicroPython of the unix port"
            if named
            else "the micropython of the virtual environment is gone; run: make clean, then again"
        )
    return found


def die_with_parent() -> list[str]:
    """Where the system can: a run that is killed must not leave its firmware behind."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "KILL"] if setpriv else []
