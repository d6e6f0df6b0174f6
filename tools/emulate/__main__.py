"""`make emulate`: an image meters real sessions on an emulated RP2040; the command alone.

Exit code 0 when every figure of the table kept its limit, 1 when one did not (a sentence each),
2 with one sentence when something is missing.
"""

import json
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from tools import ending, sessions
from tools.bills import tariffs
from tools.bills.tariffs import TariffFault
from tools.emulate import scene
from tools.emulate.run import play
from tools.emulate.scene_key import SceneKey
from tools.emulate.summary import faults, flat, groups
from tools.emulate.table import table
from tools.emulator.flash_image import FlashFault, files_below
from tools.emulator.install import EmulatorFault
from tools.run import BUILD_DATE
from tools.sim_meter import MODELS

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build/emulate"
IMAGES = ROOT / "build/RPI_PICO"
TARIFF = Path(__file__).with_name("tariff.json")


def main(
    uf2: Annotated[Path, typer.Option(help="the firmware")] = IMAGES / "firmware.uf2",
    files: Annotated[
        Path | None, typer.Option(help="staged tree that becomes the files of a stock image")
    ] = None,
    count: Annotated[int, typer.Option(min=1, max=20, help="sessions")] = 20,
    cuts: Annotated[
        int | None, typer.Option(min=0, max=15, help="power cuts; half the sessions by default")
    ] = None,
    meter: str = "sdm630",
    tariff: Annotated[
        Path | None, typer.Option(help="price the sessions by it; four elements on our image")
    ] = None,
    out: Path = BUILD,
) -> None:
    """Meter real sessions on an emulated RP2040, with power cuts inside flash operations."""
    console = Console()
    try:
        if meter not in MODELS:
            raise EmulatorFault(f"METER={meter} is not known; known: {', '.join(sorted(MODELS))}")
        plan = sessions.load(sessions.DEFAULT, count, BUILD_DATE)
        tree = files_below(files) if files else {}
        key = None if tree else SceneKey()  # our image alone has the room to spare for commands
        built = scene.build(
            plan, meter, uf2.read_bytes(), tree, count // 2 if cuts is None else cuts,
            command_key=key.public if key else "", back_end=_back_end(tree),
            tariff=_tariff(tariff or (None if tree else TARIFF)),
        )  # fmt: skip
        with console.status("emulating; a simulated second takes about one on the wall"):
            found = groups(built, play(built, out.resolve() / "board", out, key))
        (out / "summary.json").write_text(json.dumps(flat(found), indent=1) + "\n")
    except FileNotFoundError:
        _end(f"{uf2} is missing; build it with: make firmware BOARD=RPI_PICO")
    except (EmulatorFault, FlashFault, sessions.SessionsError, TariffFault, OSError) as fault:
        _end(str(fault))
    console.print(table("Our files on a stock image" if files else "The frozen image", found))
    print(f"records: {out}/records.jsonl, what happened when: {out}/board/events.jsonl")
    for sentence in faults(found):
        print(f"emulate: {sentence}", file=sys.stderr)
    sys.exit(1 if faults(found) else 0)


def _back_end(tree: dict[str, bytes]) -> SceneKey | None:
    """Our image alone has the room to spare for sealing."""
    return None if tree else SceneKey("a back end for scenes alone")


def _tariff(path: Path | None) -> bytes:
    """What the device gets as it is. TariffFault when it would refuse it."""
    if path is None:
        return b""
    tariffs.load(path)
    return path.read_bytes()


def _end(sentence: str) -> NoReturn:
    print(f"emulate: {sentence}", file=sys.stderr)
    sys.exit(2)


if __name__ == "__main__":
    ending.run_one(main, "emulate")
