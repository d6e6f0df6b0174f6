"""`python -m tools.release`: the packages of what is checked out, built twice and compared.

Exit status: 0 a release was written, 1 two builds differ or a budget is exceeded, 2 there is
nothing to release. Writes build/release/VERSION, and an image where `make firmware` writes it.
"""

import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from tools.boards import BoardFault, facts, names
from tools.release import building, commit, contents, linked, publish
from tools.release.building import PLACES, Build
from tools.release.commit import Commit, ReleaseFault
from tools.release.sbom import Contents, sha256
from tools.size import budget as budgets
from tools.size.measure import SizeFault, measure
from tools.stage import ROOT


class Unlike(Exception):
    """There must be no release of this commit; the argument is one sentence."""


def built(
    root: Path, of: Commit, boards: Sequence[str], tree: Path | None, folder: Path
) -> list[Contents]:
    """The packages, after two builds below `folder` made the same bytes. ReleaseFault, Unlike."""
    archive = commit.files(root, of)
    made: list[dict[str, bytes]] = []
    builds = [Build(root, folder, place, tree, place is PLACES[0]) for place in PLACES]
    for build in builds:
        build.checkout(archive)
        made.append(build.packages(boards, of))
    compare(*made)
    for board in boards:
        judge(board, builds[1].root)
    return [contents.of(board, builds[1], made[1], of.version) for board in boards]


def compare(first: Mapping[str, bytes], second: Mapping[str, bytes]) -> None:
    """Unlike."""
    for name in sorted(first.keys() | second.keys()):
        one, other = first.get(name, b""), second.get(name, b"")
        if one != other:
            pairs = zip(one, other, strict=False)
            at = next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
            raise Unlike(
                f"two builds of {name} differ from byte {at:,} on; find what of its place, date "
                f"or environment went in"
            )


def judge(board: str, root: Path) -> None:
    """Against the board's budget. Unlike, ReleaseFault."""
    try:
        sizes = measure(board, root / "build" / board)
        missed = budgets.judge(sizes, budgets.load(root / "boards" / board / budgets.FILE_NAME))
    except SizeFault as fault:
        raise ReleaseFault(str(fault)) from fault
    if missed:
        raise Unlike(missed[0])


def show(made: Mapping[str, bytes], folder: Path) -> None:
    table = Table("file", "bytes", "SHA-256", box=None)
    table.columns[1].justify = "right"
    for name, data in sorted(made.items()):
        table.add_row(name, f"{len(data):,}", sha256(data)[:16])
    console = Console()
    console.print(table)
    console.print(f"two builds, the same bytes: {folder}", soft_wrap=True)


def _refuse(sentence: str, status: int) -> typer.Exit:
    print(f"release: {sentence}", file=sys.stderr)
    return typer.Exit(status)


def main(
    board: Annotated[list[str] | None, typer.Option(help="a folder of boards/; else all")] = None,
    micropython: Annotated[Path | None, typer.Option(help="a source tree, for images")] = None,
    out: Annotated[Path | None, typer.Option(help="else build/release/VERSION")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print the manifest as JSON")] = False,
) -> None:
    """The packages of what is checked out, built twice and compared, with SBOM and hashes."""
    boards = sorted(set(board or names()))
    try:
        for name in boards:
            facts(name)
        of = commit.of(ROOT)
        with tempfile.TemporaryDirectory(prefix="wattseal-release-") as name:
            packages = built(ROOT, of, boards, micropython, Path(name))
        compilers = {}
        if any(building.has_image(ROOT, name) for name in boards):
            compilers[linked.GCC] = linked.compiler()
        made = publish.files(of, packages, compilers)
        folder = out or ROOT / "build/release" / of.version
        publish.write(made, folder)
    except Unlike as fault:
        raise _refuse(str(fault), 1) from fault
    except (ReleaseFault, BoardFault) as fault:
        raise _refuse(str(fault), 2) from fault
    if as_json:
        print(json.dumps(json.loads(made[publish.MANIFEST])))
    else:
        show(made, folder)


if __name__ == "__main__":
    typer.run(main)
