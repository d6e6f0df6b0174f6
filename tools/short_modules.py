"""Shortens the names of modules for an archive; changes nothing they do, and no package of theirs.

A module's name, its path and, as an attribute of its package, its last part are three names in the
RAM of a device that loads it. Each folder gets a letter, each module in it a word that MicroPython
has: wattseal/drivers/file_journal.py becomes wattseal.f.cos, and is called cos by who imports it.

What is found by a name that is put together while the firmware runs stays as it is, and so does
what anybody imports who is not staged with it.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Set
from string import ascii_lowercase
from typing import NamedTuple

from tools.module_text import Place, does_nothing, names_of, read
from tools.short_words import small
from tools.staged import StageFault

# The hal is asked for by the starts of images and at the prompt, models and the console's words
# are found in texts, and commissioning drops what begins with `detect_`.
_LEFT = ("wattseal/hal/", "wattseal/core/models/", "wattseal/console/")
_LEFT_LAST = ("__", "detect_")
_DEEP = re.compile(r"(wattseal/.+)/(\w+)\.py")  # in a folder of wattseal/

_IMPORT = re.compile(r"from (wattseal[\w.]*) import (\([^)]*|.*)")


class _Change(NamedTuple):
    begin: Place
    end: Place
    text: str


def short_modules(texts: Mapping[str, str], outside: Iterable[str]) -> dict[str, str]:
    """{module: its short name}, dotted, of those that get one. `outside`: texts of whoever imports
    modules and is not renamed with them: what they name keeps its name."""
    told = {name for text in outside for name in _named_in(text)}
    folders: dict[str, list[str]] = {}
    for path in sorted(texts):
        found = _DEEP.fullmatch(path)
        if found and not path.startswith(_LEFT) and _is_bare(found[1], texts):
            folder, last = found.groups()
            if f"{dotted(folder)}.{last}" not in told and not last.startswith(_LEFT_LAST):
                folders.setdefault(folder, []).append(last)
    taken = {re.split(r"[/.]", path)[1] for path in texts}
    letters = [letter for letter in ascii_lowercase if letter not in taken]
    short = {}
    for letter, (folder, lasts) in zip(letters, folders.items(), strict=False):
        for last, word in zip(lasts, small(set()), strict=False):
            short[dotted(f"{folder}/{last}")] = f"wattseal.{letter}.{word}"
    return short


def with_short_modules(path: str, text: str, short: Mapping[str, str], left: Set[str]) -> str:
    """The module's text with the short names, on the same lines. `left`: modules that have none.
    StageFault for a text that might name a module and cannot be judged."""
    home = path.removesuffix("/__init__.py").removesuffix(".py")
    package = home if path.endswith("/__init__.py") else home.rpartition("/")[0]
    packages = {name.rpartition(".")[0]: word.rpartition(".")[0] for name, word in short.items()}
    changes = []
    unsaid: set[ast.AST] = set()  # docstrings
    pieces: set[ast.AST] = set()  # of f-strings
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr):
            unsaid.add(node.value)
        elif isinstance(node, ast.JoinedStr):
            pieces |= set(node.values)
        elif isinstance(node, ast.ImportFrom):
            changes += _imported(node, dotted(package), short)
        elif isinstance(node, ast.Import) and any(alias.name in short for alias in node.names):
            raise StageFault(f"{path}, line {node.lineno}: say `from ... import ...` there")
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            named = {**packages, **short}.get(node.value)
            if named and not {node} & (unsaid | pieces):
                changes.append(_change(node, f'"{named}"'))
            elif not {node.value, node} & (left | unsaid) and _might_name(node.value, short):
                raise StageFault(f"{path}, line {node.lineno}: name a module by a text of its own")
    return _changed(text, changes)


def aliases(texts: Iterable[str], short: Mapping[str, str], others: Iterable[str]) -> set[str]:
    """Of texts with short modules: by what these are called there, where no text has that name for
    something else."""
    modules = set(short.values())
    found: set[str] = set()
    stay = {name for text in others for name in names_of(text)}
    for text in texts:
        module = read(text)
        stay |= module.held | module.exported
        for row in module.imports:
            stay |= set(row.origin.split("."))
            for name, own in row.names:
                if own and f"{row.origin}.{name}" in modules:
                    found.add(own)
                else:
                    stay |= {own, *name.split(".")}
    return found - stay


def _is_bare(folder: str, texts: Mapping[str, str]) -> bool:
    """Nothing is done when the package is imported: nobody misses that."""
    return does_nothing(texts.get(f"{folder}/__init__.py", ""))


def _named_in(text: str) -> Iterator[str]:
    """Modules, and what may be one; the text may hold sources in strings."""
    for origin, names in _IMPORT.findall(text):
        yield from (f"{origin}.{name}" for name in re.findall(r"\w+", names))
    yield from re.findall(r"wattseal(?:\.\w+)+", text)


def _might_name(text: str, short: Mapping[str, str]) -> bool:
    """It is the begin of a module's new name, or has one in it."""
    begins = any(name.startswith(text) for name in short) and text.startswith("wattseal.")
    return begins or any(part in short for part in re.findall(r"wattseal(?:\.\w+)+", text))


def _imported(node: ast.ImportFrom, package: str, short: Mapping[str, str]) -> Iterator[_Change]:
    """With a statement for each package that its modules are in now. A relative import becomes one
    of the whole name: who imports may be in another package than before."""
    origin = node.module or ""
    if node.level:
        above = package.split(".")
        origin = ".".join([*above[: len(above) - node.level + 1], *filter(None, [node.module])])
    rows: dict[str, list[str]] = {}
    for alias in node.names:
        named = short.get(f"{origin}.{alias.name}")
        if named:
            home, _, word = named.rpartition(".")
            rows.setdefault(home, []).append(f"{word} as {alias.asname or alias.name}")
        else:
            rows.setdefault(short.get(origin, origin), []).append(ast.unparse(alias))
    if node.level or [*rows] != [origin]:
        said = "; ".join(f"from {home} import {', '.join(names)}" for home, names in rows.items())
        yield _change(node, said)


def _change(node: ast.stmt | ast.expr, text: str) -> _Change:
    row, column = node.end_lineno or node.lineno, node.end_col_offset or 0
    lines = "\n" * (row - node.lineno)  # as many as before
    return _Change((node.lineno, node.col_offset), (row, column), text + lines)


def _changed(text: str, changes: list[_Change]) -> str:
    lines = text.splitlines(keepends=True)
    for (row, start), (last, end), new in sorted(changes, reverse=True):
        behind = lines[last - 1][end:]
        lines[row - 1 : last] = [lines[row - 1][:start] + new + behind]
    return "".join(lines)


def dotted(path: str) -> str:
    """The name of the module, or of the folder, at a path."""
    return path.removesuffix(".py").replace("/", ".")
