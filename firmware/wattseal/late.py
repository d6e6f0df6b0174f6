"""Imports that come late and go early, for a small board's heap; knows no module by name."""

import sys

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable, Protocol

    class Answers(Protocol):
        def answer(self, words: list[str]) -> str: ...


def drop(*names: str) -> None:
    """A small board needs their heap. What they made lives on, and they can be imported again."""
    for name in names:
        package, _, last = name.rpartition(".")
        if sys.modules.pop(name, None) and hasattr(sys.modules.get(package), last):
            delattr(sys.modules[package], last)


class Later:
    """What answers words, made by `make` when it is first asked."""

    def __init__(self, make: "Callable[[], Answers]") -> None:
        self._make = make
        self._made: Answers | None = None

    def __call__(self, words: "list[str]") -> str:
        if self._made is None:
            self._made = self._make()
        return self._made.answer(words)
