"""The boards there are: one folder of boards/ each, its facts in board.json; lists none itself.

What MicroPython needs to know is board.py; board.json holds what the tools on the host do.
"""

import json
from dataclasses import dataclass, fields
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


class BoardFault(Exception):
    """There is no such board, or its facts are damaged; the argument is one sentence."""


@dataclass(frozen=True)
class Facts:
    """One board.json."""

    family: str  # a module of firmware/wattseal/hal
    chip: str
    module: str  # what the chip is on, as its vendor calls it
    architecture: str  # mpy-cross's -march
    program_bytes: int  # what a stock image's LittleFS programs at once
    port: str  # MicroPython's, which builds its image
    released_as: str  # "image" where `make release` can build one, else "tree"
    download: str  # the stock image's name at micropython.org, "" without one
    wifi: bool  # it has a radio for it
    ethernet: bool  # it can do without: its board.py takes a cable
    bus_lines: int  # RS-485 lines, at most

    @property
    def is_updated(self) -> bool:
        """Over the network: an RP2040 has no room for a second firmware."""
        return self.family in ("esp32", "unix")


def names(root: Path = ROOT) -> list[str]:
    """Every board, by name."""
    return sorted(path.parent.name for path in (root / "boards").glob("*/board.json"))


def facts(board: str, root: Path = ROOT) -> Facts:
    """Of one board. BoardFault."""
    known = names(root)
    if board not in known:
        raise BoardFault(f"there is no board {board!r}; the boards are {', '.join(known)}")
    path = root / "boards" / board / "board.json"
    try:
        told = json.loads(path.read_text())
        found = Facts(**told)
    except (ValueError, TypeError) as fault:
        raise BoardFault(f"boards/{board}/board.json is damaged ({fault}); mend it") from fault
    for field in fields(Facts):
        if type(getattr(found, field.name)) is not field.type:
            raise BoardFault(f"boards/{board}/board.json: {field.name} is no {field.type}")
    return found
