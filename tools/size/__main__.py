"""`python -m tools.size`: what the firmware takes on each board, against its budget.

Exit status: 0 within the budgets, 1 a budget is exceeded, 2 the command is not usable. Writes
build/size.json, and what it stages; a budget only with --record.
"""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tools import ending
from tools.boards import names
from tools.manifest import ManifestFault
from tools.size import budget as budgets
from tools.size.budget import Budget
from tools.size.measure import SizeFault, Sizes, measure
from tools.stage import ROOT, StageFault, held, stage

REPORT = ROOT / "build/size.json"
_GREW = 5  # shown for each board
_WIDTH = 120  # of a file or a pipe, which has none of its own


def budget_path(board: str, root: Path = ROOT) -> Path:
    return root / "boards" / board / budgets.FILE_NAME


def sized(board: str, staged: bool) -> Sizes:
    """The board's tree, as it was `staged` or afresh. StageFault, ManifestFault, SizeFault."""
    with held(board) as out:
        if not staged:
            stage(board, out)
        return measure(board, out)


def as_row(sizes: Sizes, budget: Budget) -> dict:
    """One board of size.json."""
    image = vars(sizes.image) if sizes.image else None
    return {
        "tree_bytes": sizes.tree_bytes, "tree_budget_bytes": budget.tree_bytes,
        "flash_bytes": sizes.flash_bytes, "flash_room_bytes": budget.flash_room_bytes,
        "fits": sizes.flash_bytes <= (budget.least_room_bytes or sizes.flash_bytes),
        "image": image, "image_budget_bytes": budget.image_bytes,
        "folders": sizes.folders, "modules": sizes.modules,
    }  # fmt: skip


def write(rows: dict[str, dict], path: Path) -> None:
    """{"boards": {board: row}}; a board that was not measured now keeps its row."""
    try:
        before = json.loads(path.read_text())["boards"]
    except (OSError, ValueError, KeyError):
        before = {}
    known = {name: row for name, row in {**before, **rows}.items() if name in names()}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"boards": dict(sorted(known.items()))}, indent=1) + "\n")


def totals(found: list[tuple[Sizes, Budget]]) -> Table:
    """A column for each board: what is taken, what there is, and the tree's bytes by folder."""
    table = Table("bytes", *(sizes.board for sizes, _ in found), box=None)
    table.columns[0].no_wrap = True
    for column in table.columns[1:]:
        column.justify = "right"
    images = [sizes.image for sizes, _ in found]
    table.add_row("files", *(str(len(sizes.modules)) for sizes, _ in found))
    table.add_row("tree", *(_bytes(sizes.tree_bytes) for sizes, _ in found))
    table.add_row("  its budget", *(_bytes(budget.tree_bytes) for _, budget in found))
    table.add_row("in blocks of flash", *(_bytes(sizes.flash_bytes) for sizes, _ in found))
    table.add_row("  least room", *(_room(*each) for each in found))
    table.add_row("image", *(_bytes(image.bytes if image else None) for image in images))
    table.add_row("  its budget", *(_bytes(budget.image_bytes) for _, budget in found))
    table.add_row(
        "  flash left", *(_bytes(image.free_bytes if image else None) for image in images)
    )
    table.add_section()
    for name in sorted({name for sizes, _ in found for name in sizes.folders}):
        table.add_row(name, *(_bytes(sizes.folders.get(name)) for sizes, _ in found))
    return table


def modules(sizes: Sizes, budget: Budget) -> Table:
    """Every module of one board, and what it has grown by."""
    table = Table("module", "bytes", "since recorded")
    table.columns[1].justify = table.columns[2].justify = "right"
    for name, size in sizes.modules.items():
        change = size - budget.modules.get(name, 0)
        table.add_row(name, _bytes(size), f"{change:+,}" if change else "")
    return table


def _bytes(size: int | None) -> str:
    return "" if size is None else f"{size:,}"


def _room(sizes: Sizes, budget: Budget) -> str:
    least = budget.least_room_bytes
    text = _bytes(least)
    return f"[red]{text}[/]" if least is not None and sizes.flash_bytes > least else text


def show(found: list[tuple[Sizes, Budget]]) -> None:
    console = Console()
    if not console.is_terminal:
        console.width = _WIDTH
    console.print(totals(found))
    if len(found) == 1:
        console.print(modules(*found[0]))
    for sizes, budget in found:
        grown = budgets.growth(sizes, budget)[:_GREW]
        if grown:
            told = ", ".join(f"{name} +{by:,}" for name, by in grown)
            console.print(escape(f"{sizes.board} grew most in {told}"))


def main(
    board: Annotated[list[str] | None, typer.Option(help="a folder of boards/; else all")] = None,
    record: Annotated[bool, typer.Option(help="note today's sizes in the budget files")] = False,
    staged: Annotated[bool, typer.Option(help="take the tree that was staged last")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="print the report as JSON")] = False,
    quiet: Annotated[bool, typer.Option(help="no tables, only what is wrong")] = False,
) -> None:
    """What the firmware takes on each board, against its budget."""
    found = []
    try:
        for name in dict.fromkeys(board or names()):
            sizes, path = sized(name, staged), budget_path(name)
            found.append((sizes, budgets.record(sizes, path) if record else budgets.load(path)))
    except (StageFault, ManifestFault, SizeFault) as fault:
        print(f"size: {fault}", file=sys.stderr)
        raise typer.Exit(2)
    rows = {sizes.board: as_row(sizes, budget) for sizes, budget in found}
    write(rows, REPORT)
    if as_json:
        print(json.dumps({"boards": rows}))
    elif not quiet:
        show(found)
    for each in found:
        for sentence in budgets.overflows(*each, known=True):
            print(f"size: note: {sentence}", file=sys.stderr)
    missed = [sentence for each in found for sentence in budgets.judge(*each)]
    for sentence in missed:
        print(f"size: {sentence}", file=sys.stderr)
    raise typer.Exit(1 if missed else 0)


if __name__ == "__main__":
    ending.run_one(main, "size")
