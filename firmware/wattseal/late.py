"""What comes late and goes early, for a small board's heap; knows no module by name."""

import asyncio
import gc
import sys

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Awaitable, Callable, Protocol

    Awaits = Callable[[], Awaitable[None]]

    class Answers(Protocol):
        def answer(self, words: list[str]) -> str: ...


def drop(*names: str) -> None:
    """A small board needs their heap. What they made lives on, and they can be imported again."""
    for name in names:
        package, _, last = name.rpartition(".")
        if sys.modules.pop(name, None) and hasattr(sys.modules.get(package), last):
            delattr(sys.modules[package], last)


def has_room(least_bytes: int, text: str, log: "Callable[[str], None]") -> bool:
    """Whether so much heap is free; `text`, for its two numbers, is said where it is not."""
    gc.collect()
    free_bytes = gc.mem_free()
    if free_bytes < least_bytes and text:
        log(text % (free_bytes, least_bytes))
    return free_bytes >= least_bytes


async def load(calm: "Callable[[], Awaitable[None]]", *names: str) -> None:
    """Import one after the other: from files each takes a small board 20 to 40 ms. ImportError,
    OSError, MemoryError.

    `calm()`: returns when no meter waits for its turn."""
    for name in names:
        await calm()
        __import__(name)
    await asyncio.sleep(0)


async def after(first: "Awaits", then: "Awaits") -> None:
    """One task for the two: the second begins once the first has ended."""
    await first()
    await then()


class Later:
    """What answers words, made by `make` when it is first asked."""

    def __init__(self, make: "Callable[[], Answers]") -> None:
        self._make = make
        self._made: Answers | None = None

    def __call__(self, words: "list[str]") -> str:
        if self._made is None:
            self._made = self._make()
        return self._made.answer(words)
