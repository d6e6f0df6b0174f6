"""A new version that raises, wherever in its start: three starts, and the old one runs again."""

import pytest
import slot_loader
import update_versions
from update_versions import ROOT, Bench, compiled, statements, with_raise

from tools.module_archive import pack

OLD = 'import sys\nprint("the old version runs")\nsys.exit(0)\n'
# (module, the functions of its start); a module's own statements count as well
STARTED = (
    ("main.py", ()),
    ("wattseal/assembly.py", ("main", "_made", "__init__", "_connector", "_publisher", "run")),
    ("wattseal/starting.py", ("supervised",)),
)
SAMPLE = 9  # every so many-th line, here


@pytest.fixture(scope="module")
def modules():
    return update_versions.modules()


@pytest.fixture
def bench(tmp_path, modules):
    made = Bench(tmp_path)
    made.put(pack({**modules, "main.mpy": compiled("main.py", OLD)}), 1)
    assert "the old version runs" in made.start()[0]
    update_versions.Slots(made.slots).confirm()
    yield made
    made.close()


def points():
    for name, functions in STARTED:
        text = (ROOT / "firmware" / name).read_text()
        for line in statements(text, functions):
            yield name, line


def rolled_back(bench, modules, name, line):
    """ "" or what was wrong; None for a line that no start comes to here."""
    text = with_raise((ROOT / "firmware" / name).read_text(), line)
    path = name.replace(".py", ".mpy")
    bench.put(pack({**modules, path: compiled(name, text)}), 2)
    for _ in range(slot_loader.BOOTS):
        said, runs = bench.start()
        if runs:
            update_versions.Slots(bench.slots).roll_back()
            return None
        if "the old version runs" in said:
            return "the old version ran too early"
    said, _ = bench.start()
    if "the old version runs" not in said:
        return "not rolled back: " + said
    record = bench.record()
    if (record.active, record.trial, record.outcome) != (1, 0, slot_loader.ROLLED_BACK):
        return "the record says otherwise"
    return ""


def test_a_version_that_runs_is_the_real_firmware_out_of_its_slot(bench, modules):
    bench.put(pack(modules), 2)
    said, runs = bench.start()
    assert runs and "start 1" in said, said
    assert bench.record().running == 2
    update_versions.Slots(bench.slots).confirm()
    said, runs = bench.start()
    assert runs and "start 2" in said, said


@pytest.mark.timeout(600)
def test_each_line_of_a_start_that_raises_is_rolled_back(bench, modules):
    reached, wrong = 0, []
    every = list(points())
    for name, line in every[::SAMPLE]:
        found = rolled_back(bench, modules, name, line)
        reached += found is not None
        if found:
            wrong.append((name, line, found))
    print(f"{reached} lines of {len(every)}, rolled back {reached - len(wrong)}")
    assert not wrong
    assert reached >= 8
