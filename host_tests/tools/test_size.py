"""tools.size: sizes are those of the files, a budget that is exceeded fails and says who grew."""

import json
import re

import host_tool
import interpreters
import pytest
import typer
from littlefs import LittleFS, LittleFSError
from rich.console import Console
from staged_trees import staged

from tools import boards
from tools.size import __main__ as command
from tools.size import budget as budgets
from tools.size import measure
from tools.size.budget import Budget
from tools.size.measure import Image, SizeFault, Sizes

ROOT = interpreters.ROOT
MODULES = {"main.py": 100, "wattseal/a.mpy": 2000, "wattseal/core/b.mpy": 300, "board.mpy": 7}


def sizes(modules=MODULES, flash=40960, image=None):
    return Sizes("RPI_PICO", dict(modules), flash, image)


def budget(tree=3000, image=None, room=None, no_room_in=(), modules=MODULES):
    return Budget(tree, image, dict(room or {}), list(no_room_in), dict(modules))


def test_a_tree_is_its_files_and_a_folder_what_lies_in_it_alone():
    assert sizes().tree_bytes == 2407
    assert sizes().folders == {".": 107, "wattseal": 2000, "wattseal/core": 300}
    assert sum(sizes().folders.values()) == sizes().tree_bytes


def test_what_lies_on_disk_is_measured_byte_by_byte(tmp_path):
    (tmp_path / "root/wattseal").mkdir(parents=True)
    (tmp_path / "root/main.py").write_bytes(b"1" * 11)
    (tmp_path / "root/wattseal/a.mpy").write_bytes(b"2" * 5000)
    found = measure.measure("RPI_PICO", tmp_path)
    assert found.modules == {"main.py": 11, "wattseal/a.mpy": 5000}
    assert found.image is None
    # superblock and root 2, folder 2, 5,000 bytes 2, and 11 bytes among the names
    assert found.flash_bytes == 6 * 4096


def test_an_archive_counts_by_its_modules_and_takes_blocks_as_one_file(tmp_path):
    (tmp_path / "root").mkdir()
    (tmp_path / "modules/wattseal").mkdir(parents=True)
    (tmp_path / "root/main.py").write_bytes(b"1" * 11)
    (tmp_path / "root/modules.archive").write_bytes(b"2" * 5000)
    for name, size in (("main", 70), ("wattseal/a", 4000)):
        (tmp_path / f"modules/{name}.mpy").write_bytes(b"3" * size)
    found = measure.measure("RPI_PICO", tmp_path)
    assert found.modules == {"main.mpy": 70, "main.py": 11, "wattseal/a.mpy": 4000}
    assert found.flash_bytes == 4 * 4096  # superblock and root 2, 5,000 bytes 2


def test_every_layout_of_the_flash_has_room_for_the_files_of_its_board(tmp_path_factory):
    for board in boards.names():
        limits = budgets.load(command.budget_path(board))
        found = measure.measure(board, staged(board, tmp_path_factory)[0])
        layouts = limits.flash_room_bytes
        assert [name for name in layouts if found.flash_bytes > layouts[name]] == [], board


