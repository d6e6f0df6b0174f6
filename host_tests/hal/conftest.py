"""The hal's modules, imported afresh on a recorded chip for every test."""

import gc
import importlib.machinery
import importlib.util
import sys

import chip as chips
import chip_streams
import interpreters
import micropython
import pytest


class Bench:
    """`chip`, and the hal's modules by name, as they see it."""

    def __init__(self, monkeypatch):
        self._monkeypatch = monkeypatch
        self.chip = None

    def power_up(self, **settings):
        """A new chip; returns it."""
        self.chip = chips.Chip(**settings)
        for name, module in chips.modules(self.chip).items():
            self._monkeypatch.setitem(sys.modules, name, module)
        self._monkeypatch.setattr(micropython, "RingIO", chip_streams.RingIO, raising=False)
        for name in ("collect", "mem_free", "threshold"):
            heap = getattr(self.chip, name)
            self._monkeypatch.setattr(gc, name, heap, raising=False)
        for name in [n for n in sys.modules if n.startswith("wattseal.hal") or n == "board"]:
            self._monkeypatch.delitem(sys.modules, name)
        return self.chip

    def load(self, name):
        """wattseal.hal.<name>, its time and its naps the chip's."""
        module = importlib.import_module("wattseal.hal." + name)
        for loaded in [m for n, m in sys.modules.items() if n.startswith("wattseal.hal.")]:
            for shim in ("time", "asyncio"):
                if hasattr(loaded, shim):
                    self._monkeypatch.setattr(loaded, shim, getattr(self.chip, shim))
        return module

    def board(self, name):
        """boards/<name>/board.py as the module the device would import."""
        path = interpreters.ROOT / "boards" / name / "board.py"
        spec = importlib.util.spec_from_file_location("board", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        self.load("board")
        return module

    def frozen(self, name, module="open_contactors"):
        """`module` comes from the image of boards/<name>, wherever sys.path leads."""

        class Image:
            @staticmethod
            def find_spec(wanted, path=None, target=None):
                folder = str(interpreters.ROOT / "boards" / name / "frozen")
                return (
                    importlib.machinery.PathFinder.find_spec(wanted, [folder])
                    if wanted == module
                    else None
                )

        self._monkeypatch.setattr(sys, "meta_path", [Image, *sys.meta_path])
        self._monkeypatch.delitem(sys.modules, module, raising=False)


@pytest.fixture
def bench(monkeypatch):
    bench = Bench(monkeypatch)
    bench.power_up()
    return bench


@pytest.fixture
def image_start(bench, monkeypatch):
    """image_start(board, files, fault): runs the _boot.py of a board's image on a flash that
    hal.`files` mounts, and fails where `fault`; machine's Timer."""

    boots_as = {"ESP32_GENERIC_S3": "ESP32_GENERIC"}  # by its manifest

    def run(board, files, fault=None, mounted=lambda: None):
        import machine

        def mount():
            bench.chip.log("mount")
            mounted()
            if fault:
                raise fault

        bench.load(files).mount = mount
        monkeypatch.setattr(sys, "path", list(sys.path))
        bench.frozen(board)
        boot = interpreters.ROOT / "boards" / boots_as.get(board, board) / "frozen/_boot.py"
        exec(compile(boot.read_text(), "_boot.py", "exec"), {})
        return machine.Timer

    return run
