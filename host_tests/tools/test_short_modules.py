"""tools.short_modules: modules get short names; who names one goes with them, or is refused."""

import ast
import re

import pytest

from tools import stage
from tools.manifest import Manifest
from tools.short_modules import aliases, dotted, short_modules, with_short_modules
from tools.short_names import Outside, short_names
from tools.staged import StageFault

SOURCES = {
    "wattseal/__init__.py": "",
    "wattseal/late.py": "PARTS = 'wattseal.drivers', 'wattseal.drivers.journal'\n",
    "wattseal/core/frame.py": "def framed():\n    return 7\n",
    "wattseal/core/kept.py": "from . import frame\n",
    "wattseal/drivers/frame.py": "WIDTH = 3\n",
    "wattseal/drivers/journal.py": (
        '"""Asks wattseal.core.frame."""\n'
        "from wattseal.core import (\n    frame,\n    kept,\n)\n"
        "from .frame import WIDTH\n"
        "def made():\n    return frame.framed() + WIDTH, kept\n"
    ),
    "wattseal/hal/pins.py": "PLACE = 'wattseal.hal.'\n",
    "wattseal/active/__init__.py": "BEGUN = 1\n",
    "wattseal/active/part.py": "",
}
OUTSIDE = ["from wattseal.core import (\n    kept,\n)\n"]
SHORT = short_modules(SOURCES, OUTSIDE)


def renamed(path, sources=SOURCES):
    left = {dotted(path) for path in sources} - SHORT.keys()
    return with_short_modules(path, sources[path], SHORT, left)


def tree(board):
    """({path: text}, what is outside) as staging reads them."""
    files = Manifest(stage.ROOT / "boards" / board / "manifest.py").files
    ours = {name: path.read_text() for name, path in files.items() if name.startswith(stage.OURS)}
    return ours, Outside([], [stage.PROMPT.read_text()])


def test_each_folder_gets_a_letter_and_each_module_a_word_of_its_own_in_it():
    assert SHORT == {
        "wattseal.core.frame": "wattseal.a.bl",
        "wattseal.drivers.frame": "wattseal.b.bl",
        "wattseal.drivers.journal": "wattseal.b.bx",
    }
    many = {f"wattseal/core/part{n}.py": "" for n in range(200)}
    many |= {f"wattseal/drivers/part{n}.py": "" for n in range(200)} | {"wattseal/a.py": ""}
    found = short_modules(many, [])
    assert len(set(found.values())) == len(found) == 400
    assert not [name for name in found.values() if name.startswith("wattseal.a.")]


def test_imports_and_texts_go_with_the_module_on_the_same_lines():
    assert renamed("wattseal/drivers/journal.py") == (
        '"""Asks wattseal.core.frame."""\n'
        "from wattseal.a import bl as frame; from wattseal.core import kept\n\n\n\n"
        "from wattseal.b.bl import WIDTH\n"
        "def made():\n    return frame.framed() + WIDTH, kept\n"
    )
    assert renamed("wattseal/core/kept.py") == "from wattseal.a import bl as frame\n"
    assert renamed("wattseal/late.py") == 'PARTS = "wattseal.b", "wattseal.b.bx"\n'
    assert renamed("wattseal/hal/pins.py") == SOURCES["wattseal/hal/pins.py"]


@pytest.mark.parametrize(
    "use",
    [
        "import wattseal.drivers.journal\n",
        "NAME = 'wattseal.drivers.'\n",
        "NAME = 'wattseal.drivers.jour'\n",
        "NAME = 'load wattseal.drivers.journal'\n",
        "def of(name):\n    return f'wattseal.drivers.{name}'\n",
    ],
)
def test_a_text_from_which_a_module_could_be_named_is_refused(use):
    with pytest.raises(StageFault, match=r"^wattseal/late.py, line [12]"):
        renamed("wattseal/late.py", {**SOURCES, "wattseal/late.py": use})


@pytest.mark.parametrize(
    "use", ["x.frame = 1\n", "def f(frame):\n    pass\n", "frame = 3\n", "WORD = 'frame'\n"]
)
def test_a_module_s_name_that_is_something_else_too_stays_where_it_is_imported(use):
    texts = [renamed(path) for path in SOURCES]
    assert aliases(texts, SHORT, []) == {"frame"}
    assert aliases([*texts, use], SHORT, []) == set()
    assert aliases(texts, SHORT, ["from wattseal import frame\n"]) == set()


@pytest.mark.parametrize("board", ["RPI_PICO", "ESP32_GENERIC"])
def test_every_import_of_a_staged_tree_finds_its_module(board):
    texts, outside = tree(board)
    short = short_names(texts, outside, modules=True)
    there = {row.module.removesuffix(".__init__") for row in short.values()}
    there |= {name.rpartition(".")[0] for name in there}
    assert len({row.module for row in short.values()}) == len(texts)
    for path, row in short.items():
        for node in ast.walk(ast.parse(row.text)):
            if isinstance(node, ast.ImportFrom):
                assert not node.level, path
            named = getattr(node, "module", None) or getattr(node, "value", None)
            if isinstance(named, str) and re.fullmatch(r"wattseal(\.\w+)+", named):
                # a board has the hal of its chip, and no contracts
                found = named in there or "hal." in named or "contract" in named
                assert found, f"{path} names {named}"


def test_what_the_prompt_s_scripts_import_and_what_begins_with_detect_stays():
    texts, outside = tree("RPI_PICO")
    short = short_names(texts, outside, modules=True)
    moved = {path for path, row in short.items() if row.module != dotted(path)}
    assert len(moved) > 180
    for named in ("core/ecdsa", "core/settings", "drivers/config_file", "drivers/key_making"):
        assert f"wattseal/{named}.py" in texts.keys() - moved
    # console.commissioning drops them by how their names begin
    assert not [path for path in moved if path.rpartition("/")[2].startswith("detect_")]
    assert not [path for path in moved if path.startswith("wattseal/hal/")]
