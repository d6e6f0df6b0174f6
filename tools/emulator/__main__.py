"""The emulated board on the command line: `python -m tools.emulator`; judges nothing."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from tools import ending
from tools.emulator import raw_repl
from tools.emulator.bridge import Bridge, End, PtyEnd, TcpEnd, TcpListener
from tools.emulator.flash_image import FlashFault, files_below, flash_image
from tools.emulator.install import BUILD, EmulatorFault
from tools.emulator.rig import Rig


def outer_end(word: str) -> End:
    """pty, tcp:PORT (listens) or HOST:PORT (calls). EmulatorFault."""
    if word == "pty":
        end = PtyEnd()
        print(f"port: {end.path}")
        return end
    host, _, port = word.rpartition(":")
    if not (host and port.isdigit()):
        raise EmulatorFault(f"{word} is neither pty nor tcp:PORT nor HOST:PORT")
    if host != "tcp":
        return TcpEnd(host, int(port))
    listener = TcpListener(int(port))
    print(f"port: 127.0.0.1:{listener.port}")
    return listener


def main(
    uf2: Annotated[
        Path | None, typer.Option(help="firmware; else the flash of the last run")
    ] = None,
    files: Annotated[Path | None, typer.Option(help="folder that becomes its file system")] = None,
    script: Annotated[Path | None, typer.Option(help="run it through the raw REPL")] = None,
    scenario: Annotated[Path | None, typer.Option(help="JSON, keys as in scenario.mjs")] = None,
    uart0: Annotated[str, typer.Option(help="pty, tcp:PORT or HOST:PORT")] = "",
    console: Annotated[str, typer.Option(help="pty, tcp:PORT or HOST:PORT")] = "",
    max_s: Annotated[float, typer.Option(help="simulated seconds")] = 60,
    out: Annotated[Path, typer.Option(help="flash, events and report")] = BUILD / "run",
) -> None:
    """Emulate an RP2040 board; its console is shown, the report printed."""
    try:
        given = json.loads(scenario.read_text()) if scenario else {}
        wanted = {"max_s": max_s, "echo": True, **given}
        if script:
            steps = raw_repl.steps(script.read_text())
            wanted = {**wanted, "console": steps, "until": raw_repl.DONE}
        ends = {p: outer_end(w) for p, w in (("uart0", uart0), ("console", console)) if w}
        if uart0:
            wanted["uart0"] = {"peer": "driver"}
        content = None if files is None else files_below(files)
        rig = Rig(out, None if uf2 is None else flash_image(uf2.read_bytes(), content))
        print(json.dumps(rig.run(wanted, Bridge(ends) if ends else None).report, indent=1))
    except (EmulatorFault, FlashFault, OSError, ValueError) as fault:
        print(f"emulator: {fault}", file=sys.stderr)
        raise typer.Exit(2)


if __name__ == "__main__":
    ending.run_one(main, "emulator")
