"""Shortens all names of the modules that a device gets, one kind after the other; stages nothing.

Modules first (tools/short_modules.py), then what they give one another (tools/shorten_exports.py),
then what each has for itself (tools/shorten.py).
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tools.module_text import names_of
from tools.short_modules import aliases, dotted, short_modules, with_short_modules
from tools.shorten import Around, keywords, shorten
from tools.shorten_exports import shorten_exports
from tools.staged import StageFault


class Outside(NamedTuple):
    """Texts that stay as they are. `beside`: sources staged with the modules. `elsewhere`: what
    imports some of them on a device and may be of another version."""

    beside: Sequence[str]
    elsewhere: Sequence[str]


class Short(NamedTuple):
    """`module`: its name on the device, dotted; `names`: {short: what it was}."""

    text: str
    module: str
    names: dict[str, str]


def short_names(texts: Mapping[str, str], outside: Outside, modules: bool) -> dict[str, Short]:
    """Of {path: text}; `modules`: of the modules too. StageFault."""
    kept: set[str] = set()
    taken = {name for text in outside.beside for name in names_of(text)}
    for path, text in texts.items():
        try:
            kept |= keywords(text)
        except SyntaxError as fault:
            raise StageFault(f"{path}, line {fault.lineno}, is no Python: {fault.msg}") from fault
        taken |= names_of(text).keys()
    short = short_modules(texts, [*outside.beside, *outside.elsewhere]) if modules else {}
    left = {dotted(path) for path in texts} - short.keys()
    named = dict(texts)
    if modules:
        named = {path: with_short_modules(path, text, short, left) for path, text in texts.items()}
    around = Around(kept, taken, aliases(named.values(), short, outside.beside))
    found = {}
    for path, exports in shorten_exports(named, list(outside.beside)).items():
        text, names = shorten(named[path], around, exports)
        found[path] = Short(text, short.get(dotted(path), dotted(path)), names)
    return found
