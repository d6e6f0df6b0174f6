"""The rules of the house that a linter does not know; reads source, runs nothing of it."""

import ast
import re

import interpreters
import pytest

ROOT = interpreters.ROOT
FILE_LINES = 220
FUNCTION_LINES = 40  # 25 is the wish
SHIPPED = ("firmware", "boards", "tools")
CORE_MAY_IMPORT = {"struct", "binascii", "hashlib", "micropython"}
HARDWARE = {"machine", "network", "esp32", "rp2", "termios"}
TEXT = {".py", ".sh", ".md", ".toml", ".txt", ".json", ".csv", ".yml", ".yaml", ""}
# A path that only some machine has: of a home, a checkout, a scratch or a registry.
MACHINE_PATH = re.compile(
    r"(?<![\w.$}])/(?:work|root|home/\w+|Users/\w+|mnt|opt/venv)/"
    r"|https?://[\w.-]*(?:pypi|registry|artifact|mirror|proxy)[\w.-]*[:/]"
)


def python_files(*folders):
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def name_of(path):
    return path.relative_to(ROOT).as_posix()


def each(paths):
    return pytest.mark.parametrize("path", paths, ids=name_of)


def tree(path):
    return ast.parse(path.read_text())


def imports(node):
    """Top-level names of the modules that `node` and what is below it import."""
    for part in ast.walk(node):
        if isinstance(part, ast.Import):
            yield from (alias.name.split(".")[0] for alias in part.names)
        elif isinstance(part, ast.ImportFrom) and part.level == 0:
            yield (part.module or "").split(".")[0]


def run_time(path):
    """The module without what stands under `if TYPE_CHECKING`."""
    module = tree(path)
    for node in ast.walk(module):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = [ast.Pass()]
    return module


def floats(module):
    """(line, what) of everything that makes a float."""
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, (float, complex)):
            yield node.lineno, "a float literal"
        elif isinstance(node, (ast.BinOp, ast.AugAssign)) and isinstance(node.op, ast.Div):
            yield node.lineno, "a true division"
        elif isinstance(node, ast.Name) and node.id == "float":
            yield node.lineno, "float"
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("round", "pow"):
            yield node.lineno, ast.unparse(node.func)


def handlers(module):
    """(line, what) of everything that swallows more than it can name."""
    for node in ast.walk(module):
        if isinstance(node, ast.ExceptHandler):
            caught = ast.unparse(node.type) if node.type else "everything"
            if re.search(r"\b(everything|Exception|BaseException)\b", caught):
                yield node.lineno, "except " + caught


SOURCES = python_files(*SHIPPED)
CORE = python_files("firmware/wattseal/core")
FIRMWARE = python_files("firmware/wattseal")
ABOVE_HARDWARE = [p for p in FIRMWARE if p.parent.name != "hal"] + python_files("tools")
# A simulated line reads how its other end is set.
ABOVE_HARDWARE.remove(ROOT / "tools/own_line.py")
# A person's terminal is left as it was found.
ABOVE_HARDWARE.remove(ROOT / "tools/console/keyboard.py")
# They run on the emulated board.
ABOVE_HARDWARE.remove(ROOT / "tools/bench_board/pulses.py")
ABOVE_HARDWARE.remove(ROOT / "tools/bench_board/handshake.py")


@each(SOURCES)
def test_a_file_stays_short(path):
    lines = len(path.read_text().splitlines())
    assert lines <= FILE_LINES, "%d lines: a concept is missing a name" % lines


@each(SOURCES)
def test_a_function_stays_short(path):
    long = [
        "%s, %d lines" % (node.name, node.end_lineno - node.lineno + 1)
        for node in ast.walk(tree(path))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and node.end_lineno - node.lineno >= FUNCTION_LINES
    ]
    assert not long


