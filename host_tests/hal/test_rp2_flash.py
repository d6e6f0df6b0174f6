"""The RP2040's file system: what start-up does to the flash, and what only a person may do."""

import errno
import sys
import types

import interpreters
import pytest
from board_config import config
from chip import BlockDevice

FILES = {"start": 0, "len": 576 * 1024}
BOOT = interpreters.ROOT / "boards/RPI_PICO/frozen/_boot.py"


@pytest.fixture
def flash(bench, monkeypatch):
    """The recorded calls; `fault` is what mounting raises until the flash is formatted."""
    flash = types.SimpleNamespace(calls=[], fault=None, faults=99)

    class VfsLfs2:
        def __init__(self, device, progsize):
            flash.calls.append(("open", device.part, progsize))
            flash.faults -= 1
            if flash.fault and flash.faults >= 0:
                raise flash.fault

        @staticmethod
        def mkfs(device, progsize):
            flash.calls.append(("mkfs", device.part, progsize))
            flash.fault = None

    vfs = types.ModuleType("vfs")
    vfs.VfsLfs2 = VfsLfs2
    vfs.mount = lambda files, place: flash.calls.append(("mount", place))
    vfs.umount = lambda place: flash.calls.append(("umount", place))
    chip = types.ModuleType("_rp2")

    class Flash(BlockDevice):
        def __init__(self, **part):
            super().__init__(
                bench.chip, 4096, part.get("len", 1152 * 1024 - part.get("start", 0)) // 4096
            )
            self.part = part

    chip.Flash = Flash
    monkeypatch.setitem(sys.modules, "vfs", vfs)
    monkeypatch.setitem(sys.modules, "_rp2", chip)
    return flash


def names(flash):
    return [call[0] for call in flash.calls]


def test_mounts_what_is_there_as_the_root(bench, flash):
    module = bench.load("rp2_flash")
    module.mount()
    assert flash.calls == [("open", FILES, 256), ("mount", "/")]
    assert module.trouble == ""
    assert (module.ring.sectors, module.ring.sector_bytes) == (144, 4096)
    assert bench.board("RPI_PICO").build(config(1)).flash is bench.load("rp2_flash").ring


def test_a_page_is_programmed_whole_and_its_rest_left_alone(bench, flash):
    module = bench.load("rp2_flash")
    module.mount()
    module.ring.program(4096 + 250, b"\x00" * 10)
    module.ring.erase(3)
    module.ring.read_into(2 * 4096 + 7, bytearray(5))
    pages = [b"\xff" * 250 + b"\x00" * 6, b"\x00" * 4 + b"\xff" * 252]
    assert bench.chip.names() == [
        ("flash.write", 1, pages[0], 0), ("flash.write", 1, pages[1], 256),
        ("flash.erase", 3), ("flash.read", 2, 5, 7),
    ]  # fmt: skip


def test_an_esp32_has_a_ring_where_the_table_names_one(bench):
    import esp32

    family = bench.load("esp32")
    assert family.journal_flash() is None
    esp32.Partition.labels = ["wattseal"]
    found = family.journal_flash()
    found.program(4096 + 250, b"\x01\x02")
    assert (found.sectors, found.sector_bytes) == (16, 4096)
    assert bench.chip.names() == [("flash.write", 1, b"\x01\x02", 250)]


def test_a_file_system_that_does_not_mount_is_left_alone_and_told(bench, flash):
    flash.fault = OSError(errno.EILSEQ)
    module = bench.load("rp2_flash")
    module.mount()
    assert names(flash) == ["open"] * 3
    assert bench.chip.names().count(("time.sleep_ms", 200)) == 2
    assert module.trouble.startswith("the flash holds no file system of ours (OSError(")
    assert module.trouble.endswith("rp2_flash.format()")


def test_a_person_formats_a_flash_that_did_not_mount(bench, flash):
    flash.fault = OSError(errno.EILSEQ)
    module = bench.load("rp2_flash")
    module.mount()
    module.format()
    assert names(flash) == ["open"] * 3 + ["mkfs", "open", "mount"]
    assert module.trouble == ""


@pytest.mark.parametrize("fault", [OSError(errno.EIO), MemoryError()])
def test_a_mount_that_fails_for_now_is_tried_again(bench, flash, fault):
    module = bench.load("rp2_flash")
    flash.fault, flash.faults = fault, 2
    module.mount()
    assert (module.trouble, names(flash)) == ("", ["open"] * 3 + ["mount"])
    assert module.ring is not None


def test_a_person_formats_a_flash_that_is_mounted(bench, flash):
    module = bench.load("rp2_flash")
    module.mount()
    module.format()
    assert names(flash) == ["open", "mount", "umount", "mkfs", "open", "mount"]


def test_formatting_leaves_no_record_either(bench, flash):
    module = bench.load("rp2_flash")
    module.mount()
    module.format()
    cleared = [("flash.write", sector, bytes(256), 0) for sector in range(module.ring.sectors)]
    assert [name for name in bench.chip.names() if name[0] == "flash.write"] == cleared


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
