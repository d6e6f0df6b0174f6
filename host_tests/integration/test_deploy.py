"""tools.deploy against a real MicroPython on a pseudo-terminal: its raw REPL is the device's."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import deployed_device
import interpreters
import pytest
import repl_on_pty
from mpremote.transport import TransportError

from tools import attached, deploy

TREE = {
    "main.py": b"print('started')\n",
    "board.mpy": bytes(range(256)) * 5,  # five chunks, every byte
    "wattseal/__init__.mpy": b"one",
    "wattseal/core/ocmf.mpy": b"two",
}
DATA = {"config.json": b"{}", "device.key": b"secret", "journal/1": b"record"}


write, files_in = deployed_device.write, deployed_device.files_in
flash, device = deployed_device.flash, deployed_device.device


def test_an_empty_device_holds_the_tree_afterwards(device, flash):
    done = deploy.deploy(device, TREE)
    assert set(done.values()) == {"written"}
    assert files_in(flash) == TREE


def test_the_second_run_copies_nothing(device, flash):
    deploy.deploy(device, TREE)
    times = {p: p.stat().st_mtime_ns for p in flash.rglob("*.*py")}
    done = deploy.deploy(device, TREE)
    assert set(done.values()) == {"kept"}
    assert {p: p.stat().st_mtime_ns for p in flash.rglob("*.*py")} == times


def test_one_changed_file_is_the_one_that_is_copied(device, flash):
    deploy.deploy(device, TREE)
    newer = dict(TREE, **{"wattseal/core/ocmf.mpy": b"two, better"})
    done = deploy.deploy(device, newer)
    assert [path for path, what in done.items() if what == "replaced"] == [
        "wattseal/core/ocmf.mpy"
    ]
    assert list(done.values()).count("kept") == 3
    assert files_in(flash) == newer


def test_a_file_damaged_on_the_device_is_repaired(device, flash):
    deploy.deploy(device, TREE)
    (flash / "board.mpy").write_bytes(TREE["board.mpy"][:-1] + b"!")
    assert deploy.deploy(device, TREE)["board.mpy"] == "replaced"
    assert files_in(flash) == TREE


def test_configuration_key_and_journal_are_left_alone(device, flash):
    write(flash, {**DATA, **{"data/" + path: data for path, data in DATA.items()}})
    before = files_in(flash)
    deploy.deploy(device, TREE)
    assert files_in(flash) == {**before, **TREE}


def test_what_would_be_imported_instead_of_the_tree_is_removed(device, flash):
    write(flash, {"board.py": b"old", "wattseal/gone.mpy": b"", "wattseal/core/ocmf.py": b"old"})
    done = deploy.deploy(device, TREE)
    removed = sorted(path for path, what in done.items() if what == "removed")
    assert removed == ["board.py", "wattseal/core/ocmf.py", "wattseal/gone.mpy"]
    assert files_in(flash) == TREE


def test_a_copy_that_arrives_damaged_is_reported(device):
    class Noisy:
        exec = device.exec

        def fs_writefile(self, dest, data, chunk_size):
            device.fs_writefile(dest, data.replace(b"two", b"tvo"), chunk_size=chunk_size)

    with pytest.raises(deploy.DeployFault, match="wattseal/core/ocmf.mpy on the device is not"):
        deploy.deploy(Noisy(), TREE)


def test_a_copy_that_breaks_off_leaves_the_old_file(device, flash):
    old = dict(TREE, **{"board.mpy": b"old but whole"})
    write(flash, old)

    class Pulled:
        exec = device.exec

        def fs_writefile(self, dest, data, chunk_size):
            device.fs_writefile(dest, data[:100], chunk_size=chunk_size)
            raise TransportError("unplugged")

    with pytest.raises(TransportError):
        deploy.deploy(Pulled(), TREE)
    assert (flash / "board.mpy").read_bytes() == old["board.mpy"]


def test_the_repl_goes_on_after_resume(flash):
    with repl_on_pty.repl(interpreters.unix64(), flash) as port:
        first = attached.connect(port, resume=True)
        first.exec("kept = 42")
        attached.leave(first, resume=True)
        second = attached.connect(port, resume=True)
        assert second.eval("kept") == 42
        second.serial.close()


def run_command(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "tools.deploy", *arguments],
        cwd=interpreters.ROOT, text=True, capture_output=True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--board", "unix"], "PORT is missing"),
        (["--board", "toaster", "--port", "/dev/null"], "the boards are ESP32_GENERIC"),
        (["--board", "unix", "--port", "/dev/no-such-device"], "cannot open /dev/no-such-device"),
    ],
)
def test_a_wrong_command_gets_one_sentence(arguments, sentence):
    done = run_command(*arguments)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert done.stderr.startswith("deploy: ")
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout == ""


def test_a_device_that_does_not_answer_gets_one_sentence(tmp_path, capsys):
    silent = repl_on_pty.repl("/bin/true", tmp_path, arguments=())
    refused = pytest.raises(attached.NoMicroPython, match="does not answer as MicroPython")
    with silent as port, refused:
        attached.connect(port, resume=True, silence_s=1)
    assert capsys.readouterr().out == ""


def test_the_whole_command_stages_copies_and_tells(flash):
    with repl_on_pty.repl(interpreters.unix64(), flash) as port:
        done = run_command("--board", "unix", "--port", port, "--resume")
    assert done.returncode == 0, done.stderr
    assert "files" in done.stdout
    assert (flash / "wattseal/assembly.mpy").exists()


def test_two_devices_are_flashed_at_the_same_time(tmp_path):
    flashes = [tmp_path / "one", tmp_path / "two"]

    def flashed(flash):
        flash.mkdir()
        with repl_on_pty.repl(interpreters.unix64(), flash) as port:
            return run_command("--board", "unix", "--port", port, "--resume")

    with ThreadPoolExecutor() as pool:
        for done in pool.map(flashed, flashes):
            assert done.returncode == 0, done.stderr
    assert files_in(flashes[0]) == files_in(flashes[1]) != {}
