"""Whether the board at a port is the one that was named, by what it tells; asks nothing itself."""

from tools import boards

UNIX = "unix"  # the board that is this machine, and the port at which it is
# Files need 208 KB (`make soak FROM=files`), and Wi-Fi and TLS take of the same RAM outside of the
# heap; as image_start.py asks of a slot. With PSRAM there are megabytes.
_LEAST_HEAP_BYTES = 524288
BOARDS = tuple(name for name in boards.names() if name != UNIX)


def of(told: dict) -> str:
    """Our name for it, or for the first board with its chip; "" for no chip of ours. `told`: what
    on_device.WHAT_RUNS prints."""
    return _named(told) or next((name for name in BOARDS if _has_chip(name, told)), "")


def mismatch(board: str, told: dict) -> str:
    """One sentence, "" where `board` can be what it is."""
    machine = told["machine"]
    if not _has_chip(board, told):
        return (
            f"{board} has a {boards.facts(board).chip}, and this is: {machine}; {_instead(told)}"
        )
    named = _named(told)
    if named and named != board:
        return (
            f"{board} was named, and the image there is {named}'s ({machine}); {_instead(told)}, "
            f"or put {board}'s image there"
        )
    return ""


def too_small(board: str, told: dict) -> str:
    """One sentence, "" where our files have the heap to run from. An RP2040's are made for its."""
    if boards.facts(board).family != "esp32" or told["heap"] >= _LEAST_HEAP_BYTES:
        return ""
    return (
        f"{board} has a stock image and {told['heap'] // 1024} KB of heap, which our files do not "
        f"run in; take a module with PSRAM, or put our image there (`make firmware BOARD={board} "
        "MICROPYTHON=path`)"
    )


def _named(told: dict) -> str:
    """By our own image's board.py, else by MicroPython, which tells its board from 1.25 on."""
    for name in (told["name"], told["build"].partition("-")[0]):  # a variant comes after the dash
        if name in BOARDS:
            return name
    return ""


def _has_chip(board: str, told: dict) -> bool:
    """A machine is called "Raspberry Pi Pico W with RP2040"."""
    chip = told["machine"].rpartition(" with ")[2]
    return chip == boards.facts(board).chip.replace("-", "")


def _instead(told: dict) -> str:
    name = of(told)
    return f"name {name}" if name else f"boards that can be named: {', '.join(BOARDS)}"
