"""Draws boards/*/wiring.svg from each board.py: `python -m tools.wiring`; writes nothing else.

`--check` writes nothing and fails where a diagram is not what its board.py says.
"""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from tools import boards, ending
from tools.boards import ROOT, BoardFault
from tools.pin_facts import PinFault
from tools.wiring import page

NAME = "wiring.svg"


def path_of(board: str) -> Path:
    return ROOT / "boards" / board / NAME


def main(
    board: Annotated[list[str] | None, typer.Option(help="a folder of boards/; else all")] = None,
    check: Annotated[bool, typer.Option(help="compare, write nothing")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="say what was done as JSON")] = False,
) -> None:
    """A wiring diagram for each board that has pins."""
    done = {}
    try:
        for name in board or [each for each in boards.names() if boards.facts(each).chip]:
            drawing, path = page.drawn(name), path_of(name)
            current = path.exists() and path.read_text() == drawing
            done[name] = "current" if current else "stale" if check else "written"
            if done[name] == "written":
                path.write_text(drawing)
    except (BoardFault, PinFault) as fault:
        print(f"wiring: {fault}", file=sys.stderr)
        raise typer.Exit(2) from fault
    stale = [name for name, what in done.items() if what == "stale"]
    if as_json:
        print(json.dumps(done))
    elif not stale:
        print("wiring: " + ", ".join(f"{name} {what}" for name, what in done.items()))
    if stale:
        names = ", ".join(stale)
        print(f"wiring: the diagrams of {names} are stale; run: python -m tools.wiring",
              file=sys.stderr)  # fmt: skip
        raise typer.Exit(1)


if __name__ == "__main__":
    ending.run_one(main, "wiring")
