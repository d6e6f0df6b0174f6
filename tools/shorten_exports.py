"""Shortens the names that modules give one another by `from ... import`; changes nothing they do.

Such a name stands in the global names of modules only. Two of them may have the same short one
where no module has both, so that a few short names serve for all: on a stock RP2040 the table of
names doubles, to 9 KB more, with the 1,261st name.
"""

import ast
import builtins
import io
import tokenize
from collections.abc import Iterator
from itertools import count, product
from string import ascii_lowercase, ascii_uppercase

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_ERRORS = ("Error", "Fault", "Exception")  # bases of what a person reads the name of


def shorten_exports(sources: dict[str, str], others: list[str]) -> dict[str, dict[str, str]]:
    """{module: {what it exports or imports: its short name}}. `others`: texts that stay as they
    are, and name what they import."""
    trees = {name: ast.parse(text) for name, text in sources.items()}
    modules = {name.removesuffix(".py").replace("/", ".") for name in sources}
    held = set(dir(builtins))
    for text in others:
        held |= _tokens(text)
    for tree in trees.values():
        held |= _held(tree, modules)
    exported = {name for tree in trees.values() for name in _exported(tree)} - held
    inside = {name: _tokens(text) & exported for name, text in sources.items()}
    every = set().union(*(_tokens(text) for text in sources.values()), held)
    short = _coloured(inside, every)
    return {name: {word: short[word] for word in sorted(inside[name])} for name in sources}


def replaced(source: str, names: dict[str, str]) -> str:
    """The module with the short names, on the same lines."""
    lines = source.splitlines(keepends=True)
    for token in reversed(list(tokenize.generate_tokens(io.StringIO(source).readline))):
        if token.type == tokenize.NAME and token.string in names:
            row, start = token.start
            line = lines[row - 1]
            lines[row - 1] = line[:start] + names[token.string] + line[start + len(token.string) :]
    return "".join(lines)


def _tokens(text: str) -> set[str]:
    found = tokenize.generate_tokens(io.StringIO(text).readline)
    return {token.string for token in found if token.type == tokenize.NAME}


def _exported(tree: ast.Module) -> Iterator[str]:
    """Public functions, constants and classes of the module, but for exceptions."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and any(map(_is_error, node.bases)):
            continue
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names = [node.name]
        elif isinstance(node, ast.Assign):
            targets = [name for target in node.targets for name in ast.walk(target)]
            names = [target.id for target in targets if isinstance(target, ast.Name)]
        else:
            continue
        yield from (name for name in names if not name.startswith("_"))


def _is_error(base: ast.expr) -> bool:
    return isinstance(base, ast.Name) and base.id.endswith(_ERRORS)


def _held(tree: ast.Module, modules: set[str]) -> set[str]:
    """Names that stand for something else too, here: they stay."""
    found = set()
    notes = {id(part) for note in _annotations(tree) for part in ast.walk(note)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, (ast.keyword, ast.arg)):
            found.add(node.arg or "")
        elif isinstance(node, ast.ExceptHandler):
            found.add(node.name or "")
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            found |= set(node.names)
        elif isinstance(node, ast.JoinedStr):  # one token, into which no name can be put
            found |= {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found |= {node.value} if id(node) not in notes else set()
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            found |= _from_elsewhere(node, modules)
        elif isinstance(node, (*_FUNCTIONS, ast.ClassDef, *_COMPREHENSIONS)):
            found |= _bound_within(node)
    return found


def _annotations(tree: ast.Module) -> Iterator[ast.AST]:
    """What MicroPython does not compile."""
    for node in ast.walk(tree):
        for field in ("annotation", "returns"):
            note = getattr(node, field, None)
            if note is not None:
                yield note


def _from_elsewhere(node: ast.Import | ast.ImportFrom, modules: set[str]) -> set[str]:
    """Modules, what others than ours export, and what has a second name here."""
    origin = node.module or "" if isinstance(node, ast.ImportFrom) else ""
    found = set(origin.split("."))
    for alias in node.names:
        theirs = not origin.startswith("wattseal") and origin not in modules
        if isinstance(node, ast.ImportFrom) and node.level:
            theirs = False
        if theirs or alias.asname or f"{origin}.{alias.name}".lstrip(".") in modules:
            found |= {*alias.name.split("."), alias.asname or ""}
    return found


def _bound_within(node: ast.AST) -> set[str]:
    """What a function, a class or a comprehension binds in itself."""
    found = set()
    for child in ast.walk(node):
        if child is node:
            continue
        if isinstance(child, (*_FUNCTIONS[:2], ast.ClassDef)):
            found.add(child.name)
        elif isinstance(child, ast.Name) and not isinstance(child.ctx, ast.Load):
            found.add(child.id)
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
        short[name] = next(word for word in _words() if word not in others and word not in taken)
    return short


def _words() -> Iterator[str]:
    for size in count(1):
        for first in ascii_uppercase:
            for rest in product(ascii_lowercase, repeat=size):
                yield first + "".join(rest)
