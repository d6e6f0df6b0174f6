"""Shortens a module's private names before it is compiled for a device; changes nothing it does.

A device that loads modules from files keeps every name once, in RAM: on a stock RP2040 private
names took 15 KB. Each module begins with `_a` anew, so that all of them share a few.
"""

import ast
import builtins
import io
import re
import tokenize
from itertools import count, product
from string import ascii_lowercase

_PRIVATE = re.compile(r"_[A-Za-z]\w*")


def shorten(source: str) -> tuple[str, dict[str, str]]:
    """The module with shorter names, on the same lines, and {short: what it was}."""
    tree = ast.parse(source)
    if _inherits_from_elsewhere(tree):  # the other module's names are on the same objects
        return source, {}
    tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    found = dict.fromkeys(token.string for token in tokens if _is_private(token))
    names = _shorter([name for name in found if name not in _imported(tree)])
    return _replaced(source, tokens, names), {short: name for name, short in names.items()}


def _is_private(token: tokenize.TokenInfo) -> bool:
    return token.type == tokenize.NAME and bool(_PRIVATE.fullmatch(token.string))


def _inherits_from_elsewhere(tree: ast.Module) -> bool:
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    known = {node.name for node in classes} | {"Protocol", *dir(builtins)}
    bases = [base for node in classes for base in node.bases]
    return any(not isinstance(base, ast.Name) or base.id not in known for base in bases)


def _imported(tree: ast.Module) -> set[str]:
    """What others have named."""
    imports = [node for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))]
    names = {alias.asname or alias.name for node in imports for alias in node.names}
    modules = {node.module or "" for node in imports if isinstance(node, ast.ImportFrom)}
    return {part for name in names | modules for part in name.split(".")}


def _shorter(names: list[str]) -> dict[str, str]:
    letters = (
        "".join(word) for size in count(1) for word in product(ascii_lowercase, repeat=size)
    )
    return {name: f"_{next(letters)}" for name in names}


def _replaced(source: str, tokens: list[tokenize.TokenInfo], names: dict[str, str]) -> str:
    lines = source.splitlines(keepends=True)
    for token in reversed(tokens):
        if token.type == tokenize.NAME and token.string in names:
            row, start = token.start
            line = lines[row - 1]
            lines[row - 1] = line[:start] + names[token.string] + line[token.end[1] :]
    return "".join(lines)
