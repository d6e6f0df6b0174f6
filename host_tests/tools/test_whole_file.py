"""Files of tools on a full disk: nothing half is left, what was there stays, and one may retry."""

import os
import subprocess
import sys

import interpreters
import pytest

from tools import whole_file
from tools.bills.command import CommandFault, write

FULL = OSError(28, "No space left on device")


@pytest.fixture
def full(monkeypatch):
    """full(count): from the write of so many bytes on, the disk takes none."""
    opened, room = open, [10**9]

    def open_there(*arguments, **how):
        file = opened(*arguments, **how)

        class File:
            def __enter__(self):
                return self

            def __exit__(self, *_):
                file.close()

            def fileno(self):
                return file.fileno()

            def write(self, content):
                if not room[0]:
                    raise OSError(*FULL.args)
                count = min(room[0], len(content))
                room[0] -= count
                return file.write(content[:count])

        return File()

    monkeypatch.setattr(whole_file, "open", open_there, raising=False)

    def set_room(count):
        room[0] = count

    return set_room


def refuse(*_):
    raise PermissionError(1, "Operation not permitted")


def names(folder):
    return sorted(each.name for each in folder.iterdir())


@pytest.mark.parametrize("room", [0, 1, 5])
def test_what_was_there_stays_on_a_full_disk_and_nothing_else_is_left(tmp_path, full, room):
    path = tmp_path / "x.xml"
    full(room)
    with pytest.raises(CommandFault, match=r"x\.xml cannot be written \(No space left"):
        write(b"123456", path)
    assert names(tmp_path) == []
    path.write_bytes(b"old")
    with pytest.raises(CommandFault):
        write(b"123456", path)
    assert (names(tmp_path), path.read_bytes()) == (["x.xml"], b"old")


def test_new_files_are_all_there_or_none(tmp_path, full):
    files = [(tmp_path / name, b"12345", 0o600) for name in ("a", "b")]
    full(7)
    with pytest.raises(OSError) as caught:
        whole_file.create(files)
    assert (caught.value.filename, names(tmp_path)) == (str(tmp_path / "b"), [])
    full(99)
    whole_file.create(files)
    assert [path.read_bytes() for path, *_ in files] == [b"12345"] * 2
    with pytest.raises(FileExistsError):
        whole_file.create([(tmp_path / "c", b"1", 0o600), *files])
    assert names(tmp_path) == ["a", "b"]


def test_permissions_links_and_devices_are_kept(tmp_path):
    path, link = tmp_path / "file", tmp_path / "link"
    path.write_bytes(b"old")
    path.chmod(0o640)
    link.symlink_to("file")
    whole_file.write(link, b"new")
    assert (path.read_bytes(), path.stat().st_mode & 0o777, link.is_symlink()) == (
        b"new", 0o640, True,
    )  # fmt: skip
    whole_file.write(path, b"newer", 0o600)
    assert path.stat().st_mode & 0o777 == 0o600
    os.mkfifo(tmp_path / "pipe")
    reading = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    whole_file.write(tmp_path / "pipe", b"through")
    assert os.read(reading, 99) == b"through"
    os.close(reading)
    assert names(tmp_path) == ["file", "link", "pipe"]


def test_one_in_a_folder_that_takes_no_other_gets_its_mode_too(tmp_path, monkeypatch):
    path = tmp_path / "file"
    path.write_bytes(b"old")
    path.chmod(0o644)
    monkeypatch.setattr("os.access", lambda place, _: place != tmp_path)
    whole_file.write(path, b"new")
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"new", 0o644)
    whole_file.write(path, b"newer", 0o600)
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"newer", 0o600)
    monkeypatch.setattr("pathlib.Path.chmod", refuse)
    whole_file.write(path, b"newest", 0o640)
    assert path.read_bytes() == b"newest"


def test_a_new_file_has_the_mode_that_the_umask_leaves(tmp_path):
    before = os.umask(0o027)
    try:
        whole_file.write(tmp_path / "file", b"")
    finally:
        os.umask(before)
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    ("module", "words"),
    [
        ("update", ["key", "new", "k"]), ("privacy", ["new-key", "k"]), ("keys", ["new", "k"]),
        ("command", ["key", "new", "k"]), ("pki", ["init", ".", "--host", "broker"]),
    ],
)  # fmt: skip
def test_a_key_that_a_full_disk_stopped_may_be_made_again(tmp_path, module, words):
    limited = (
        "import resource, runpy, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (50, -1))\n"
        f"sys.argv = ['x', *{words!r}]\n"
        f"runpy.run_module('tools.{module}', run_name='__main__')\n"
    )
    environment = dict(os.environ, PYTHONPATH=f"{interpreters.ROOT}:{interpreters.ROOT}/firmware")
    environment["PYTHONDONTWRITEBYTECODE"] = "1"  # half a module would stay in everybody's cache

    def ran(*command):
        return subprocess.run(
            [sys.executable, *command], cwd=tmp_path, env=environment,
            capture_output=True, text=True,
        )  # fmt: skip

    done = ran("-c", limited)
    assert done.returncode == 2 and "cannot be written" in done.stderr, done.stderr
    assert names(tmp_path) == []
    assert ran("-m", "tools." + module, *words).returncode == 0
