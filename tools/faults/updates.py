"""Updates: cuts at every flash operation, packages that nobody may take, versions that raise."""

import tempfile
from pathlib import Path

import update_crash
from update_faults import CUT_LINES, TAMPERED_LINES

from tools.faults.play import DEVICE, everywhere, on_cpython
from tools.faults.section import Play, Row

NAME = "Updates"
MUST = (
    "starts of neither or of a mixed version, packages accepted that nobody may take, versions "
    "that raise at a line and are not rolled back"
)


def run(full: bool, play: Play) -> list[Row]:
    """All of them, FULL or not; only of the lines that raise a sample. CPython has no LittleFS."""
    jobs = everywhere("update_faults", {"cuts": True}, CUT_LINES + TAMPERED_LINES)
    alone = on_cpython(DEVICE, ["update_faults"], {"cuts": False}, TAMPERED_LINES)
    return [*play([alone, *jobs[1:]]), _crashes(full)]


def _crashes(full: bool) -> Row:
    """Lives of the real firmware out of a slot, on one interpreter."""
    with tempfile.TemporaryDirectory() as folder:
        reached, wrong = update_crash.tried(Path(folder), full)
    return Row("lines that raise", "micropython-unix64", reached, wrong)
