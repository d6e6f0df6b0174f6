"""A short undisturbed run on the emulated board, for `make bench`: boot, CPU; judges nothing."""

import tempfile
from pathlib import Path

from tools import sessions
from tools.emulate import cpu, scene
from tools.emulate.board_rows import first_readings_s
from tools.emulate.lives import lives
from tools.emulate.run import play
from tools.emulator.install import EmulatorFault
from tools.run import BUILD_DATE

_CAR_S = 10.0  # until then it idles, the last seconds undisturbed
_MAX_S = 19.0


def board_figures(uf2: bytes, files: dict[str, bytes] | None = None) -> dict[str, float]:
    """Of the frozen image, or with `files` of the staged tree on a stock one. EmulatorFault.

    Two meters, one session, no power cut, no question on the console. Keys, of both images:
    boot_to_first_reading_frozen_ms or _files_ms (from power-on to the end of the first answer
    that holds the energy), cpu_share_metering_percent or _files_percent (a contactor is closed),
    cpu_share_idle_percent or _files_percent.
    """
    plan = sessions.load(sessions.DEFAULT, 1, BUILD_DATE)
    built = scene.build(plan, "sdm630", uf2, files or {}, 0, quiet=True)
    built.scenario["max_s"] = _MAX_S
    for bay in built.cars.bays.values():
        bay.next_s = _CAR_S
    with tempfile.TemporaryDirectory() as folder:
        outcome = play(built, Path(folder) / "board", Path(folder)).outcome
    found = lives(outcome.events, outcome.report["simulated_s"])
    share = cpu.steady(found, outcome.events, built.first_unit)
    which, of = ("files", "_files") if files else ("frozen", "")
    firsts = first_readings_s(built, found)
    if not firsts or share.charging is None or share.idle is None:
        raise EmulatorFault("the board did not come to meter steadily; see: make emulate COUNT=1")
    return {
        f"boot_to_first_reading_{which}_ms": round(1000 * firsts[0], 1),
        f"cpu_share_metering{of}_percent": round(100 * share.charging, 1),
        f"cpu_share_idle{of}_percent": round(100 * share.idle, 1),
    }
