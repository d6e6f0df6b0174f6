"""tools.shorten_exports: few short names for what modules give one another; all else stays."""

import ast

import pytest

from tools.shorten import Around, keywords, shorten
from tools.shorten_exports import shorten_exports

A = '''"""Gives Wheel and spin; says "Wheel" to nobody."""
from micropython import const
LIMIT = const(3)
SPOKES = 7
class Wheel:
    spokes = SPOKES
    def turned(self, times):
        return [times * LIMIT for _ in range(self.spokes)]
class Stuck(Exception):
    pass
def spin(wheel: "Wheel", times):
    if times > LIMIT:
        raise Stuck
    return wheel.turned(times)
'''
B = '''"""Uses both."""
import struct
from wattseal.a import Stuck, Wheel, spin
AXLES = 2
def drive(times):
    try:
        return [spin(Wheel(), times) for n in range(AXLES)]
    except Stuck as stuck:
        return type(stuck).__name__
'''
C = '''"""Shares no name with the others."""
BRAKES = 4
def stopped(times):
    return BRAKES * times
'''
D = '''"""Uses all."""
from wattseal.b import drive
from wattseal.c import stopped
OUT = drive(2), stopped(3)
'''
SOURCES = {f"wattseal/{name}.py": text for name, text in zip("abcd", (A, B, C, D), strict=True)}


def run(sources):
    """What module d comes to."""
    made = {}
    for path, text in sources.items():
        text = text.replace("from micropython import const\n", "const = int\n")
        names = {}
        for node in ast.parse(text).body:
            if isinstance(node, ast.ImportFrom) and node.module.startswith("wattseal."):
                for alias in node.names:
                    names[alias.name] = made[f"{node.module.replace('.', '/')}.py"][alias.name]
        lines = [line for line in text.splitlines() if not line.startswith("from wattseal.")]
        exec("\n".join(lines), names)
        made[path] = names
    return made["wattseal/d.py"]


def shortened(sources, others=()):
    names = shorten_exports(sources, list(others))
    around = Around(set().union(*map(keywords, sources.values())))
    return names, {path: shorten(text, around, names[path])[0] for path, text in sources.items()}


def test_modules_do_the_same_with_fewer_names():
    names, short = shortened(SOURCES)
    out = names["wattseal/d.py"]["OUT"]
    assert run(short)[out] == run(SOURCES)["OUT"] == ([[6] * 7] * 2, 12)
    words = {word for one in names.values() for word in one}
    assert words == {
        "LIMIT",
        "SPOKES",
        "Wheel",
        "spin",
        "AXLES",
        "drive",
        "BRAKES",
        "stopped",
        "OUT",
    }
    assert len({one[word] for one in names.values() for word in one}) == 4
    assert [text.count("\n") for text in short.values()] == [
        text.count("\n") for text in SOURCES.values()
    ]


def test_no_module_has_one_short_name_for_two():
    names, _ = shortened(SOURCES)
    for one in names.values():
        assert len(set(one.values())) == len(one)
    assert names["wattseal/a.py"]["spin"] == names["wattseal/b.py"]["spin"]


def test_what_a_text_says_and_what_a_person_reads_stays():
    _, short = shortened({"wattseal/a.py": A + 'NAME = "Wheel"\n'} | {"wattseal/b.py": B})
    assert "class Wheel" in short["wattseal/a.py"]  # a string might be its name
    assert "class Stuck" in short["wattseal/a.py"]  # an exception's name is shown
    assert "Gives Wheel and spin" in short["wattseal/a.py"]


@pytest.mark.parametrize(
    "use",
    [
        "def f(spin):\n    return spin\n",
        "def f():\n    spin = 1\n    return spin\n",
        "def f(x):\n    return x.spin\n",
        "def f(g):\n    return g(spin=1)\n",
        "def f():\n    return [spin for spin in (1, 2)]\n",
        "def f():\n    try:\n        pass\n    except OSError as spin:\n        return spin\n",
        "class F:\n    def spin(self):\n        pass\n",
        "class F:\n    spin = 1\n",
        "from machine import spin\n",
        "from wattseal.a import spin as turn\n",
        'WORD = "spin"\n',
        "from wattseal.a import spin\ndef f():\n    return f'{spin()}'\n",
        "def f():\n    def spin():\n        pass\n    return spin\n",
    ],
)
def test_a_name_that_is_something_else_too_stays(use):
    names, _ = shortened({**SOURCES, "wattseal/e.py": use})
    assert not [one for one in names.values() if "spin" in one]


def test_what_others_import_stays():
    names, _ = shortened(SOURCES, ["from wattseal.a import spin\n"])
    assert not [one for one in names.values() if "spin" in one]


@pytest.mark.parametrize(
    "use", ["from wattseal import spin\n", "from wattseal.spin import spin\n"]
)
def test_a_module_s_own_name_stays(use):
    more = {"wattseal/spin.py": "def spin():\n    pass\n", "wattseal/f.py": use}
    names, _ = shortened({**SOURCES, **more})
    assert not [one for one in names.values() if "spin" in one]