@each(SOURCES)
def test_a_module_says_what_it_is_on_its_first_line(path):
    module = tree(path)
    assert ast.get_docstring(module), "no docstring"
    assert module.body[0].lineno == 1
    first = ast.get_docstring(module).splitlines()[0]
    assert first[-1] in ".;:", "the first line is no sentence: " + first


@each(SOURCES)
def test_nothing_is_swallowed_that_has_no_name(path):
    if name_of(path) == "firmware/wattseal/app/supervisor.py":
        return  # the one place where every task ends
    assert not list(handlers(tree(path)))


@each(CORE)
def test_core_has_no_floats(path):
    assert not list(floats(tree(path)))


@each(CORE)
def test_core_imports_only_what_is_pure(path):
    outside = set(imports(run_time(path))) - CORE_MAY_IMPORT - {"wattseal"}
    assert not outside
    ours = [node.module for node in ast.walk(run_time(path)) if isinstance(node, ast.ImportFrom)]
    assert all(
        not module.startswith("wattseal") or module.startswith("wattseal.core") for module in ours
    )


@each(CORE)
def test_core_keeps_no_state_between_calls(path):
    changed = [node.lineno for node in ast.walk(tree(path)) if isinstance(node, ast.Global)]
    assert not changed


@each(ABOVE_HARDWARE)
def test_only_the_hal_and_the_boards_know_the_hardware(path):
    assert not set(imports(run_time(path))) & HARDWARE


@each(FIRMWARE)
def test_an_exception_of_ours_derives_straight_from_exception(path):
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ClassDef):
            bases = [ast.unparse(base) for base in node.bases]
            faulty = [b for b in bases if re.search(r"(Error|Exception|Fault)$", b)]
            assert faulty in ([], ["Exception"]), "%s(%s)" % (node.name, ", ".join(bases))


def tracked_text():
    """Every text file of the project, built or fetched ones apart."""
    apart = {"build", "out", ".git", "__pycache__", ".hypothesis", ".ruff_cache"}
    for path in sorted(ROOT.rglob("*")):
        parts = set(path.relative_to(ROOT).parts)
        if path.is_file() and path.suffix in TEXT and not parts & apart:
            yield path


def test_no_file_names_a_path_of_a_machine_or_a_registry():
    found = []
    for path in tracked_text():
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            if MACHINE_PATH.search(line):
                found.append("%s:%d: %s" % (name_of(path), number, line.strip()[:80]))
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("source", "check"),
    [
        ("x = 1.5", floats),
        ("x = a / b", floats),
        ("x /= 2", floats),
        ("x = float(3)", floats),
        ("x = round(y)", floats),
        ("try:\n pass\nexcept:\n pass", handlers),
        ("try:\n pass\nexcept Exception:\n pass", handlers),
        ("try:\n pass\nexcept (OSError, Exception) as e:\n pass", handlers),
        ("import machine", imports),
        ("from network import WLAN", imports),
        ("def f():\n import termios", imports),
    ],
)
def test_the_rules_find_what_they_forbid(source, check):
    found = set(check(ast.parse(source)))
    assert found & HARDWARE if check is imports else found


@pytest.mark.parametrize(
    "source", ["x = a // b", "x = 15", "try:\n pass\nexcept OSError:\n pass", "x = 'float'"]
)
def test_the_rules_let_the_rest_through(source):
    module = ast.parse(source)
    assert not list(floats(module)) + list(handlers(module))


def test_the_rule_about_paths_finds_them_and_leaves_the_device_alone():
    # Put together here, so that this file does not break its own rule.
    for folder in ("work", "root", "home/me"):
        assert MACHINE_PATH.search('open("/%s/x")' % folder)
    assert MACHINE_PATH.search("https:" + "//pypi.example/simple")
    for good in (
        "/data/config.json",
        "/dev/ttyACM0",
        "https://www.safe-ev.org",
        "a/%s/b" % "work",
    ):
        assert not MACHINE_PATH.search(good)
