"""`make soak DAYS=n`: a board in virtual time for so many days; writes build/soak.json.

Exit status 1 when a limit is missed, 2 when the run could not be made. The heap is the firmware's:
what the harness takes beside it is measured first, and put on top.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated

import interpreters
import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from tools.soak import figures, staging
from tools.soak.books import Books
from tools.stage import ROOT, StageFault

REPORT = ROOT / "build/soak.json"
TREE = ROOT / "build/soak"
DEVICE = ROOT / "tools/soak/device.py"
_FLASH_BLOCKS = 512  # of 4 KB: the file system of an ESP32's stock image
_HEAP_KB = 224  # the smallest, in steps of 8, at which the firmware runs; 128 is what was asked
_SHARE_HEAP_KB = 512


def harness_share(interpreter: str, tree: Path) -> int:
    """Bytes of heap that the harness takes beside the firmware. SoakFault."""
    done = subprocess.run(
        _command(interpreter, _SHARE_HEAP_KB * 1024, "share"), env=_environment(tree), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60,
    )  # fmt: skip
    if done.returncode:
        raise staging.SoakFault(f"the harness could not be measured: {_last(done.stdout)}")
    return int(done.stdout)


def play(interpreter: str, tree: Path, wanted: dict, heap_bytes: int, books: Books, tell) -> None:
    """Fill `books`; `tell(day)` after each day. An end by itself is a reset in the books."""
    shm = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=shm if shm.is_dir() else None) as folder:
        arguments = json.dumps({**wanted, "blocks": _FLASH_BLOCKS, "flash": folder + "/flash"})
        with subprocess.Popen(
            _command(interpreter, heap_bytes, arguments), env=_environment(tree), text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        ) as process:  # fmt: skip
            assert process.stdout  # a pipe
            files, line = 0, ""
            for line in process.stdout:
                books.take(line)
                tell(books.day)
                if line.startswith("D "):
                    now = len(os.listdir(f"/proc/{process.pid}/fd"))
                    files = files or now
                    books.files_left_open = now - files
        if process.returncode:
            books.resets.append(_last(line))


def _command(interpreter: str, heap_bytes: int, argument: str) -> list[str]:
    return [interpreter, "-X", f"heapsize={heap_bytes}", str(DEVICE), argument]


def _environment(tree: Path) -> dict[str, str]:
    return dict(os.environ, MICROPYPATH=f"{tree}:.frozen")


def _last(text: str) -> str:
    return (text.strip().splitlines() or ["no word"])[-1]


def show(found: dict, console: Console) -> None:
    heap = f"{found['heap_kb']} KB of heap"
    if found["heap_kb"] > figures.HEAP_ASKED_KB:
        heap += f"; {figures.HEAP_ASKED_KB} KB were asked for"
    table = Table(title=f"soak, {heap}", box=None)
    table.add_column("what")
    table.add_column("figure", justify="right")
    for name, figure in found.items():
        if name != "missed":
            table.add_row(name.replace("_", " "), f"{figure:,}")
    console.print(table)


def run(days: int, heap_kb: int, leak: int = 0, lose: int = 0, tell=lambda day: None) -> dict:
    """What goes into build/soak.json. SoakFault, StageFault."""
    interpreter = interpreters.unix32()
    if not interpreter:
        raise staging.SoakFault("there is no 32-bit MicroPython; build it with make micropython32")
    tree = staging.tree(TREE)
    share, books, start = harness_share(interpreter, tree), Books(), time.monotonic()
    wanted = {"days": days, "leak": leak, "lose": lose}
    play(interpreter, tree, wanted, heap_kb * 1024 + share, books, tell)
    found = figures.result(books, days, heap_kb, share, time.monotonic() - start)
    found["missed"] = figures.missed(found)
    return found


def main(
    days: Annotated[int, typer.Option(help="simulated days, 3 or more")] = 365,
    heap: Annotated[int, typer.Option(help="KB of heap for the firmware")] = _HEAP_KB,
    leak: Annotated[int, typer.Option(help="bytes that leak at each session, planted")] = 0,
) -> None:
    """Run so many days and judge them."""
    console = Console()
    try:
        with Progress(console=console, transient=True) as progress:
            task = progress.add_task("days", total=days)
            found = run(days, heap, leak, tell=lambda day: progress.update(task, completed=day))
    except (staging.SoakFault, StageFault) as fault:
        print(f"soak: {fault}", file=sys.stderr)
        raise typer.Exit(2) from fault
    REPORT.write_text(json.dumps(found, indent=1) + "\n")
    show(found, console)
    for sentence in found["missed"]:
        print(f"soak: {sentence}", file=sys.stderr)
    raise typer.Exit(1 if found["missed"] else 0)


if __name__ == "__main__":
    typer.run(main)
