"""Updates: cuts at every flash operation, and packages that nobody may take (update_faults)."""

from update_faults import CUT_LINES, TAMPERED_LINES

from tools.faults.play import DEVICE, everywhere, on_cpython
from tools.faults.section import Play, Row

NAME = "Updates"
MUST = "starts of neither or of a mixed version, packages accepted that nobody may take"


def run(full: bool, play: Play) -> list[Row]:
    """All of them, FULL or not. CPython has no LittleFS."""
    jobs = everywhere("update_faults", {"cuts": True}, CUT_LINES + TAMPERED_LINES)
    alone = on_cpython(DEVICE, ["update_faults"], {"cuts": False}, TAMPERED_LINES)
    return play([alone, *jobs[1:]])
