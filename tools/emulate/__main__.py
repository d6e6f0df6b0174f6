"""`make emulate`: an image meters real sessions on an emulated RP2040; the command alone.

Exit code 0 when every session was closed once, delivered and verified, 1 when not, 2 with one
sentence when something is missing.
"""

import json
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from tools import sessions
from tools.emulate import scene
from tools.emulate.run import play
from tools.emulate.summary import summary
from tools.emulator.flash_image import FlashFault, files_below
from tools.emulator.install import EmulatorFault
from tools.run import BUILD_DATE
from tools.run_view import summary_table
from tools.sim_meter import MODELS

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build/emulate"
IMAGES = ROOT / "build/RPI_PICO"
_MAX_S = 300.0


def main(
    uf2: Annotated[Path, typer.Option(help="the firmware")] = IMAGES / "firmware.uf2",
    files: Annotated[
        Path | None, typer.Option(help="staged tree that becomes the files of a stock image")
    ] = None,
    count: Annotated[int, typer.Option(min=1, max=20)] = 20,
    cuts: Annotated[int, typer.Option(min=0, max=15, help="power cuts")] = 10,
    meter: str = "sdm630",
    out: Path = BUILD,
) -> None:
    """Meter real sessions on an emulated RP2040, with power cuts inside flash operations."""
    console = Console()
    try:
        if meter not in MODELS:
            raise EmulatorFault(f"METER={meter} is not known; known: {', '.join(sorted(MODELS))}")
        plan = sessions.load(sessions.DEFAULT, count, BUILD_DATE)
        tree = files_below(files) if files else {}
        built = scene.build(plan, meter, uf2.read_bytes(), tree, cuts, _MAX_S)
        with console.status("emulating; a simulated second takes about half a second"):
            rows = summary(built, play(built, out.resolve() / "board", out))
        (out / "summary.json").write_text(json.dumps(rows, indent=1) + "\n")
    except FileNotFoundError:
        _end(f"{uf2} is missing; build it with: make firmware BOARD=RPI_PICO")
    except (EmulatorFault, FlashFault, sessions.SessionsError, OSError) as fault:
        _end(str(fault))
    console.print("our files on a stock image" if files else "the frozen image", style="bold")
    console.print(summary_table(rows))
    print(f"records: {out}/records.jsonl, what happened when: {out}/board/events.jsonl")
    sys.exit(0 if rows["ok"] else 1)


def _end(sentence: str) -> NoReturn:
    print(f"emulate: {sentence}", file=sys.stderr)
    sys.exit(2)


if __name__ == "__main__":
    typer.run(main)