def test_the_flash_that_is_counted_is_the_least_that_holds_the_tree():
    files = {f"wattseal/{n}.mpy": bytes([n]) * (300 + 90 * n) for n in range(40)}
    taken = measure.flash_bytes("RPI_PICO_W", files)

    def fill(blocks):
        flash = LittleFS(
            block_size=4096, block_count=blocks, prog_size=256, read_size=32,
            cache_size=1024, lookahead_size=32,
        )  # fmt: skip
        flash.mkdir("wattseal")
        for path in sorted(files):
            with flash.open(path, "wb") as file:
                file.write(files[path])

    fill(taken // 4096)
    with pytest.raises(LittleFSError, match="NOSPC"):
        fill(taken // 4096 - 1)


def test_an_image_is_what_the_build_said_of_it(tmp_path):
    (tmp_path / "root").mkdir()
    (tmp_path / "root/main.py").write_text("x")
    told = {"image_bytes": 5, "free_flash_bytes": 6, "micropython": "v1", "more": 1}
    (tmp_path / "firmware.json").write_text(json.dumps(told))
    assert measure.measure("RPI_PICO", tmp_path).image == Image(5, 6, "v1")
    for damaged in ("{", "{}", "[]", "3"):
        (tmp_path / "firmware.json").write_text(damaged)
        with pytest.raises(SizeFault, match="make firmware BOARD="):
            measure.measure("RPI_PICO", tmp_path)


def test_without_a_tree_it_names_the_command(tmp_path):
    with pytest.raises(SizeFault, match="make stage BOARD=unix"):
        measure.measure("unix", tmp_path)


def test_a_budget_is_exceeded_by_the_first_byte_and_not_before():
    assert budgets.judge(sizes(), budget(tree=2407)) == []
    assert len(budgets.judge(sizes(), budget(tree=2406))) == 1
    image = Image(1000, 50, "v1")
    assert budgets.judge(sizes(image=image), budget(image=1000)) == []
    assert len(budgets.judge(sizes(image=image), budget(image=999))) == 1
    assert budgets.judge(sizes(), budget(image=999)) == []


def test_the_sentence_names_the_board_the_bytes_and_the_three_that_grew_most():
    grown = {
        "wattseal/a.mpy": 2001, "wattseal/core/b.mpy": 350, "new.mpy": 90, "board.mpy": 27,
        "main.py": 40,
    }  # fmt: skip
    assert budgets.judge(sizes(grown), budget(tree=2407)) == [
        "the tree of RPI_PICO has 2,508 bytes, 101 more than its budget; most grew new.mpy (+90), "
        "wattseal/core/b.mpy (+50), board.mpy (+20); make it smaller, or see "
        "boards/RPI_PICO/budget.json"
    ]


def test_a_layout_without_room_fails_unless_it_is_known():
    small = {"partitions.csv": 40959, "a stock image": 40960}
    assert budgets.judge(sizes(), budget(room=small)) == [
        "the files of RPI_PICO take 40,960 bytes in blocks of the flash, 1 more than there are "
        "for files (partitions.csv)"
    ]
    known = budget(room=small, no_room_in=["partitions.csv"])
    assert budgets.judge(sizes(), known) == []
    assert len(budgets.overflows(sizes(), known, known=True)) == 1


def test_a_budget_comes_back_as_it_was_recorded(tmp_path):
    path = tmp_path / "RPI_PICO/budget.json"
    path.parent.mkdir()
    made = budgets.record(sizes(image=Image(100_000, 1, "v1")), path)
    assert made == budgets.load(path)
    assert made.tree_bytes == 3072 and made.image_bytes == 105_472  # a twentieth, whole KiB
    assert "RPI_PICO --record" in json.loads(path.read_text())["about"]


def test_recording_again_takes_the_sizes_and_leaves_the_limits(tmp_path):
    path = tmp_path / "RPI_PICO/budget.json"
    path.parent.mkdir()
    first = budgets.record(sizes(), path)
    told = json.loads(path.read_text())
    path.write_text(json.dumps(told | {"flash_room_bytes": {"x": 1}, "no_room_in": ["x"]}))
    again = budgets.record(sizes({"main.py": 10**6}), path)
    assert again == budgets.load(path)
    assert again.tree_bytes == first.tree_bytes
    assert again.modules == {"main.py": 10**6}
    assert (again.flash_room_bytes, again.no_room_in) == ({"x": 1}, ["x"])
    assert budgets.judge(sizes({"main.py": 10**6}), again)


@pytest.mark.parametrize(
    "damaged", ["{", "[]", "{}", '{"tree_bytes": "x"}', '{"tree_bytes": null}', "null"]
)
def test_a_damaged_budget_gets_a_sentence(tmp_path, damaged):
    (tmp_path / "unix").mkdir()
    (tmp_path / "unix/budget.json").write_text(damaged)
    with pytest.raises(SizeFault, match="boards/unix/budget.json is no budget; take it back"):
        budgets.load(tmp_path / "unix/budget.json")


def test_a_board_without_a_budget_gets_the_command_that_writes_it(tmp_path):
    with pytest.raises(SizeFault, match="python -m tools.size --board unix --record"):
        budgets.load(tmp_path / "unix/budget.json")


def test_the_report_keeps_the_boards_that_were_not_measured_now(tmp_path):
    path = tmp_path / "new/size.json"
    command.write({"unix": {"tree_bytes": 1}}, path)
    command.write({"RPI_PICO": command.as_row(sizes(), budget())}, path)
    told = json.loads(path.read_text())["boards"]
    assert told["unix"] == {"tree_bytes": 1}
    assert told["RPI_PICO"]["tree_bytes"] == 2407
    assert told["RPI_PICO"]["modules"] == MODULES
    path.write_text('{"boards": {"GONE": {}}}')
    command.write({"unix": {}}, path)
    assert json.loads(path.read_text()) == {"boards": {"unix": {}}}
    path.write_text("{")
    command.write({"unix": {}}, path)
    assert json.loads(path.read_text()) == {"boards": {"unix": {}}}


@pytest.mark.parametrize("board", boards.names())
def test_every_board_has_a_budget_whose_limits_hold_what_it_recorded(board):
    found = budgets.load(command.budget_path(board))
    assert sum(found.modules.values()) <= found.tree_bytes < sum(found.modules.values()) * 1.2
    assert set(found.no_room_in) <= found.flash_room_bytes.keys()


@pytest.mark.parametrize("table", sorted(ROOT.glob("boards/*/partitions.csv")), ids=str)
def test_the_room_of_our_partitions_is_what_their_table_says(table):
    board, table = table.parent.name, table.read_text()
    size = re.search(r"^vfs,.*,\s*(0x\w+)$", table, re.M)
    found = budgets.load(command.budget_path(board))
    assert size and found.flash_room_bytes["partitions.csv"] == int(size[1], 16)


def test_the_table_of_all_boards_is_narrow_enough_for_a_terminal():
    rows = [(sizes(image=Image(10**6, 10**5, "v1")), budget(image=10**6, room={"x": 10**6}))] * 4
    console = Console(width=80, record=True, file=open("/dev/null", "w"))
    console.print(command.totals(rows))
    text = console.export_text()
    assert "…" not in text
    assert text.count("1,000,000") == 12 and text.count("2,407") == 4


def test_the_command_measures_a_board_and_says_so_as_json(tmp_path_factory):
    done = host_tool.tool("size", "--board", "unix", "--json")
    assert done.returncode == 0, done.stderr
    row = json.loads(done.stdout)["boards"]["unix"]
    # not from build/unix, where others stage meanwhile
    files = staged("unix", tmp_path_factory)[1].files
    assert row["modules"] == {file.path: file.bytes for file in files}
    assert row["tree_bytes"] == sum(file.bytes for file in files)
    assert json.loads((ROOT / "build/size.json").read_text())["boards"]["unix"] == row


def test_the_command_refuses_an_unknown_board_in_one_sentence():
    done = host_tool.tool("size", "--board", "toaster")
    assert done.returncode == 2
    assert done.stderr.startswith("size: there is no board 'toaster'")
    assert done.stderr.count("\n") == 1


def test_the_command_fails_when_a_budget_is_exceeded(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(command, "REPORT", tmp_path / "size.json")
    monkeypatch.setattr(command, "sized", lambda board, staged: sizes())
    for limit, status in ((2407, 0), (2406, 1)):
        monkeypatch.setattr(budgets, "load", lambda path, limit=limit: budget(tree=limit))
        with pytest.raises(typer.Exit) as ended:
            command.main(["RPI_PICO"], False, True, False, True)
        assert ended.value.exit_code == status
        assert ("1 more than its budget" in capsys.readouterr().err) == bool(status)
