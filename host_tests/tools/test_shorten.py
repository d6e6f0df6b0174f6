"""tools.shorten: a module's own names get short, all others stay, and it does the same."""

import ast
import re

import interpreters
import pytest

from tools import manifest, stage
from tools.shorten import Around, keywords, shorten

ROOT = interpreters.ROOT
MODULE = '''"""Keeps `_counted` in a text."""

import _thread
from _rp2 import Flash

_LIMIT = 3
_text = "_LIMIT"


class Counter:
    def __init__(self, _start=0):
        self._counted = _start
        self.limit = _LIMIT

    def _go_on(self):
        self._counted += 1  # _counted
        return self._counted

    def count(self):
        return min(self._go_on(), self.limit), _text, __name__
'''


def module_of(source):
    names = {"__name__": "m"}
    exec(source.replace("import _thread\nfrom _rp2 import Flash\n", ""), names)
    return names


def test_private_names_are_short_and_the_module_does_the_same():
    short, names = shorten(MODULE, Around())
    assert names == {
        "bl": "_LIMIT",
        "bx": "_text",
        "pi": "_start",
        "asr": "_counted",
        "clz": "_go_on",
    }
    assert "self.asr += 1  # _counted" in short
    for source in (MODULE, short):
        counter = module_of(source)["Counter"](1)
        assert [counter.count() for _ in range(3)] == [(n, "_LIMIT", "m") for n in (2, 3, 3)]


def test_what_others_have_named_stays():
    short, names = shorten(MODULE + "\nlock = _thread.allocate_lock\n", Around())
    assert "import _thread\nfrom _rp2 import Flash" in short and "= _thread.allocate_lock" in short
    assert '"""Keeps `_counted` in a text."""' in short and '"_LIMIT"' in short
    assert "__init__" in short and "__name__" in short
    assert not {"_thread", "_rp2"} & set(names.values())


@pytest.mark.parametrize("base", ("Elsewhere", "module.Class"))
def test_a_class_that_inherits_from_elsewhere_keeps_its_names(base):
    # Its objects have the private names of the other module, which are cut to the same words.
    source = f"class Mine({base}):\n    def _mine(self):\n        return 1\n"
    assert shorten(source, Around()) == (source, {})


def test_what_is_on_no_object_is_short_in_such_a_module_too():
    source = """
_LIMIT = 3
_state = 1


class Mine(Elsewhere):
    def _add(self, value, _state):
        self._own = _top(_LIMIT, value)
        return self._own + _state


def _top(_own, other):
    return max(_own, other)
"""
    short, names = shorten(source, Around())
    assert set(names.values()) == {"_LIMIT", "value", "_top", "_own", "other"}
    assert "def _add(self, " in short and "self._own = " in short
    for text in (source, short):
        found = {"Elsewhere": object}
        exec(text, found)
        assert (found["Mine"]()._add(2, 5), found["_state"]) == (8, 1)


@pytest.mark.parametrize("base", ("OSError", "Mine", "Protocol"))
def test_one_of_its_own_module_or_of_the_language_does_not(base):
    source = f"class Mine:\n    pass\n\n\nclass More({base}):\n    _mine = 1\n"
    assert shorten(source, Around())[1] == {"bl": "_mine"}


def test_a_short_name_that_is_there_is_not_given_again():
    source = "_limit = 3\n\n\nclass Mine(Elsewhere):\n    bl = _limit\n"
    assert shorten(source, Around())[1] == {"bx": "_limit"}


def test_more_names_than_letters():
    source = "".join(f"_name{i} = {i}\n" for i in range(200))
    short, names = shorten(source, Around())
    assert len(names) == 200 and {"bl", "pi", "_a", "_z", "_aa"} <= set(names)
    found = {}
    exec(short, found)
    assert [found[name] for name in names] == list(range(200))


PARAMETERS = '''
import struct

LIMIT = 5


def total(values, start, step=1, LIMIT=LIMIT, struct=struct):
    """Adds `values` to start."""
    row = [start for start in values]
    return (lambda start: start + sum(row) * step)(start)


def asked(end_ms, errors):
    try:
        return total([1, 2], end_ms, step=2)
    except ValueError as errors:
        return errors.args
    finally:
        end_ms.values = 3


class Counts:
    values = ()

    def add(self, values, end_ms):
        nonlocal_values = values

        def more():
            nonlocal values
            values = end_ms
            return nonlocal_values

        return more(), values
'''


