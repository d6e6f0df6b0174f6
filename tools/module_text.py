"""What a module's text tells of its names, read in one go and kept; changes no text.

A board is staged from 280 modules, and most of them are every board's: what is found here depends
on the text alone. The trees are not kept, for they take much more room than what they tell.
"""

import ast
import builtins
import io
import tokenize
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

Place = tuple[int, int]  # line from 1, column in bytes: sources are ASCII where it matters
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
BUILTINS = frozenset(dir(builtins))
_ERRORS = ("Error", "Fault", "Exception")  # bases of what a person reads the name of
# How a node lies: in a function, in whatever binds names of its own, in a note of a type (which
# MicroPython does not compile), in an f-string (one token, into which no name can be put).
_FUNCTION, _SCOPE, _NOTE, _FORMATTED = 1, 2, 4, 8


class Import(NamedTuple):
    origin: str  # "" for `import x`
    relative: bool
    names: tuple[tuple[str, str], ...]  # and what each is called here, "" for the same


class ModuleText(NamedTuple):
    places: dict[str, list[Place]]  # every name, wherever it is a token
    keywords: set[str]  # names by which calls give arguments
    exported: set[str]  # public functions, constants and classes, but for exceptions
    held: set[str]  # names that stand for something else too; what is imported apart
    imports: list[Import]
    parameters: dict[str, list[Place]]  # names that are parameters, and nothing else in it
    inherits: bool  # from another module's class
    constants: set[str]  # private ones, by const(): no device has their names


@cache
def names_of(text: str) -> dict[str, list[Place]]:
    """Every name, wherever it is a token."""
    places: dict[str, list[Place]] = {}
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.NAME:
            places.setdefault(token.string, []).append(token.start)
    return places


@cache
def read(text: str) -> ModuleText:
    """SyntaxError."""
    tree = ast.parse(text)
    reader = _Reader()
    reader.follow(tree)
    return ModuleText(
        names_of(text), reader.keywords, set(_exported(tree)), reader.held, reader.imports,
        reader.parameters(), reader.inherits(), set(_constants(tree)),
    )  # fmt: skip


def does_nothing(text: str) -> bool:
    """It is empty, or a docstring alone. SyntaxError."""
    body = ast.parse(text).body
    return not body[1:] and all(isinstance(node, ast.Expr) for node in body)


def imported(module: ModuleText) -> set[str]:
    """What others have named."""
    names = {own or name for row in module.imports for name, own in row.names}
    origins = {row.origin for row in module.imports}
    return {part for name in names | origins for part in name.split(".")}


def _exported(tree: ast.Module) -> set[str]:
    found: list[str] = []
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and any(map(_is_error, node.bases)):
            continue
        if isinstance(node, (*_FUNCTIONS[:2], ast.ClassDef)):
            found.append(node.name)
        elif isinstance(node, ast.Assign):
            targets = [name for target in node.targets for name in ast.walk(target)]
            found += [target.id for target in targets if isinstance(target, ast.Name)]
    return {name for name in found if not name.startswith("_")}


def _constants(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            names = [name.id for name in node.targets if isinstance(name, ast.Name)]
            if getattr(node.value.func, "id", "") == "const":
                yield from (name for name in names if name.startswith("_"))


def _is_error(base: ast.expr) -> bool:
    return isinstance(base, ast.Name) and base.id.endswith(_ERRORS)


class _Reader:
    """Goes over every node once."""

    def __init__(self) -> None:
        self.keywords: set[str] = set()
        self.held: set[str] = set()
        self.imports: list[Import] = []
        self._given: dict[str, list[Place]] = {}
        self._used: dict[str, list[Place]] = {}
        self._bound: set[str] = {"self", *BUILTINS}  # what is no mere parameter
        self._classes: set[str] = {"Protocol", *BUILTINS}
        self._bases: list[ast.expr] = []

    def follow(self, tree: ast.Module) -> None:
        ahead: list[tuple[ast.AST, int]] = [(tree, 0)]
        while ahead:
            node, lies = ahead.pop()
            self._take(node, lies)
            if isinstance(node, _FUNCTIONS):
                lies |= _FUNCTION | _SCOPE
            elif isinstance(node, (ast.ClassDef, *_COMPREHENSIONS)):
                lies |= _SCOPE
            elif isinstance(node, ast.JoinedStr):
                lies |= _FORMATTED
            for field, value in ast.iter_fields(node):
                within = lies | _NOTE if field in ("annotation", "returns") else lies
                for child in value if isinstance(value, list) else (value,):
                    if isinstance(child, ast.AST):
                        ahead.append((child, within))

    def parameters(self) -> dict[str, list[Place]]:
        mere = self._given.keys() - self._bound
        return {name: self._given[name] + self._used.get(name, []) for name in mere}

    def inherits(self) -> bool:
        return any(
            not isinstance(base, ast.Name) or base.id not in self._classes for base in self._bases
        )

    def _take(self, node: ast.AST, lies: int) -> None:
        if isinstance(node, ast.Name):
            self._take_name(node, lies)
        elif isinstance(node, ast.Attribute):
            self.held.add(node.attr)
        elif isinstance(node, ast.Constant):
            if isinstance(node.value, str) and not lies & _NOTE:
                self.held.add(node.value)
        elif isinstance(node, ast.arg):
            self.held.add(node.arg)
            self._given.setdefault(node.arg, []).append((node.lineno, node.col_offset))
        elif isinstance(node, ast.keyword):
            self.held.add(node.arg or "")
            self.keywords |= {node.arg} if node.arg else set()
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            self.held |= set(node.names)
            self._bound |= set(node.names)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            self._take_import(node)
        else:
            self._take_definition(node, lies)

    def _take_name(self, node: ast.Name, lies: int) -> None:
        self._used.setdefault(node.id, []).append((node.lineno, node.col_offset))
        if not lies & _FUNCTION:
            self._bound.add(node.id)
        if lies & _FORMATTED or lies & _SCOPE and not isinstance(node.ctx, ast.Load):
            self.held.add(node.id)

    def _take_import(self, node: ast.Import | ast.ImportFrom) -> None:
        names = tuple((alias.name, alias.asname or "") for alias in node.names)
        row = Import(getattr(node, "module", None) or "", getattr(node, "level", 0) > 0, names)
        self.imports.append(row)
        for name, own in row.names:
            self._bound |= {name, *(own or name).split(".")}
        self._bound |= set(row.origin.split("."))

    def _take_definition(self, node: ast.AST, lies: int) -> None:
        """Functions, classes, `except ... as`, and whatever else has a name."""
        name = getattr(node, "name", None)
        if isinstance(name, str):
            self._bound.add(name)
            nested = lies & _SCOPE and not isinstance(node, ast.alias)
            if isinstance(node, ast.ExceptHandler) or nested:
                self.held.add(name)
        if isinstance(node, ast.ClassDef):
            self._classes.add(node.name)
            self._bases += node.bases
