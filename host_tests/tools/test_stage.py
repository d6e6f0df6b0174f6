"""tools.stage: the tree is whole, the same wherever it is built, and MicroPython can import it."""

import ast
import hashlib
import json
import re
import shutil
import subprocess
import sys

import interpreters
import pytest
from staged_trees import archived, staged

from tools import boards, image_sources, manifest, stage
from tools.update.compiled_texts import texts_of

ROOT = interpreters.ROOT
BOARDS = tuple(boards.names())
PACKAGES_WITH_CODE = {"wattseal", "models", "fault_words"}  # the others are folders, in an archive
each_board = pytest.mark.parametrize("board", BOARDS)
FAMILY = {board: boards.facts(board).family for board in BOARDS}

# What a chip's own modules must offer for its board to be built, on an interpreter without them.
FAKE_MACHINE = """
class Any:
    IN = OUT = PULL_UP = IF_STA = PM_NONE = 0
    def __init__(self, *_, **__): pass
    def value(self, *_): return 0
    def isconnected(self): return False
Pin = Signal = UART = RTC = WDT = SPI = WLAN = LAN = WIZNET5K = Any
mem32 = {0x40058000: 0, 0x4005800C: 0}  # RP2040: the watchdog and its first scratch register
PWRON_RESET, HARD_RESET, WDT_RESET, DEEPSLEEP_RESET, SOFT_RESET = range(5)
"""
FAKE_ESP32 = """
class Partition:
    TYPE_DATA = 1
    find = staticmethod(lambda *_, **__: [])
"""
BUILD_A_BOARD = """
class Row: pass
config, bus, connector = Row(), Row(), Row()
bus.baud, bus.parity, bus.stop_bits, bus.host = 9600, "N", 1, ""
connector.id, connector.bus, connector.meter, connector.pulse_ms = 1, 0, "sdm630", 10
config.buses, config.connectors, config.wifi = [bus], [connector], Row()
config.wifi.ssid = config.wifi.password = "x"
import board
built = board.build(config)
print("built", built.clock.now_ms() >= 0, built.clock.state(), len(built.serials))
"""


@pytest.fixture(scope="module")
def trees(tmp_path_factory):
    """{board: (folder, what was staged)}"""
    return {board: staged(board, tmp_path_factory) for board in BOARDS}


def modules(tree):
    """What can be imported, in an archive or as files; where it lies on the host, below the
    board's folder."""
    return (tree.modules, "modules") if tree.modules else (tree.files, "root")


def run_on(path, heap, folder, source):
    return subprocess.run(
        [path, "-X", "heapsize=" + heap, "-c", source], cwd=folder, text=True,
        env={"MICROPYPATH": f"{folder}:.frozen"}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ).stdout  # fmt: skip


def test_every_folder_of_boards_can_be_staged():
    assert sorted(BOARDS) == sorted(p.parent.name for p in ROOT.glob("boards/*/board.py"))


@each_board
def test_all_of_the_firmware_is_in_the_tree_and_no_other_chips_hal(trees, board):
    paths = {file.path for file in modules(trees[board][1])[0]}
    sources = ROOT / "firmware/wattseal"
    expected = {
        p.relative_to(ROOT / "firmware").with_suffix(".mpy").as_posix()
        for p in sources.rglob("*.py")
        if not p.stem.endswith(("contract", "contracts")) and p.parent.name != "hal"
        if board == "unix" or p.name != "__init__.py" or p.parent.name in PACKAGES_WITH_CODE
    }
    assert expected <= paths
    left_out = {path for path in paths if path.endswith("__init__.mpy")} - expected
    assert board == "unix" or left_out == set()
    assert {"board.mpy", "umqtt/simple.mpy", "p256_table.mpy"} <= paths
    families = {name for name in FAMILY.values() if f"wattseal/hal/{name}.mpy" in paths}
    assert families == {FAMILY[board]}


def without_what_is_never_called(path, named):
    """The module, less the functions that import late and that no board names."""
    module = ast.parse(path.read_text())
    for node in module.body:
        called = isinstance(node, ast.FunctionDef) and node.name.startswith("_")  # by the module
        if isinstance(node, ast.FunctionDef) and not called and node.name not in named:
            node.body = [ast.Pass()]
    return module


