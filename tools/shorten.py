"""Shortens a module's own names before it is compiled for a device; changes nothing it does.

A device that loads modules from files keeps every name once, in RAM: on a stock RP2040 private
names and those of parameters took 17 KB. Each module begins with the first word anew, so that all
of them share a few.
"""

import re
from collections.abc import Mapping, Set
from typing import NamedTuple

from tools.module_text import ModuleText, Place, imported, read
from tools.short_words import private, small

_PRIVATE = re.compile(r"_[A-Za-z]\w*")


def keywords(source: str) -> set[str]:
    """The names by which the module's calls give arguments. SyntaxError."""
    return set(read(source).keywords)


class Around(NamedTuple):
    """What is true of all modules together. `kept`: parameters that somebody names in a call;
    `taken`: all names that stand anywhere; `aliases`: names that modules are imported by, and
    nothing else."""

    kept: Set[str] = frozenset()
    taken: Set[str] = frozenset()
    aliases: Set[str] = frozenset()


def shorten(
    source: str, around: Around, exports: Mapping[str, str] | None = None
) -> tuple[str, dict[str, str]]:
    """The module with shorter names, on the same lines, and {short: what it was}. `exports`: the
    short names of what modules give one another, of tools.shorten_exports."""
    module = read(source)
    others = {name: short for name, short in (exports or {}).items() if name in module.places}
    places = {name: module.places[name] for name in others}
    ours = _own_places(module, around)
    own = _imported_words(module, around.aliases)
    taken = around.taken | (module.places.keys() - ours)
    left = sorted(ours.keys() - own.keys(), key=lambda name: min(ours[name]))
    hidden = [name for name in left if name in module.constants]
    own |= dict(zip(hidden, private(taken), strict=False))
    left = [name for name in left if name not in module.constants]
    own |= dict(zip(left, small(taken | set(own.values())), strict=False))
    places |= ours
    text = _replaced(source, places, own | others)
    return text, {short: name for name, short in (own | others).items()}


def _own_places(module: ModuleText, around: Around) -> dict[str, list[Place]]:
    """Of private names, of parameters, and of modules. Of a class that inherits from another
    module's, all that may be on an object stays: that module's names are there too."""
    ours = {name: at for name, at in module.parameters.items() if name not in around.kept}
    ours |= {name: module.places[name] for name in around.aliases & module.places.keys()}
    stay = imported(module) | (module.held if module.inherits else set())
    for name in module.places.keys() - stay:
        if _PRIVATE.fullmatch(name):
            ours[name] = sorted({*module.places[name], *ours.get(name, [])})
    return ours


def _imported_words(module: ModuleText, aliases: Set[str]) -> dict[str, str]:
    """For `from package import word as alias` the word itself, unless another has it: for both the
    module's table would have two names."""
    found: dict[str, str] = {}
    for row in module.imports:
        for word, alias in row.names:
            if alias in aliases and word not in found.values():
                found.setdefault(alias, word)
    return found


def _replaced(source: str, places: dict[str, list[Place]], names: dict[str, str]) -> str:
    lines = source.splitlines(keepends=True)
    found = [(place, name) for name, rows in places.items() for place in rows]
    for (row, start), name in sorted(found, reverse=True):
        line = lines[row - 1]
        lines[row - 1] = line[:start] + names[name] + line[start + len(name) :]
    return "".join(lines)
