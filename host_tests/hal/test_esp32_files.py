"""An ESP32's files under our own image: what start-up does, and what only a person may do."""

import errno
import sys
import types

import interpreters
import pytest

BOOT = interpreters.ROOT / "boards/ESP32_GENERIC/frozen/_boot.py"
BOARDS = ("ESP32_GENERIC", "ESP32_GENERIC_S3")


@pytest.fixture
def flash(bench, monkeypatch):
    """The recorded calls; `fault` is what mounting raises until the flash is formatted."""
    import esp32

    esp32.Partition.labels = ["vfs"]
    flash = types.SimpleNamespace(calls=[], fault=None, faults=99)

    class VfsLfs2:
        def __init__(self, device):
            flash.calls.append("open")
            flash.faults -= 1
            if flash.fault and flash.faults >= 0:
                raise flash.fault

        @staticmethod
        def mkfs(device):
            flash.calls.append("mkfs")
            flash.fault = None

    vfs = types.ModuleType("vfs")
    vfs.VfsLfs2 = VfsLfs2
    vfs.mount = lambda files, place: flash.calls.append("mount " + place)
    vfs.umount = lambda place: flash.calls.append("umount " + place)
    monkeypatch.setitem(sys.modules, "vfs", vfs)
    return flash


@pytest.mark.parametrize("fault", [None, OSError(errno.ENODEV)])
def test_start_up_leaves_frozen_code_alone_on_the_path_and_formats_nothing(
    bench, flash, monkeypatch, fault
):
    flash.fault = fault
    bench.load("esp32_files")
    bench.frozen("ESP32_GENERIC")
    monkeypatch.setattr(sys, "path", ["", ".frozen", "/lib"])
    exec(compile(BOOT.read_text(), "_boot.py", "exec"), {})
    assert sys.path == [".frozen"]
    assert flash.calls == (["open"] * 3 if fault else ["open", "mount /"])


@pytest.mark.parametrize("fault", [OSError(errno.EIO), MemoryError()])
def test_a_mount_that_fails_for_now_is_tried_again(bench, flash, fault):
    files = bench.load("esp32_files")
    flash.fault, flash.faults = fault, 2
    files.mount()
    assert (files.trouble, flash.calls) == ("", ["open"] * 3 + ["mount /"])
    assert bench.chip.names().count(("time.sleep_ms", 200)) == 2


@pytest.mark.parametrize("name", BOARDS)
def test_the_board_tells_a_file_system_that_did_not_mount(bench, flash, capsys, name):
    board = bench.board(name)
    board.cannot_start()  # a stock image: nobody has mounted anything
    files = bench.load("esp32_files")
    files.mount()
    board.cannot_start()
    assert capsys.readouterr().out == ""
    flash.fault = OSError(errno.ENODEV)
    files.mount()
    board.cannot_start()
    told = capsys.readouterr().out
    assert told == "wattseal: %s\n" % files.trouble
    assert "esp32_files.format()" in told and "mkfs" not in flash.calls


def test_a_table_without_the_partition_is_told_as_well(bench, flash):
    import esp32

    esp32.Partition.labels = []
    files = bench.load("esp32_files")
    files.mount()
    assert "holds no file system of ours" in files.trouble and flash.calls == []


def test_a_person_formats_a_flash_whether_it_is_mounted_or_not(bench, flash):
    files = bench.load("esp32_files")
    files.mount()
    files.format()
    assert flash.calls == ["open", "mount /", "umount /", "mkfs", "open", "mount /"]
    del flash.calls[:]
    flash.fault = OSError(errno.ENODEV)
    files.mount()
    files.format()
    assert flash.calls == ["open"] * 3 + ["mkfs", "open", "mount /"]
    assert files.trouble == ""


def test_the_images_main_asks_for_a_slot_below_the_data_and_watches_a_trial(bench, monkeypatch):
    import machine

    asked, watched = [], []
    start = types.ModuleType("image_start")
    start.run = lambda folder, watch: asked.append((folder, watch))
    monkeypatch.setitem(sys.modules, "image_start", start)
    monkeypatch.setattr(machine, "WDT", lambda timeout: watched.append(timeout))
    exec(compile(BOOT.with_name("main.py").read_text(), "main.py", "exec"), {})
    ((folder, watch),) = asked
    assert [bench.board(name).DATA_DIR + "/update" for name in BOARDS] == [folder] * 2
    assert watched == []
    watch()
    assert watched == [120_000]
