"""Runs scenarios on the emulated board and returns what happened; judges nothing.

A Rig is one board: its flash stays from one run to the next, like the real one's in a drawer.
"""

import json
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tools.emulator import install
from tools.emulator.driver import Driver, serve
from tools.emulator.install import EmulatorFault

_MAIN = Path(__file__).with_name("main.mjs")


@dataclass(frozen=True)
class Outcome:
    """`report`: the figures of report.mjs. `events`: one dict for each, in order of time."""

    report: dict
    events: list[dict]

    def of(self, event: str) -> list[dict]:
        """Of one kind: console, boot, contactor, output, modbus, flash, power cut or watchdog."""
        return [e for e in self.events if e["event"] == event]

    @property
    def console(self) -> str:
        return "\n".join(e["text"] for e in self.of("console"))


class Rig:
    """`folder` holds the board's flash and the files of the last run."""

    def __init__(self, folder: Path, flash: bytes | None = None) -> None:
        self.folder = folder
        self._flash = folder / "flash.bin"
        folder.mkdir(parents=True, exist_ok=True)
        if flash is not None:
            self._flash.write_bytes(flash)

    @property
    def flash(self) -> bytes:
        return self._flash.read_bytes()

    def run(
        self, scenario: dict, driver: Driver | None = None, wall_limit_s: float = 1800
    ) -> Outcome:
        """Emulate until the scenario ends; keys as in scenario.mjs. EmulatorFault."""
        lacking = install.missing()
        if lacking:
            raise EmulatorFault(lacking)
        full = {**scenario, "boot_rom": str(install.BOOT_ROM), "flash": str(self._flash)}
        if driver is not None:
            full["driver"] = driver.wishes()
        path = self.folder / "scenario.json"
        path.write_text(json.dumps(full, indent=1))
        self._emulate([install.find_node().path, str(_MAIN), str(path), str(self.folder)],
                      driver, wall_limit_s)  # fmt: skip
        events = (self.folder / "events.jsonl").read_text().splitlines()
        report = json.loads((self.folder / "report.json").read_text())
        return Outcome(report, [json.loads(line) for line in events])

    def _emulate(self, command: list[str], driver: Driver | None, wall_limit_s: float) -> None:
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, errors="replace",
        )  # fmt: skip
        listener = threading.Thread(target=self._listen, args=(process.stderr,))
        listener.start()
        limit = threading.Timer(wall_limit_s, process.kill)
        limit.start()
        try:
            assert process.stdin and process.stdout
            serve(driver or Driver(), process.stdout, process.stdin)
            code = process.wait()
        except BrokenPipeError:
            code = process.wait()
        finally:
            in_time = limit.is_alive()
            limit.cancel()
            process.kill()
            process.wait()
            listener.join()
        if not in_time:
            raise EmulatorFault(f"the emulator was not done after {wall_limit_s:g} s")
        if code:
            raise EmulatorFault(self._said.removeprefix("emulator: "))

    def _listen(self, errors: IO[str]) -> None:
        """Pass on what the emulator says (an echoed console), and keep its last line."""
        self._said = "it said nothing"
        for line in errors:
            self._said = line.strip()
            if self._said.startswith("["):
                print(self._said, file=sys.stderr, flush=True)
