"""The marked copy of the firmware: each statement in a function is told, nothing else changes."""

import ast
from pathlib import Path

import interpreters
import pytest

from tools.faults import ROOT, exceptions, marking, play

MODULE = '''"""It says what it is."""
A = 1
def f(x):
    """And so does this."""
    if x:
        return 1
    elif x is None:
        pass
    try:
        g = [i for i in x]
    except OSError:
        raise
    finally:
        x.close()
class C:
    b = 2
    async def m(self):
        async with self.lock:
            await self.go()
'''
TOLD = [5, 6, 7, 8, 9, 10, 12, 14, 18, 19]


def _calls(tree):
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Name)
        and node.value.func.id == "_line_at"
    ]


def test_each_statement_in_a_function_is_told_before_it_runs():
    text = marking.marked(MODULE, "some")
    lines = sorted(call.args[0].value for call in _calls(ast.parse(text)))
    assert lines == sorted(f"some:{number}" for number in TOLD)
    assert text.splitlines()[:3] == [
        '"""It says what it is."""', "from line_marks import at as _line_at", "A = 1",
    ]  # fmt: skip


def test_without_the_calls_it_is_the_module(tmp_path):
    class Unmarked(ast.NodeTransformer):
        def visit_Expr(self, node):
            return None if node.value in told else node

        def visit_ImportFrom(self, node):
            return None if node.module == "line_marks" else node

    firmware = marking.copied(ROOT, tmp_path)
    for module in marking.RECORD_PATH:
        name = f"wattseal/{module}.py"
        tree = ast.parse((firmware / name).read_text())
        told = _calls(tree)
        assert len(told) > 3, module
        sound = ast.parse((ROOT / "firmware" / name).read_text())
        assert ast.unparse(Unmarked().visit(tree)) == ast.unparse(sound)


def test_two_modules_of_one_name_are_told_apart(tmp_path):
    """A medium's errors come out of a driver's lines alone."""
    names = [marking._NAMES.get(module, Path(module).name) for module in marking.RECORD_PATH]
    assert len(set(names)) == len(names)
    firmware = marking.copied(ROOT, tmp_path)
    assert "'segments:" in (firmware / "wattseal/drivers/segments.py").read_text()
    assert "'segments:" not in (firmware / "wattseal/core/segments.py").read_text()


def _play(firmware, step, media=(False, True), **options):
    """(points, [what was wrong]) on the 64-bit interpreter."""
    path = interpreters.unix64()
    if not path:
        pytest.skip("there is no 64-bit MicroPython")
    jobs = [
        exceptions._at_lines("unix64", path, ring, firmware, False, step, **options)
        for ring in media
    ]
    rows = play.play(jobs, lambda of, done, total: None)
    return sum(row.tried for row in rows), [wrong for row in rows for wrong in row.wrong]


def test_a_sample_of_the_lines_loses_nothing(tmp_path):
    tried, wrong = _play(marking.copied(ROOT, tmp_path), 120)
    assert tried > 50
    assert not wrong


def test_a_journal_that_counts_before_it_stores_is_caught(tmp_path):
    firmware = marking.copied(ROOT, tmp_path)
    name = "wattseal/drivers/file_journal.py"
    text = (ROOT / "firmware" / name).read_text()
    broken = text.replace(
        "        self._write(frame)\n        self._highest += 1\n",
        "        self._highest += 1\n        self._writer.write(frame, self._highest)\n",
    )
    assert broken != text
    (firmware / name).write_text(marking.marked(broken, "file_journal"))
    _, wrong = _play(firmware, 2, [False], only="segments")
    assert "lost" in {finding.partition(":")[0] for finding in wrong}
