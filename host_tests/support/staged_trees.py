"""Each board's tree, staged once for all workers of a run; nobody may write into it."""

import fcntl
import json

from tools.stage import ARCHIVE, LIST_NAME, stage
from tools.staged import Staged, Tree
from wattseal.core.module_archive import Archive


def staged(board, tmp_path_factory):
    """(folder, what tools.stage.stage has told)."""
    shared = tmp_path_factory.getbasetemp()
    if shared.name.startswith("popen-"):  # pytest-xdist gives each worker one of its own
        shared = shared.parent
    out = shared / "staged" / board
    out.mkdir(parents=True, exist_ok=True)
    with (out / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        whole = out / ".whole"
        if not whole.exists():
            stage(board, out)
            whole.touch()
    told = json.loads((out / LIST_NAME).read_text())
    rows = ([Staged(**row) for row in told[kind]] for kind in ("files", "modules"))
    return out, Tree(*rows)


def archived(out):
    """{path to import from: bytes} of a chip's tree."""
    with (out / "root" / ARCHIVE).open("rb") as file:
        archive = Archive(file)
        return {path: archive.read(path) for path in archive.check()}
