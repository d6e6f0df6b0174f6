"""`python -m tools.release`: the packages of what is checked out, built twice and compared.

Exit status: 0 a release was written, 1 two builds differ or a budget is exceeded, 2 there is
nothing to release. Writes build/release/VERSION, of a trial VERSION-trial, and an image where
`make firmware` writes it.
"""

import json
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from tools import ending
from tools.boards import BoardFault, facts, names
from tools.release import building, commit, contents, linked, notes, publish
from tools.release.building import PLACES, Build
from tools.release.commit import Commit, ReleaseFault
from tools.release.sbom import Contents, sha256
from tools.release.signed import Signer
from tools.size import budget as budgets
from tools.size.measure import SizeFault, measure
from tools.stage import ROOT


class Unlike(Exception):
    """There must be no release of this commit; the argument is one sentence."""


def built(
    root: Path, of: Commit, boards: Sequence[str], tree: Path | None, folder: Path, signer: Signer
) -> list[Contents]:
    """The packages, after two builds below `folder`, side by side, made the same bytes.
    ReleaseFault, Unlike."""
    archive = commit.files(root, of)
    builds = [Build(root, folder, place, tree, place is PLACES[0]) for place in PLACES]

    def make(build: Build) -> dict[str, bytes]:
        build.checkout(archive)
        return build.packages(boards, of)

    with ThreadPoolExecutor(len(builds)) as side_by_side:
        made = list(side_by_side.map(make, builds))
    compare(*made)
    for board in boards:
        judge(board, builds[1].root)
    files = signer.packages(made[1])
    return [contents.of(board, builds[1], files, of.version) for board in boards]


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
    _remark(sentence)
    return typer.Exit(status)


def _made(
    boards: Sequence[str], tree: Path | None, signer: Signer, uncommitted: bool, out: Path | None
) -> tuple[dict[str, bytes], Path]:
    """{name: bytes} of the whole release, and its place. BoardFault, ReleaseFault, Unlike."""
    for name in boards:
        facts(name)
    of = commit.of(ROOT, uncommitted, signer.files)
    public = signer.check(building.signed(ROOT, boards, of.version))
    folder = out or ROOT / "build/release" / (of.version + ("-trial" if uncommitted else ""))
    publish.judge(folder, of.hash, public)
    told, heading = notes.of(ROOT, of.version)
    with tempfile.TemporaryDirectory(prefix="wattseal-release-") as name:
        packages = built(ROOT, of, boards, tree, Path(name), signer)
    compilers = {name: linked.compiler(name) for name in building.compilers(ROOT, boards)}
    made = publish.files(of, packages, compilers, told, public)
    _caution(of, heading, any(name.endswith(building.UNSIGNED) for name in made))
    return made, folder


def _caution(of: Commit, heading: str, unsigned: bool) -> None:
    """What a person should know before the release is given to anybody."""
    if not of.hash:
        _remark("this is of no commit: what lay here was packed, and a release tells none")
    if heading != of.version:
        _remark(f"CHANGELOG.md has no section {of.version}; the notes are those of {heading}")
    if unsigned:
        _remark(
            "the firmware packages are not signed; sign them with: make release KEY=update.key "
            "(an HSM: see README.md, Updates)"
        )


def _remark(sentence: str) -> None:
    print(f"release: {sentence}", file=sys.stderr)


def _asked(*files: Path | None) -> None:
    """ReleaseFault for what was said, and would pass unseen or end in another product."""
    if Path() in files:
        raise ReleaseFault(
            "KEY, SIGNATURES or PUBLIC is said and names nothing; was its variable set? Without a "
            "signature: say none of them"
        )
    for name in ("PRODUCTION", "STOCK"):
        if os.environ.get(name):
            raise ReleaseFault(
                f"{name}=1 is no word of a release; for that image say: make firmware BOARD=x "
                f"{name}=1"
            )


def main(
    board: Annotated[list[str] | None, typer.Option(help="a folder of boards/; else all")] = None,
    micropython: Annotated[Path | None, typer.Option(help="a source tree, for images")] = None,
    key: Annotated[Path | None, typer.Option(help="of tools.update, to sign with")] = None,
    signatures: Annotated[Path | None, typer.Option(help="an HSM's: a folder of NAME.sig")] = None,
    public: Annotated[Path | None, typer.Option(help="the HSM's public key, in PEM")] = None,
    out: Annotated[Path | None, typer.Option(help="else build/release/VERSION[-trial]")] = None,
    uncommitted: Annotated[
        bool, typer.Option("--uncommitted", help="what lies here, in a commit or not: a trial")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="print the manifest as JSON")] = False,
) -> None:
    """The packages of what is checked out, built twice and compared, with SBOM and hashes."""
    try:
        _asked(key, signatures, public)
        signer = Signer(key, signatures, public)
        boards = sorted(set(board or names()))
        made, folder = _made(boards, micropython, signer, uncommitted, out)
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
    ending.run_one(main, "release")
