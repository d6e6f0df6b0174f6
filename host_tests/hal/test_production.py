"""A production image: the firmware runs from start-up on, and whatever ends it ends in a reset."""

import sys
import time
import types

import interpreters
import pytest

BOARDS = interpreters.ROOT / "boards"
SOURCE = (BOARDS / "RPI_PICO/production/production.py").read_text()
BOOT = (BOARDS / "ESP32_GENERIC/frozen/_boot.py").read_text()


class Finder:
    """In the place of a module: `run` is its code."""

    def __init__(self, wanted, run):
        self.wanted, self.run = wanted, run

    def find_spec(self, name, path=None, target=None):
        if name != self.wanted:
            return None
        self.run()
        sys.modules[name] = types.ModuleType(name)
        return types.ModuleType(name).__spec__


def raising(fault):
    raise fault


@pytest.fixture
def done(bench, monkeypatch):
    """What was done, in order."""
    import machine

    seen = []
    monkeypatch.setattr(machine, "reset", lambda: seen.append("reset"), raising=False)
    monkeypatch.setattr(time, "sleep", lambda s: seen.append("sleep %d" % s))
    monkeypatch.setattr(sys, "print_exception", lambda f: seen.append(repr(f)), raising=False)
    return seen


def production(monkeypatch, run):
    monkeypatch.delitem(sys.modules, "main", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Finder("main", run), *sys.meta_path])
    exec(compile(SOURCE, "production.py", "exec"), {})


@pytest.mark.parametrize(
    "fault", [ImportError("a module"), MemoryError(), OSError(5), RuntimeError("it has ended")]
)
def test_a_fault_is_told_and_resets(done, monkeypatch, fault):
    production(monkeypatch, lambda: raising(fault))
    assert done == [repr(fault), "reset"]


@pytest.mark.parametrize("fault", [SystemExit(1), KeyboardInterrupt(), ValueError("else")])
def test_whatever_else_ends_it_resets_before_anything_follows(done, monkeypatch, fault):
    with pytest.raises(type(fault)):
        production(monkeypatch, lambda: raising(fault))
    assert done == ["reset"]


def test_what_a_person_must_put_right_is_told_again_later(done, monkeypatch):
    monkeypatch.setitem(sys.modules, "main", types.ModuleType("main"))
    exec(compile(SOURCE, "production.py", "exec"), {})
    assert done == ["sleep 60", "reset"]


def test_an_esp32_runs_it_once_its_files_are_mounted_and_from_the_image_alone(bench, monkeypatch):
    files, seen = bench.load("esp32_files"), []
    bench.frozen("ESP32_GENERIC")
    monkeypatch.setattr(files, "mount", lambda: seen.append("mount"))
    monkeypatch.setattr(sys, "path", ["", "/lib"])
    found = Finder("production", lambda: seen.append(list(sys.path)))
    monkeypatch.delitem(sys.modules, "production", raising=False)
    monkeypatch.setattr(sys, "meta_path", [found, *sys.meta_path])
    try:
        exec(compile(BOOT, "_boot.py", "exec"), {})
    finally:
        sys.modules.pop("production", None)
    assert seen == ["mount", [".frozen"]]
