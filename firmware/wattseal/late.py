"""Drops modules that were imported late and whose work is done; imports none itself."""

import sys


def drop(*names: str) -> None:
    """A small board needs their heap. What they made lives on, and they can be imported again."""
    for name in names:
        package, _, last = name.rpartition(".")
        if sys.modules.pop(name, None) and hasattr(sys.modules.get(package), last):
            delattr(sys.modules[package], last)
