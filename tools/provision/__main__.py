"""`make provision`: commissions a device, with a person or from a file of answers.

Exit code 0 when every check passed, 1 when not, 2 with one sentence when something that was given
is wrong or the device does not answer, 130 after Ctrl-C and Ctrl-D.
"""

import json
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.prompt import Prompt

from tools import ending
from tools.boards import BoardFault
from tools.firmware_process import FirmwareFault
from tools.manifest import ManifestFault
from tools.pin_facts import PinFault
from tools.provision import answers, flashing, out_folder, places
from tools.provision.device import ProvisionFault, candidates
from tools.provision.identity import UNIX
from tools.stage import StageFault

_STOPPED = 128 + signal.SIGINT
_FAULTS = (
    FirmwareFault,
    BoardFault,
    PinFault,
    StageFault,
    ManifestFault,
    OSError,
)  # one sentence, each


def main(
    port: Annotated[str, typer.Option(help="the board's serial port, or unix to try it")] = "",
    source: Annotated[Path | None, typer.Option("--from", help="a file of answers")] = None,
    example: Annotated[bool, typer.Option("--example", help="print such a file")] = False,
    out: Annotated[Path, typer.Option(help="folder of the report and level keys")] = Path(
        "build/provision"
    ),
    data: Annotated[Path, typer.Option(help="with unix: the device's folder")] = Path(
        "build/provision/unix"
    ),
    meter: Annotated[str, typer.Option(help="with unix: the simulated meter's model")] = "sdm630",
    as_json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """Commission a device."""
    if example:
        print(answers.example())
        return
    say = Console(stderr=as_json)
    try:
        told = _told(answers.Answers(source, say), port, out, (data, meter), say)
    except (ProvisionFault, *_FAULTS) as fault:
        print(f"provision: {fault}", file=sys.stderr)
        sys.exit(2)
    except (EOFError, KeyboardInterrupt) as end:
        sys.exit(_ended(end))
    if as_json:
        print(json.dumps(told))
    sys.exit(0 if told["good"] else 1)


def _ended(end: BaseException) -> int:
    """Without all answers. Ctrl-D at a terminal is a person, who stops it like Ctrl-C."""
    if isinstance(end, EOFError) and not sys.stdin.isatty():
        print("provision: nobody answers the questions; give FROM=answers.toml", file=sys.stderr)
        return 2
    print("\nprovision: stopped; run it again to go on", file=sys.stderr)
    return _STOPPED


def _told(
    given: answers.Answers, port: str, out: Path, unix: tuple[Path, str], say: Console
) -> dict:
    """The report, as JSON has it. ProvisionFault, and what it is made of."""
    out_folder.prepare(out)
    name = port or _choose(given, say)
    if name == UNIX:
        return places.on_unix(*unix, given, out, say)
    return places.on_board(name, given, out, say)


def _choose(given: answers.Answers, say: Console) -> str:
    """A port of this machine. ProvisionFault."""
    found = candidates() + flashing.offers(flashing.Cables())
    if not given.by_person:
        raise ProvisionFault("say which port: PORT=/dev/ttyACM0, or PORT=unix to try it")
    for path, what in found:
        say.print(f"   {path}  {what}", highlight=False, markup=False)
    if not found:
        say.print("   no board is plugged in; unix tries it without one", highlight=False)
    return Prompt.ask("Port", default=found[0][0] if found else UNIX, console=say)


if __name__ == "__main__":
    ending.run_one(main, "provision")
