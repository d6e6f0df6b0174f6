"""Boots the frozen image on the emulated board and collects its figures; judges nothing yet.

Simulated time, the same in every run but for random numbers; within a quarter of hardware's.
"""

import tempfile
from pathlib import Path

from tools.bench_figures import BenchFault, Figure, Outcome
from tools.emulator import raw_repl
from tools.emulator.flash_image import flash_image
from tools.emulator.install import EmulatorFault, missing
from tools.emulator.rig import Rig

UF2 = Path(__file__).resolve().parents[2] / "build/RPI_PICO/firmware.uf2"
_MAX_S = 120


def run() -> Outcome:
    """Figures "board.*"; none where there is no image or no emulator, and it says so."""
    lacking = missing()
    if lacking or not UF2.exists():
        print(f"bench: no figures of the board: {lacking or 'run: make firmware BOARD=RPI_PICO'}")
        return Outcome()
    source = Path(__file__).with_name("device.py").read_text()
    scenario = {
        "max_s": _MAX_S, "console": raw_repl.steps(source), "until": raw_repl.DONE,
        "uart1": {"peer": None},
    }  # fmt: skip
    try:
        with tempfile.TemporaryDirectory() as folder:
            outcome = Rig(Path(folder), flash_image(UF2.read_bytes(), {})).run(scenario)
        printed = raw_repl.printed(outcome.console)
    except (EmulatorFault, raw_repl.ScriptFault) as fault:
        raise BenchFault(f"the board did not finish its bench: {fault}") from fault
    rows = [line.split() for line in printed.splitlines()]
    return Outcome(
        {"board." + name: Figure(int(value) / 1000, "simulated ms") for name, value in rows}
    )
