"""The RP2040's file system: what start-up does to the flash, and what only a person may do."""

import errno
import sys
import types

import interpreters
import pytest

BOOT = interpreters.ROOT / "boards/RPI_PICO/frozen/_boot.py"


@pytest.fixture
def flash(bench, monkeypatch):
    """The recorded calls; `fault` is what mounting raises until the flash is formatted."""
    flash = types.SimpleNamespace(calls=[], fault=None)

    class VfsLfs2:
        def __init__(self, device, progsize):
            flash.calls.append(("open", device, progsize))
            if flash.fault:
                raise flash.fault

        @staticmethod
        def mkfs(device, progsize):
            flash.calls.append(("mkfs", device, progsize))
            flash.fault = None

    vfs = types.ModuleType("vfs")
    vfs.VfsLfs2 = VfsLfs2
    vfs.mount = lambda files, place: flash.calls.append(("mount", place))
    vfs.umount = lambda place: flash.calls.append(("umount", place))
    chip = types.ModuleType("_rp2")
    chip.Flash = lambda: "flash"
    monkeypatch.setitem(sys.modules, "vfs", vfs)
    monkeypatch.setitem(sys.modules, "_rp2", chip)
    return flash


def names(flash):
    return [call[0] for call in flash.calls]


def test_mounts_what_is_there_as_the_root(bench, flash):
    module = bench.load("rp2_flash")
    module.mount()
    assert flash.calls == [("open", "flash", 256), ("mount", "/")]
    assert module.trouble == ""


def test_a_file_system_that_does_not_mount_is_left_alone_and_told(bench, flash):
    flash.fault = OSError(errno.EILSEQ)
    module = bench.load("rp2_flash")
    module.mount()
    assert names(flash) == ["open"]
    assert module.trouble.startswith("the flash holds no file system (OSError(")
    assert module.trouble.endswith("rp2_flash.format()")


def test_a_person_formats_a_flash_that_did_not_mount(bench, flash):
    flash.fault = OSError(errno.EILSEQ)
    module = bench.load("rp2_flash")
    module.mount()
    module.format()
    assert names(flash) == ["open", "mkfs", "open", "mount"]
    assert module.trouble == ""


def test_a_person_formats_a_flash_that_is_mounted(bench, flash):
    module = bench.load("rp2_flash")
    module.mount()
    module.format()
    assert names(flash) == ["open", "mount", "umount", "mkfs", "open", "mount"]


def test_the_board_tells_it_where_the_console_is_there(bench, flash, capsys):
    board = bench.board("RPI_PICO")
    board.cannot_start()
    assert capsys.readouterr().out == ""
    flash.fault = OSError(errno.EILSEQ)
    board.rp2_flash.mount()
    board.cannot_start()
    assert capsys.readouterr().out == "wattseal: %s\n" % board.rp2_flash.trouble


@pytest.mark.parametrize("fault", [None, OSError(errno.EILSEQ)])
def test_start_up_leaves_frozen_code_alone_on_the_path_and_formats_nothing(
    bench, flash, monkeypatch, fault
):
    flash.fault = fault
    module = bench.load("rp2_flash")
    path_at_mount = []
    real = module.mount

    def mount():
        path_at_mount.extend(sys.path)
        real()

    module.mount = mount
    monkeypatch.setattr(sys, "path", ["", ".frozen", "/lib"])
    exec(compile(BOOT.read_text(), "_boot.py", "exec"), {})
    assert path_at_mount == sys.path == [".frozen"]
    assert "mkfs" not in names(flash)
