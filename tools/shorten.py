"""Shortens a module's own names before it is compiled for a device; changes nothing it does.

A device that loads modules from files keeps every name once, in RAM: on a stock RP2040 private
names and those of parameters took 17 KB. Each module begins with `_a` anew, so that all of them
share a few.
"""

import re
from collections.abc import Mapping, Set
from itertools import count, product
from string import ascii_lowercase

from tools.module_text import ModuleText, Place, imported, read

_PRIVATE = re.compile(r"_[A-Za-z]\w*")


def keywords(source: str) -> set[str]:
    """The names by which the module's calls give arguments. SyntaxError."""
    return set(read(source).keywords)


def shorten(
    source: str, kept: set[str], exports: Mapping[str, str] | None = None
) -> tuple[str, dict[str, str]]:
    """The module with shorter names, on the same lines, and {short: what it was}.

    `kept`: parameters that somebody, anywhere, names in a call. `exports`: the short names of what
    modules give one another, of tools.shorten_exports.
    """
    module = read(source)
    others = {name: short for name, short in (exports or {}).items() if name in module.places}
    places = {name: module.places[name] for name in others}
    ours = _own_places(module, kept)
    own = _shorter(sorted(ours, key=lambda name: min(ours[name])), module.places.keys() - ours)
    places |= ours
    text = _replaced(source, places, own | others)
    return text, {short: name for name, short in (own | others).items()}


def _own_places(module: ModuleText, kept: set[str]) -> dict[str, list[Place]]:
    """Of private names and of those that are parameters. Of a class that inherits from another
    module's, all that may be on an object stays: that module's names are there too."""
    ours = {name: at for name, at in module.parameters.items() if name not in kept}
    stay = imported(module) | (module.held if module.inherits else set())
    for name in module.places.keys() - stay:
        if _PRIVATE.fullmatch(name):
            ours[name] = sorted({*module.places[name], *ours.get(name, [])})
    return ours


def _shorter(names: list[str], taken: Set[str]) -> dict[str, str]:
    words = (
        "_" + "".join(word) for size in count(1) for word in product(ascii_lowercase, repeat=size)
    )
    free = (word for word in words if word not in taken)
    return {name: next(free) for name in names}


def _replaced(source: str, places: dict[str, list[Place]], names: dict[str, str]) -> str:
    lines = source.splitlines(keepends=True)
    found = [(place, name) for name, rows in places.items() for place in rows]
    for (row, start), name in sorted(found, reverse=True):
        line = lines[row - 1]
        lines[row - 1] = line[:start] + names[name] + line[start + len(name) :]
    return "".join(lines)