@each_board
def test_the_hal_that_is_staged_is_all_that_the_board_imports(trees, board):
    """Followed through the sources: nothing missing, nothing carried for nothing."""
    first = ROOT / "boards" / board / "board.py"
    calling = [first, ROOT / "firmware/wattseal/hal/board.py"]
    calling += first.parent.glob("frozen/_boot.py")
    named = {word for path in calling for word in re.findall(r"\w+", path.read_text())}
    needed, ahead = set(), [first]
    while ahead:
        for node in ast.walk(without_what_is_never_called(ahead.pop(), named)):
            name = getattr(node, "module", None) or ""
            imported = node.names if isinstance(node, ast.ImportFrom) else ()
            names = [name] + [f"{name}.{alias.name}" for alias in imported]
            for found in {n for n in names if n.startswith("wattseal.hal.")} - needed:
                path = ROOT / "firmware" / (found.replace(".", "/") + ".py")
                if path.exists():
                    needed.add(found)
                    ahead.append(path)
    held = {
        file.path[: -len(".mpy")].replace("/", ".")
        for file in modules(trees[board][1])[0]
        if file.path.startswith("wattseal/hal/") and not file.path.endswith("__init__.mpy")
    }
    assert held == needed


@each_board
def test_the_list_has_the_hash_and_size_of_every_file_and_module(trees, board):
    out, tree = trees[board]
    listed = json.loads((out / "manifest.json").read_text())
    assert listed["board"] == board
    for kind, folder, rows in (
        ("files", "root", tree.files), ("modules", "modules", tree.modules)
    ):  # fmt: skip
        lie = [p for p in (out / folder).rglob("*") if p.is_file()]
        found = {p.relative_to(out / folder).as_posix() for p in lie}
        assert {row["path"] for row in listed[kind]} == found == {row.path for row in rows}
        for row in listed[kind]:
            data = (out / folder / row["path"]).read_bytes()
            assert row["sha256"] == hashlib.sha256(data).hexdigest()
            assert row["bytes"] == len(data)


@each_board
def test_only_the_start_up_script_stays_source(trees, board):
    out, tree = trees[board]
    each = [("root", file.path) for file in tree.files]
    each += [("modules", module.path) for module in tree.modules]
    assert [path for _, path in each if path.endswith(".py")] == ["main.py"]
    started = (ROOT / "firmware/main.py").read_text()
    if board != "unix":
        started = (ROOT / "firmware/stock/main.py").read_text() + "\n" + started
    assert (out / "root/main.py").read_text() == started
    for folder, path in each:
        if path.endswith(".mpy"):
            head = (out / folder / path).read_bytes()[:4]
            assert head[:2] == b"M\x06"  # MicroPython's magic, bytecode version 6
            assert head[3] == 31  # bits of a small integer


@each_board
def test_a_chip_holds_four_files_and_the_archive_all_modules(trees, board):
    out, tree = trees[board]
    if board == "unix":
        assert not tree.modules and not (out / "root" / stage.ARCHIVE).exists()
        return
    assert [file.path for file in tree.files] == [
        stage.ARCHIVE, "module_vfs.mpy", "slot_loader.mpy", "main.py",
    ]  # fmt: skip
    names = json.loads((out / "names.json").read_text())
    own = {module.replace(".", "/"): row["module"] for module, row in names.items()}
    found = {}  # by the names that people know
    for path, data in archived(out).items():
        stem = path.removesuffix(".mpy")
        found[own.get(stem, stem + ".py").removesuffix(".py") + ".mpy"] = data
    assert found == {m.path: (out / "modules" / m.path).read_bytes() for m in tree.modules}


@each_board
def test_the_list_of_names_tells_what_a_traceback_means(trees, board):
    out, tree = trees[board]
    names = json.loads((out / "names.json").read_text())
    _, folder = modules(tree)
    for module, row in names.items():
        data = (out / folder / row["module"]).with_suffix(".mpy")
        if data.exists():  # not a package that does nothing, nor what imports from an archive
            assert module in texts_of(data.read_bytes())
    journal = [
        m for m, row in names.items() if row["module"] == "wattseal/drivers/file_journal.py"
    ]
    assert len(journal) == 1 and (board == "unix") == (
        journal[0] == "wattseal.drivers.file_journal"
    )
    assert names[journal[0]]["names"]["_a"] == "_ENOSPC"


