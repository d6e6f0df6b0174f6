"""tools.bench_start: costs go to the module that has them, and a reading is one of the energy."""

import asyncio
import json
import subprocess

import interpreters
import pytest
from staged_trees import staged

from tools import bench, bench_start
from tools.bench_figures import BenchFault
from tools.bench_start import boot, imports

ROOT = interpreters.ROOT
each_interpreter = pytest.mark.parametrize(
    "path", [row[1] for row in interpreters.found()], ids=[row[0] for row in interpreters.found()]
)
KEPT_BYTES, SLOW_MS = 40_000, 200
TREE = {
    "lone.py": f"import time\nKEPT = bytearray({KEPT_BYTES})\ntime.sleep_ms({SLOW_MS})\n",
    "user.py": "import lone\nfrom pack import part\n",
    "litter.py": f"for _ in range({KEPT_BYTES // 100}):\n    len(bytearray(100))\n",
    "pack/__init__.py": "",
    "pack/part.py": "from . import beside\nfrom .beside import KEPT as SAME\n",
    "pack/beside.py": f"KEPT = bytearray({KEPT_BYTES})\n",
    "fails.py": "import nowhere_at_all\n",
}


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    folder = tmp_path_factory.mktemp("modules")
    for name, text in TREE.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    return [str(folder)]


@each_interpreter
def test_what_a_module_imports_is_not_its_own_cost(places, path):
    found = imports.imported(path, places, ["user", "lone", "pack", "pack.part", "pack.beside"])
    assert found["lone"][0] > 900 * SLOW_MS > found["user"][0]  # a sleep ends a little early
    for name in ("lone", "pack.beside"):
        assert KEPT_BYTES <= found[name][1] < KEPT_BYTES + 2000
    for name in ("user", "pack", "pack.part"):
        assert 0 <= found[name][1] < 2500


@each_interpreter
def test_garbage_is_no_cost(places, path):
    assert imports.imported(path, places, ["litter"])["litter"][1] < 2000


@each_interpreter
def test_the_order_of_the_names_moves_no_cost_to_another_module(places, path):
    one = imports.imported(path, places, ["lone", "user"])
    other = imports.imported(path, places, ["user", "lone"])
    assert abs(one["user"][1] - other["user"][1]) < 1000
    assert abs(one["lone"][1] - other["lone"][1]) < 1000


def test_a_module_that_fails_is_a_fault_with_its_last_words(places):
    with pytest.raises(BenchFault, match="bench of imports: ImportError: no module"):
        imports.imported(interpreters.unix64(), places, ["fails"])


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return staged("unix", tmp_path_factory)[0] / "root"


@each_interpreter
def test_the_modules_together_cost_what_a_plain_import_of_all_does(root, path):
    names = imports.names(root)
    found = imports.imported(path, [str(root)], names)
    assert found.keys() == set(names) and len(names) > 200
    lines = ["import gc", "gc.collect()", "before = gc.mem_alloc()"]
    lines += [f"import {name}" for name in names] + ["gc.collect()"]
    source = "\n".join([*lines, "print(gc.mem_alloc() - before)"])
    done = subprocess.run(
        [path, "-X", "heapsize=2M", "-c", source], env={"MICROPYPATH": f"{root}:.frozen"},
        text=True, capture_output=True,
    )  # fmt: skip
    whole = sum(held for _, held in found.values())
    assert abs(whole - int(done.stdout)) < 0.05 * whole


def test_the_figures_are_sums_shares_and_ratios_to_source():
    tree = {"a.b": (1.0, 300), "a.c": (2.0, 100), "board": (1.0, 400)}
    source = {"a.b": (4.0, 800), "a.c": (2.0, 100), "board": (2.0, 700)}
    told = imports.told(tree, source, 32)
    assert (told["start.import"].value, told["start.import"].ratio) == (4.0, 0.5)
    assert (told["start.import_heap"].value, told["start.import_heap"].ratio) == (800, 0.5)
    assert told["start.import_heap/a"].value == 400 and told["start.import_heap/a"].ratio == 0.5
    assert told["start.import_heap.board"].value == 400
    assert told["start.import.a.c"].ratio == 0.5


REQUEST = bytes.fromhex("010401560002abcd")  # two registers from 0x156 on


@pytest.mark.parametrize(
    ("request_", "answer", "address", "held"),
    [
        (REQUEST, "010404aabbccdd1234", 0x156, True),
        (REQUEST, "010404aabbccdd1234", 0x157, True),
        (REQUEST, "010404aabbccdd1234", 0x158, False),
        (REQUEST, "010404aabbccdd1234", 0x155, False),
        (REQUEST, "010404aabbccdd12", 0x156, False),  # not whole
        (REQUEST, "0184021234567890ab", 0x156, False),  # a refusal
        (REQUEST, "020404aabbccdd1234", 0x156, False),  # another unit
        (b"", "010404aabbccdd1234", 0x156, False),
    ],
)
def test_a_reading_is_a_whole_answer_with_the_energy(request_, answer, address, held):
    assert boot.holds(request_, bytes.fromhex(answer), address) is held


def test_the_firmware_boots_to_a_reading_and_a_program_that_never_asks_does_not(
    tmp_path, monkeypatch, root
):
    boot.provision(tmp_path)

    async def read(place):
        async with boot._world() as port:
            return await boot.first_reading_s(tmp_path, [str(place)], port)

    assert 0 < asyncio.run(read(root)) < boot._PATIENCE_S
    (tmp_path / "idle").mkdir()
    (tmp_path / "idle/main.py").write_text("import time\ntime.sleep(30)\n")
    monkeypatch.setattr(boot, "_PATIENCE_S", 1)
    with pytest.raises(BenchFault, match="no reading in 1 s after a boot"):
        asyncio.run(read(tmp_path / "idle"))


def test_the_bench_tells_both_and_leaves_every_module_in_a_file(monkeypatch, tmp_path):
    monkeypatch.setattr(imports, "_ROUNDS", 1)
    monkeypatch.setattr(boot, "_ROUNDS", 1)
    monkeypatch.setattr(imports, "REPORT", tmp_path / "new/imports.json")
    outcome = bench_start.run()
    assert bench_start in bench.BENCHES and not outcome.missed
    assert {"start.import", "start.import_heap", "start.first_reading"} <= outcome.figures.keys()
    modules = json.loads((tmp_path / "new/imports.json").read_text())["modules"]
    assert modules["wattseal.core.ocmf"]["heap_bytes"] > 1000
    assert sum(row["heap_bytes"] for row in modules.values()) == (
        outcome.figures["start.import_heap"].value
    )
