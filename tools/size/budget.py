"""A board's budget: how many bytes its firmware may take, and who took more than before.

boards/BOARD/budget.json holds the limits, the flash that the board has for files, and the size of
each module when the budget was last recorded. It measures and builds nothing.
"""

import json
from dataclasses import dataclass, replace
from pathlib import Path

from tools.size.measure import SizeFault, Sizes

FILE_NAME = "budget.json"
ABOUT = (
    "Bytes. To raise a limit, change it here, run `python -m tools.size --board {board} "
    "--record`, and say in CHANGELOG.md what the bytes are for. image_bytes is null where there "
    "is no image. flash_room_bytes: what each layout of the flash has for files; no_room_in: the "
    "layouts that are known to be too small, which is told and fails nothing."
)
_ROOM = 21, 20  # a new budget has a twentieth more than what is there
_STEP_BYTES = 1024
_NAMED = 3


@dataclass(frozen=True)
class Budget:
    """`flash_room_bytes`: {layout of the flash: bytes}; `no_room_in`: layouts known to be less."""

    tree_bytes: int
    image_bytes: int | None
    flash_room_bytes: dict[str, int]
    no_room_in: list[str]
    modules: dict[str, int]

    @property
    def least_room_bytes(self) -> int | None:
        return min(self.flash_room_bytes.values(), default=None)


def load(path: Path) -> Budget:
    """SizeFault."""
    board = path.parent.name
    try:
        told = json.loads(path.read_text())
        image = told["image_bytes"]
        return Budget(
            int(told["tree_bytes"]), None if image is None else int(image),
            _sizes(told["flash_room_bytes"]), list(told["no_room_in"]), _sizes(told["modules"]),
        )  # fmt: skip
    except FileNotFoundError as fault:
        raise SizeFault(
            f"boards/{board} has no {FILE_NAME}; write it: "
            f"python -m tools.size --board {board} --record"
        ) from fault
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise SizeFault(
            f"boards/{board}/{FILE_NAME} is no budget; take it back from git and change a number"
        ) from fault


def _sizes(told: dict[str, int]) -> dict[str, int]:
    return {name: int(size) for name, size in told.items()}


def judge(sizes: Sizes, budget: Budget) -> list[str]:
    """A sentence for each limit that is exceeded."""
    taken = [("tree", sizes.tree_bytes, budget.tree_bytes)]
    if sizes.image and budget.image_bytes is not None:
        taken.append(("image", sizes.image.bytes, budget.image_bytes))
    missed = [
        f"the {what} of {sizes.board} has {size:,} bytes, {size - limit:,} more than its budget"
        f"{_who(sizes, budget)}; make it smaller, or see boards/{sizes.board}/{FILE_NAME}"
        for what, size, limit in taken
        if size > limit
    ]
    return missed + overflows(sizes, budget, known=False)


def overflows(sizes: Sizes, budget: Budget, known: bool) -> list[str]:
    """A sentence for each layout of the flash that has no room for the files."""
    return [
        f"the files of {sizes.board} take {sizes.flash_bytes:,} bytes in blocks of the flash, "
        f"{sizes.flash_bytes - room:,} more than there are for files ({layout})"
        for layout, room in budget.flash_room_bytes.items()
        if sizes.flash_bytes > room and (layout in budget.no_room_in) == known
    ]


def _who(sizes: Sizes, budget: Budget) -> str:
    grown = growth(sizes, budget)[:_NAMED]
    return "; most grew " + ", ".join(f"{n} (+{by:,})" for n, by in grown) if grown else ""


def growth(sizes: Sizes, budget: Budget) -> list[tuple[str, int]]:
    """(module, bytes more than recorded) of those that grew, the most first; a new one by all."""
    grown = [(name, size - budget.modules.get(name, 0)) for name, size in sizes.modules.items()]
    return sorted(((n, by) for n, by in grown if by > 0), key=lambda each: (-each[1], each[0]))


def record(sizes: Sizes, path: Path) -> Budget:
    """Write today's sizes beside the limits that are there; a new file gets limits. SizeFault."""
    if path.exists():
        old = load(path)
        image = old.image_bytes
        if image is None and sizes.image:
            image = _limit(sizes.image.bytes)
        budget = replace(old, image_bytes=image, modules=sizes.modules)
    else:
        image = _limit(sizes.image.bytes) if sizes.image else None
        budget = Budget(_limit(sizes.tree_bytes), image, {}, [], sizes.modules)
    told = {"about": ABOUT.format(board=sizes.board)} | vars(budget)
    path.write_text(json.dumps(told, indent=1) + "\n")
    return budget


def _limit(size: int) -> int:
    more, of = _ROOM
    return -(-size * more // of // _STEP_BYTES) * _STEP_BYTES
