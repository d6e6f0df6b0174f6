"""The bench of the start: `run() -> Outcome` imports every module and boots to a first reading."""

import tempfile
from pathlib import Path

from tools.bench_figures import BenchFault, Outcome
from tools.bench_start import boot, imports
from tools.manifest import ManifestFault
from tools.stage import StageFault, stage


def run() -> Outcome:
    """Figures "start.*" of the unix board's staged tree; told, not judged. BenchFault."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        try:
            stage("unix", folder / "tree")
        except (StageFault, ManifestFault) as fault:
            raise BenchFault(str(fault)) from fault
        root = folder / "tree/root"
        return Outcome({**imports.figures(root), **boot.figures(root, folder)})
