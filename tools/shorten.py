"""Shortens a module's own names before it is compiled for a device; changes nothing it does.

A device that loads modules from files keeps every name once, in RAM: on a stock RP2040 private
names and those of parameters took 17 KB. Each module begins with `_a` anew, so that all of them
share a few.
"""

import ast
import builtins
import io
import re
import tokenize
from itertools import count, product
from string import ascii_lowercase

_PRIVATE = re.compile(r"_[A-Za-z]\w*")
_Place = tuple[int, int]  # line from 1, column in bytes: sources are ASCII where it matters
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def keywords(source: str) -> set[str]:
    """The names by which the module's calls give arguments."""
    nodes = ast.walk(ast.parse(source))
    return {node.arg for node in nodes if isinstance(node, ast.keyword) and node.arg}


def shorten(source: str, kept: set[str]) -> tuple[str, dict[str, str]]:
    """The module with shorter names, on the same lines, and {short: what it was}.

    `kept`: parameters that somebody, anywhere, names in a call.
    """
    tree = ast.parse(source)
    if _inherits_from_elsewhere(tree):  # the other module's names are on the same objects
        return source, {}
    places = _private_places(source, _imported(tree)) | _parameter_places(tree, kept)
    names = _shorter(list(dict.fromkeys(places[place] for place in sorted(places))))
    return _replaced(source, places, names), {short: name for name, short in names.items()}


def _inherits_from_elsewhere(tree: ast.Module) -> bool:
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    known = {node.name for node in classes} | {"Protocol", *dir(builtins)}
    bases = [base for node in classes for base in node.bases]
    return any(not isinstance(base, ast.Name) or base.id not in known for base in bases)


def _private_places(source: str, imported: set[str]) -> dict[_Place, str]:
    return {
        token.start: token.string
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.NAME
        and _PRIVATE.fullmatch(token.string)
        and token.string not in imported
    }


def _parameter_places(tree: ast.Module, kept: set[str]) -> dict[_Place, str]:
    """Wherever a name stands that is a parameter in this module, and nothing else in it."""
    nodes = list(ast.walk(tree))
    given = [node for node in nodes if isinstance(node, ast.arg)]
    used = [node for node in nodes if isinstance(node, ast.Name)]
    names = {node.arg for node in given} - kept - _bound_otherwise(tree, nodes) - {"self"}
    places = {(node.lineno, node.col_offset): node.arg for node in given if node.arg in names}
    places |= {(node.lineno, node.col_offset): node.id for node in used if node.id in names}
    return places


def _bound_otherwise(tree: ast.Module, nodes: list[ast.AST]) -> set[str]:
    """Names of the module itself, of builtins, and those whose places the tree does not tell."""
    outside = [node for body in _bodies_outside_functions(tree) for node in body]
    names = {node.id for node in outside if isinstance(node, ast.Name)}
    # functions, classes, `except ... as`
    names |= {str(getattr(node, "name", "")) for node in nodes}
    for node in nodes:
        if isinstance(node, (ast.Nonlocal, ast.Global)):
            names |= set(node.names)
    return names | _imported(tree) | set(dir(builtins))


def _bodies_outside_functions(tree: ast.Module) -> list[list[ast.AST]]:
    ahead: list[ast.AST] = [tree]
    found = []
    while ahead:
        children = list(ast.iter_child_nodes(ahead.pop()))
        found.append(children)
        ahead += [child for child in children if not isinstance(child, _FUNCTIONS)]
    return found


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


def _replaced(source: str, places: dict[_Place, str], names: dict[str, str]) -> str:
    lines = source.splitlines(keepends=True)
    for row, start in sorted(places, reverse=True):
        name = places[row, start]
        line = lines[row - 1]
        lines[row - 1] = line[:start] + names[name] + line[start + len(name) :]
    return "".join(lines)
