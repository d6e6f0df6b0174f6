"""Time and heap that each module's import takes, from the staged tree and from source, in turns.

On the 32-bit interpreter, whose objects have the boards' sizes, where it is there. A busy machine
makes it slower, so the least time of each module over all rounds is told. All modules are in
build/imports.json; in the table stand the sums and the dearest.
"""

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tools.bench_figures import BenchFault, Figure
from tools.firmware_process import interpreter
from tools.stage import NATIVE, ROOT

REPORT = ROOT / "build/imports.json"
SOURCE = ("firmware", "boards/unix", "build/lib", "build/comb")
_DEVICE = Path(__file__).with_name("device.py")
_FIRST = ("wattseal.comb_table", "board", "wattseal.assembly")  # as main.py has them
_ROUNDS, _DEAREST, _PATIENCE_S = 5, 8, 120
_HEAP = "2M"  # nothing is collected in the midst of an import

Rows = dict[str, tuple[float, int]]


def figures(root: Path) -> dict[str, Figure]:
    """ "start.import*", of the unix board's tree at `root`. BenchFault."""
    named = os.environ.get("WATTSEAL_MICROPYTHON32")
    small = Path(named or ROOT / "build/micropython32/micropython")
    path, bits = (small, 32) if small.exists() else (Path(interpreter()), 64)
    tree, source = measured(path, root)
    rows = {name: {"ms": round(ms, 3), "heap_bytes": held} for name, (ms, held) in tree.items()}
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text(json.dumps({"bits": bits, "modules": rows}, indent=1) + "\n")
    return told(tree, source, bits)


def names(root: Path) -> list[str]:
    """The tree's modules: those of the start in its order, then the others."""
    paths = (p.relative_to(root).with_suffix("") for p in root.rglob("*.mpy") if p.name != NATIVE)
    found = {".".join(p.parent.parts if p.name == "__init__" else p.parts) for p in paths}
    return [*_FIRST, *sorted(found - {*_FIRST})]


def measured(path: Path, root: Path) -> tuple[Rows, Rows]:
    """{module: (ms, bytes)} from the tree, and the same from source. BenchFault."""
    modules = names(root)
    places = {"tree": [str(root)], "source": [str(ROOT / place) for place in SOURCE]}
    least: dict[str, Rows] = {name: {} for name in places}
    for _ in range(_ROUNDS):
        for name, found in places.items():
            for module, (us, held) in imported(path, found, modules).items():
                ms, _ = least[name].get(module, (us / 1000, held))
                least[name][module] = min(ms, us / 1000), held
    return least["tree"], least["source"]


def imported(path: Path, places: Sequence[str], modules: Sequence[str]) -> dict[str, list[int]]:
    """{module: [microseconds, bytes]} of one run. BenchFault."""
    done = subprocess.run(
        [path, "-X", f"heapsize={_HEAP}", _DEVICE, *modules], text=True, capture_output=True,
        env=dict(os.environ, MICROPYPATH=":".join([*places, ".frozen"])), timeout=_PATIENCE_S,
    )  # fmt: skip
    try:
        return json.loads(done.stdout)
    except ValueError as fault:
        last = (done.stdout + done.stderr).strip().rpartition("\n")[2]
        raise BenchFault(f"MicroPython stopped in the bench of imports: {last[-300:]}") from fault


def told(tree: Rows, source: Rows, bits: int) -> dict[str, Figure]:
    ms, source_ms = (sum(row[0] for row in rows.values()) for rows in (tree, source))
    held, source_held = (sum(row[1] for row in rows.values()) for rows in (tree, source))
    unit, of = f"byte, {bits} bits", "the same from source"
    found = {
        "start.import": Figure(round(ms, 2), f"ms, {bits} bits", of, round(ms / source_ms, 3)),
        "start.import_heap": Figure(held, unit, of, round(held / source_held, 3)),
    }
    folders: dict[str, int] = {}
    for name, (_, size) in tree.items():
        folder = name.rpartition(".")[0] or "."
        folders[folder] = folders.get(folder, 0) + size
    for folder, size in sorted(folders.items()):
        found[f"start.import_heap/{folder}"] = _share(size, held, unit)
    for name in sorted(tree, key=lambda name: -tree[name][1])[:_DEAREST]:
        found[f"start.import_heap.{name}"] = _share(tree[name][1], held, unit)
    for name in sorted(tree, key=lambda name: -tree[name][0])[:_DEAREST]:
        took = tree[name][0]
        found[f"start.import.{name}"] = Figure(
            round(took, 3), f"ms, {bits} bits", "all imports", round(took / ms, 3)
        )
    return found


def _share(size: int, whole: int, unit: str) -> Figure:
    return Figure(size, unit, "all imports", round(size / whole, 3))