def test_parameters_that_no_call_names_are_short_wherever_they_stand():
    short, names = shorten(PARAMETERS, Around(keywords(PARAMETERS)))
    assert set(names.values()) == {"start", "end_ms"}
    assert "def total(values, bl, step=1, LIMIT=LIMIT, struct=struct):" in short
    assert '"""Adds `values` to start."""' in short and "bx.values = 3" in short
    before, after = {}, {}
    exec(PARAMETERS, before)
    exec(short, after)
    for found in (before, after):
        assert found["total"]([1, 2], 10) == 13
        assert found["Counts"]().add(1, 2) == (1, 2)


def test_one_that_any_module_names_in_a_call_stays():
    assert keywords("total(1, start=2)\nothers(**rows)") == {"start"}
    assert "start" not in shorten(PARAMETERS, Around({"start"}))[1].values()


def sources():
    files = manifest.Manifest(ROOT / "boards/RPI_PICO/manifest.py").files
    return {name: path for name, path in files.items() if name.startswith(stage.OURS)}


def test_no_module_of_the_firmware_knows_a_private_name_of_another():
    for name, path in sources().items():
        names = shorten(path.read_text(), Around())[1].values()
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("wattseal"):
                private = [alias.name for alias in node.names if alias.name.startswith("_")]
                assert not private, f"{name} imports {private}"
            if isinstance(node, ast.Call) and getattr(node.func, "id", "")[1:] == "etattr":
                asked = node.args[1]
                assert getattr(asked, "value", "") not in names, f"{name}: {ast.unparse(node)}"


def borrowed(source):
    """Private attributes that a module uses and does not make."""
    nodes = list(ast.walk(ast.parse(source)))
    attributes = [node for node in nodes if isinstance(node, ast.Attribute)]
    private = {node.attr for node in attributes if re.fullmatch("_[a-z].*", node.attr)}
    made = {node.attr for node in attributes if isinstance(node.ctx, ast.Store)}
    return private - made - {getattr(node, "name", "") for node in nodes}


def test_no_class_uses_the_private_names_of_a_base_elsewhere():
    """Those are cut in the other module and not in this one."""
    assert borrowed("class A(B):\n    def f(self):\n        self._own = self._bases") == {"_bases"}
    for name, path in sources().items():
        assert not borrowed(path.read_text()), name


def test_a_private_constant_stays_one_that_no_device_has_a_name_of():
    # mpy-cross puts it in where it stands because its name begins with _: else 8 bytes for each.
    source = "from micropython import const\n\n_LIMIT = const(3)\n_own = [_LIMIT]\n"
    assert shorten(source, Around())[1] == {"_a": "_LIMIT", "bl": "_own"}


def test_a_word_that_stands_in_any_text_is_given_to_none():
    source = "class Mine:\n    def _mine(self):\n        return self._mine\n"
    assert shorten(source, Around(taken={"bl", "bx"}))[1] == {"pi": "_mine"}


def test_an_imported_module_is_called_by_its_word_and_a_second_one_by_another():
    source = (
        "from wattseal.a import cos as late\nfrom wattseal.b import cos as early\n"
        "from wattseal.b import sin as left\nOUT = late, early, left\n"
    )
    short, names = shorten(source, Around(aliases={"late", "early"}))
    assert names == {"cos": "early", "bl": "late"}
    assert "a import cos as bl\n" in short and "b import cos as cos\n" in short
    assert short.endswith("import sin as left\nOUT = bl, cos, left\n")


def test_the_private_names_of_a_tree_are_few():
    # Each that MicroPython has not costs 7 bytes; beyond 1,270 of all kinds the table doubles.
    found = [shorten(path.read_text(), Around())[1] for path in sources().values()]
    assert len({name for names in found for name in names.values()}) > 650
    assert len({short for names in found for short in names}) < 80
