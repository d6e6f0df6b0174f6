"""What was staged for a device, and its table; stages nothing."""

from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table


class StageFault(Exception):
    """The tree cannot be built; the argument is one sentence."""


@dataclass
class Staged:
    """One file of the tree, or one module: its path on the device, its sizes in bytes, its
    SHA-256 in hex."""

    path: str
    source_bytes: int
    bytes: int
    sha256: str


@dataclass
class Tree:
    """`files` lie on the device. `modules` are in the archive among them; without one, none."""

    files: list[Staged]
    modules: list[Staged]


def show(board: str, tree: Tree, out: Path) -> None:
    """Print the size table."""
    table = Table(title=f"{board}: {out / 'root'}")
    table.add_column("file")
    table.add_column("source bytes", justify="right")
    table.add_column("device bytes", justify="right")
    for rows in (tree.modules, tree.files):
        for row in rows:
            table.add_row(row.path, f"{row.source_bytes:,}", f"{row.bytes:,}")
        table.add_section()
    sources, sizes = sum(f.source_bytes for f in tree.files), sum(f.bytes for f in tree.files)
    table.add_row(f"{len(tree.files)} files", f"{sources:,}", f"{sizes:,}")
    Console().print(table)
