"""tools.boards: a folder is a board, its facts are whole, and nothing else lists boards."""

import json
import re

import interpreters
import pytest

from tools import boards, pin_facts

ROOT = interpreters.ROOT
BOARDS = boards.names()


def a_tree(tmp_path, text):
    folder = tmp_path / "boards/TOASTER"
    folder.mkdir(parents=True)
    (folder / "board.json").write_text(text)
    return tmp_path


def test_every_folder_is_a_board_and_every_board_a_folder():
    folders = [path.name for path in (ROOT / "boards").iterdir() if path.is_dir()]
    assert sorted(folders) == BOARDS
    for board in BOARDS:
        held = {path.name for path in (ROOT / "boards" / board).iterdir()}
        assert {"board.json", "board.py", "manifest.py", "budget.json"} <= held


@pytest.mark.parametrize("board", BOARDS)
def test_the_facts_are_ones_that_the_tools_know(board):
    facts = boards.facts(board)
    assert (ROOT / "firmware/wattseal/hal" / (facts.family + ".py")).exists()
    assert facts.architecture in ("x64", "armv6m", "xtensawin")
    assert facts.released_as in ("image", "tree")
    assert facts.port in ("rp2", "esp32", "unix")
    frozen = (ROOT / "boards" / board / "mpconfigboard.cmake").exists()
    assert frozen or facts.released_as == "tree"


def test_an_unknown_board_gets_the_known_ones():
    with pytest.raises(boards.BoardFault) as fault:
        boards.facts("TOASTER")
    known = ", ".join(BOARDS)
    assert str(fault.value) == f"there is no board 'TOASTER'; the boards are {known}"


@pytest.mark.parametrize("change", [{"family": None}, {"program_bytes": "32"}, {"colour": "red"}])
def test_damaged_facts_name_their_file(tmp_path, change):
    told = json.loads((ROOT / "boards/unix/board.json").read_text()) | change
    root = a_tree(tmp_path, json.dumps({k: v for k, v in told.items() if v is not None}))
    with pytest.raises(boards.BoardFault, match=r"^boards/TOASTER/board\.json"):
        boards.facts("TOASTER", root)
    (root / "boards/TOASTER/board.json").write_text("{")
    with pytest.raises(boards.BoardFault, match="is damaged"):
        boards.facts("TOASTER", root)


def test_no_tool_lists_the_boards_a_second_time():
    """One board may be named, as the emulated one is; two on one line are a list."""
    name = re.compile(r'"(%s)"' % "|".join(BOARDS))
    assert len(set(name.findall('{"unix": 1, "RPI_PICO": 2}'))) == 2  # what it would find
    for path in sorted((ROOT / "tools").rglob("*.py")):
        for line in path.read_text().splitlines():
            assert len(set(name.findall(line))) < 2, f"{path.name}: {line}"


@pytest.mark.parametrize("board", BOARDS)
def test_a_board_tells_packages_the_name_of_its_folder(board):
    """A package for one board must not be taken by another."""
    text = (ROOT / "boards" / board / "board.py").read_text()
    assert re.findall(r'^NAME = "(\w+)"', text, re.M) == [board]


@pytest.mark.parametrize("board", BOARDS)
def test_a_board_s_types_are_checked(board):
    checked = "".join(path.read_text() for path in sorted((ROOT / "tools/pyright").glob("*.json")))
    assert f'"../../boards/{board}/board.py"' in checked, "list its board.py in tools/pyright"


@pytest.mark.parametrize("board", sorted(set(BOARDS) - {"unix"}))
def test_what_a_board_can_be_reached_by_is_what_its_pins_are_for(board):
    facts, pins = boards.facts(board), pin_facts.constants(board)
    assert facts.ethernet == ("_MDC" in pins or "_W5500" in pins)
    assert (facts.wifi or facts.ethernet) == ("_UPLINK" not in pins)
