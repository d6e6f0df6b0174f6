"""`make soak DAYS=n`: a board in virtual time for so many days; writes build/soak.json.

Exit status 1 when a limit is missed, 2 when the run could not be made. The heap is the firmware's:
what the harness takes beside it is measured first, and put on top.
"""

import contextlib
import json
import resource
import subprocess
import sys
import tempfile
import time
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from tools import ending
from tools.soak import figures, limits, staging
from tools.soak.books import Books
from tools.soak.show import show
from tools.stage import ROOT, StageFault

REPORT = ROOT / "build/soak.json"
FOLDER = ROOT / "build/soak"
# Of 4 KB: the file system, and the ring that our own images have beside it. From files that of an
# ESP32's stock image; else as boards/ESP32_GENERIC/partitions.csv has them.
_STOCK, _OURS = (512, 0), (128, 384)
_SHARE_HEAP_KB = 512
_RESETS = 5  # more are no longer worth the time


class From(Enum):
    """Where the device has its code: in its image, or in .mpy files, which go into the heap."""

    FROZEN = "frozen"
    FILES = "files"


# From files the smallest, in steps of 8, at which the firmware runs.
_HEAP_KB = {From.FROZEN: limits.HEAP_ASKED_KB, From.FILES: 208}


def harness_share(device: staging.Device) -> int:
    """Bytes of heap that the harness takes beside the firmware. SoakFault."""
    done = subprocess.run(
        device.command(_SHARE_HEAP_KB * 1024, "share"), env=device.environment(), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60,
    )  # fmt: skip
    if done.returncode:
        raise staging.SoakFault(f"the harness could not be measured: {_last(done.stdout)}")
    return int(done.stdout)


def play(device: staging.Device, wanted: dict, heap_bytes: int, books: Books, tell) -> None:
    """Fill `books`; `tell(day)` after each day. Each life of the device is a process."""
    shm = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=shm if shm.is_dir() else None) as folder:
        wanted = {**wanted, "flash": folder + "/flash"}
        state: dict | None = {}
        while state is not None and len(books.resets) < _RESETS:
            asked = json.dumps({**wanted, "state": state})
            state = _live(device, heap_bytes, asked, books, tell)


def _live(
    device: staging.Device, heap_bytes: int, asked: str, books: Books, tell
) -> dict | None:  # fmt: skip
    """What the next life goes on from, None for the run's end. An end by itself is a reset."""
    books.state = None
    with subprocess.Popen(
        device.command(heap_bytes), env=device.environment(), text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as process:  # fmt: skip
        assert process.stdin and process.stdout  # pipes
        with contextlib.suppress(BrokenPipeError):  # it has ended already, and is told below
            process.stdin.write(asked + "\n")
            process.stdin.close()
        line = ""
        for line in process.stdout:
            books.take(line)
            tell(books.day)
    if process.returncode or books.state is None:
        books.resets.append(_last(line))
    return books.state or None


def _last(text: str) -> str:
    return (text.strip().splitlines() or ["no word"])[-1]


def run(
    days: int, source: From, heap_kb: int = 0, leak: int = 0, lose: int = 0, first: int = 0,
    audit: bool = False, notes: int = 0, tell=lambda day: None, ring: bool = True,
) -> dict:  # fmt: skip
    """What goes into build/soak.json. `lose`: a record that the receiver does not keep, planted;
    `first`: the day of the plan to begin with; `audit`: its log is on, `notes`: with so many more
    entries a session; `ring`: the journal of a frozen run is on one. SoakFault, StageFault."""
    make = staging.frozen if source is From.FROZEN else staging.from_files
    device = make(FOLDER / source.value)
    heap_kb = heap_kb or _HEAP_KB[source]
    share, books, began, before_s = harness_share(device), Books(), time.monotonic(), _cpu_s()
    wanted = {"days": days, "first": first, "leak": leak, "lose": lose}
    blocks, sectors = _OURS if ring and source is From.FROZEN else _STOCK
    wanted |= {"audit": audit, "notes": notes, "blocks": blocks, "ring": sectors}
    play(device, wanted, heap_kb * 1024 + share, books, tell)
    how = {
        "days_asked": days, "from": source.value, "ring": sectors > 0, "audit": audit,
        "heap_kb": heap_kb, "harness_bytes": share,
        "took_s": round(time.monotonic() - began, 1),
        "device_cpu_s": round(_cpu_s() - before_s, 1),
    }  # fmt: skip
    found = how | figures.of(books)
    found["missed"] = limits.missed(found)
    return found


def _cpu_s() -> float:
    """Of the processes that have ended: the device's."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main(
    days: Annotated[int, typer.Option(help="simulated days, 3 or more")] = 365,
    source: Annotated[From, typer.Option("--from", help="where the code is")] = From.FROZEN,
    heap: Annotated[int, typer.Option(help="KB of heap for the firmware; 0: the usual")] = 0,
    leak: Annotated[int, typer.Option(help="bytes that leak at each session, planted")] = 0,
    audit: Annotated[
        bool | None,
        typer.Option(help="the audit log is on; else where the heap has room: no ring"),
    ] = None,
    ring: Annotated[
        bool, typer.Option(help="frozen: the journal on raw flash, as shipped")
    ] = True,
) -> None:
    """Run so many days and judge them."""
    console = Console()
    if audit is None:
        audit = not ring or source is From.FILES
    try:
        with Progress(console=console, transient=True) as progress:
            task = progress.add_task("days", total=days)
            tell = lambda day: progress.update(task, completed=day)  # noqa: E731
            found = run(days, source, heap, leak, audit=audit, tell=tell, ring=ring)
    except (staging.SoakFault, StageFault) as fault:
        print(f"soak: {fault}", file=sys.stderr)
        raise typer.Exit(2) from fault
    REPORT.write_text(json.dumps(found, indent=1) + "\n")
    show(found, console)
    for sentence in found["missed"]:
        print(f"soak: {sentence}", file=sys.stderr)
    raise typer.Exit(1 if found["missed"] else 0)


if __name__ == "__main__":
    ending.run_one(main, "soak")
