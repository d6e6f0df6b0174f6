"""A device of MicroPython on a pty and the folder that is its flash, for tests of deploying."""

import interpreters
import pytest
import repl_on_pty

from tools import attached


def write(folder, files):
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)


def files_in(folder):
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


@pytest.fixture
def flash(tmp_path):
    folder = tmp_path / "flash"
    folder.mkdir()
    return folder


@pytest.fixture
def device(flash):
    # The 32-bit interpreter is too old for this: 1.25's unix port has no raw REPL.
    with repl_on_pty.repl(interpreters.unix64(), flash) as port:
        transport = attached.connect(port, resume=True)
        yield transport
        transport.serial.close()