def copy_of_the_sources(folder):
    for name in ("firmware", "boards", "build/lib", "build/comb"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def test_two_folders_give_the_same_bytes_and_neither_is_in_them(tmp_path):
    trees = []
    for name in ("here", "somewhere/else/entirely"):
        root = copy_of_the_sources(tmp_path / name)
        stage.stage("RPI_PICO_W", root / "out", root)
        files = sorted(p for p in (root / "out").rglob("*") if p.is_file())
        trees.append({p.relative_to(root).as_posix(): p.read_bytes() for p in files})
    assert trees[0] == trees[1]
    for data in trees[0].values():
        assert str(tmp_path).encode() not in data
        assert str(ROOT).encode() not in data


def test_what_make_native_has_built_for_the_board_goes_along(tmp_path):
    root = copy_of_the_sources(tmp_path)
    for architecture in ("x64", "armv6m"):
        (root / "build/native" / architecture).mkdir(parents=True)
        (root / "build/native" / architecture / stage.NATIVE).write_text(architecture)
    listed = root / image_sources.NATIVE_LIST
    listed.write_text(image_sources.digest("native", root) + "\n")
    for board in BOARDS:
        rows, folder = modules(stage.stage(board, tmp_path / board, root))
        put = tmp_path / board / folder / stage.NATIVE
        named = [module.path for module in rows if module.path == stage.NATIVE]
        architecture = boards.facts(board).architecture
        if architecture == "xtensawin":
            assert not named and not put.exists()
        else:
            assert len(named) == 1 and put.read_text() == architecture


@pytest.mark.parametrize("told", ["", "0" * 64, None])
def test_a_native_module_of_other_sources_is_refused(tmp_path, told):
    """It signs: nobody would see that it is another one."""
    root = copy_of_the_sources(tmp_path)
    folder = root / "build/native/armv6m"
    folder.mkdir(parents=True)
    (folder / stage.NATIVE).write_text("old")
    if told is not None:
        (root / image_sources.NATIVE_LIST).write_text(told)
    with pytest.raises(stage.StageFault, match="not of the sources here; run: make native"):
        stage.stage("RPI_PICO", tmp_path / "out", root)


def test_a_file_that_left_the_manifest_leaves_the_tree(tmp_path):
    for folder in ("root", "modules"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "stale.mpy").write_bytes(b"old")
    stage.stage("unix", tmp_path)
    assert not list(tmp_path.rglob("stale.mpy"))


@pytest.mark.parametrize("interpreter", interpreters.found(), ids=lambda row: row[0])
def test_micropython_imports_every_module_of_the_unix_tree(trees, interpreter):
    _, path, _ = interpreter
    out, tree = trees["unix"]
    paths = [file.path for file in tree.files if file.path.endswith(".mpy")]
    names = [re.sub(r"(/__init__)?\.mpy$", "", p) for p in paths if p != stage.NATIVE]
    source = "\n".join("import " + name.replace("/", ".") for name in names)
    assert run_on(path, "4M", out / "root", source + "\nprint('imported')") == "imported\n"


@pytest.mark.parametrize("interpreter", interpreters.found(), ids=lambda row: row[0])
@pytest.mark.parametrize("board", [board for board in BOARDS if FAMILY[board] != "unix"])
def test_a_chips_tree_builds_its_board_on_micropython(trees, tmp_path, interpreter, board):
    _, path, heap = interpreter
    root = tmp_path / "root"
    for name, data in archived(trees[board][0]).items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    # a plain Pico has no network module, and its tree must not ask for one
    for name in ("machine",) if board == "RPI_PICO" else ("machine", "network"):
        (root / (name + ".py")).write_text(FAKE_MACHINE + "PHY_LAN8720 = PHY_W5500 = 0\n")
    if FAMILY[board] == "esp32":
        (root / "esp32.py").write_text(FAKE_ESP32)
    assert run_on(path, heap, root, BUILD_A_BOARD) == "built True I 1\n"


def run_command(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "tools.stage", *arguments], cwd=ROOT, text=True, capture_output=True
    )


def test_an_unknown_board_gets_one_sentence_with_the_known_ones():
    done = run_command("--board", "toaster")
    assert done.returncode == 2
    known = ", ".join(BOARDS)
    assert done.stderr == f"stage: there is no board 'toaster'; the boards are {known}\n"


def test_json_is_the_list_and_nothing_else():
    done = run_command("--board", "unix", "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["board"] == "unix"


def test_the_table_has_every_file_and_the_total(trees):
    done = run_command("--board", "unix")
    files = trees["unix"][1].files
    for row in files:
        assert re.search(rf"{re.escape(row.path)}.*{row.bytes:,}\b", done.stdout)
    assert f"{sum(row.bytes for row in files):,}" in done.stdout


def test_a_missing_library_gets_a_sentence(tmp_path):
    root = copy_of_the_sources(tmp_path)
    (root / "build/comb/p256_table.py").unlink()
    with pytest.raises(manifest.ManifestFault, match="p256_table.py is missing"):
        stage.stage("unix", tmp_path / "out", root)


def test_a_syntax_error_gets_a_sentence_with_its_file(tmp_path):
    root = copy_of_the_sources(tmp_path)
    broken = root / "firmware/wattseal/core/broken.py"
    for text, said in (
        ("x = 1\ndef (:\n", "wattseal/core/broken.py, line 2, is no Python: invalid syntax"),
        ("match 1:\n    case 1:\n        pass\n", "mpy-cross refuses wattseal/core/broken.py"),
    ):
        broken.write_text(text)
        with pytest.raises(stage.StageFault, match=said):
            stage.stage("unix", tmp_path / "out", root)
