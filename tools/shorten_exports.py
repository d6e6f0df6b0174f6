"""Shortens the names that modules give one another by `from ... import`; changes nothing they do.

Such a name stands in the global names of modules only. Two of them may have the same short one
where no module has both, so that a few short names serve for all: on a stock RP2040 the table of
names doubles, to 9 KB more, with the 1,261st name.
"""

from tools.module_text import BUILTINS, Import, names_of, read
from tools.short_words import capital


def shorten_exports(sources: dict[str, str], others: list[str]) -> dict[str, dict[str, str]]:
    """{module: {what it exports or imports: its short name}}. `others`: texts that stay as they
    are, and name what they import. SyntaxError."""
    texts = {name: read(text) for name, text in sources.items()}
    modules = {name.removesuffix(".py").replace("/", ".") for name in sources}
    held = set(BUILTINS)
    for text in others:
        held |= names_of(text).keys()
    for module in texts.values():
        held |= module.held
        for row in module.imports:
            held |= _from_elsewhere(row, modules)
    exported = {name for module in texts.values() for name in module.exported} - held
    inside = {name: module.places.keys() & exported for name, module in texts.items()}
    every = held.union(*(module.places for module in texts.values()))
    short = _coloured(inside, every)
    return {name: {word: short[word] for word in sorted(inside[name])} for name in sources}


def _from_elsewhere(row: Import, modules: set[str]) -> set[str]:
    """Modules, what others than ours export, and what has a second name here."""
    ours = row.relative or row.origin.startswith("wattseal") or row.origin in modules
    found = set(row.origin.split("."))
    for name, own in row.names:
        if not ours or own or f"{row.origin}.{name}".lstrip(".") in modules:
            found |= {*name.split("."), own}
    return found


def _coloured(inside: dict[str, set[str]], taken: set[str]) -> dict[str, str]:
    """A short name for each, another one than all that stand in a module with it have."""
    beside: dict[str, set[str]] = {}
    for names in inside.values():
        for name in names:
            beside.setdefault(name, set()).update(names)
    short: dict[str, str] = {}
    for name in sorted(beside, key=lambda name: (-len(beside[name]), name)):
        others = {short.get(other) for other in beside[name]}
        short[name] = next(word for word in capital(taken) if word not in others)
    return short
