"""The runner for real boards, on a MicroPython behind a pseudo-terminal: it runs, and it can fail.

A mistake is planted in a copy of what is put on the board; the runner has to find each.
"""

import json
import signal
import subprocess
import sys
import time

import interpreters
import pytest
import repl_on_pty
import typer
from from_a_terminal import from_a_terminal

sys.path.insert(0, str(interpreters.ROOT / "host_tests/hil"))

import device  # noqa: E402
import judging  # noqa: E402
import plan  # noqa: E402

from host_tests.hil import __main__ as hil  # noqa: E402

ROOT = interpreters.ROOT


def run(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "host_tests.hil", *arguments], cwd=ROOT, text=True,
        capture_output=True, timeout=300,
    )  # fmt: skip


def test_without_a_port_it_tells_what_it_would_have_run():
    done = run()
    assert (done.returncode, done.stderr) == (0, "")
    files = sorted(path.stem for path in (ROOT / "host_tests/core").glob("test_*.py"))
    assert [line.split()[0] for line in done.stdout.splitlines()[1:-2]] == files
    last = done.stdout.splitlines()[-1]
    count = sum(test.tests for test in plan.tests())
    assert last == (
        f"hil: no PORT: {count} tests of {len(files)} files and a metered session were not run"
    )
    assert count > 500


def test_a_micropython_on_a_pty_runs_it_and_keeps_nothing(tmp_path):
    (tmp_path / "device.key").write_bytes(b"not ours to touch")
    with repl_on_pty.repl(interpreters.unix64(), tmp_path) as port:
        done = run("--port", port, "--only", "modbus", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert [(row["name"], row["state"]) for row in found] == [
        ("test_modbus", "good"), ("metering", "good"),
    ]  # fmt: skip
    assert found[0]["ran"] == plan.tests("modbus")[0].tests > 10
    assert "tests on linux, 0 files bad" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["device.key"]


def test_our_image_has_loaded_asyncio_at_its_start_and_a_script_finds_a_fresh_one(
    tmp_path, monkeypatch
):
    """A pty cannot be restarted: what its start leaves is what the interpreter begins with."""
    start = tmp_path / "boot.py"
    start.write_text("import sys\nsys.path[:] = ['.frozen']\nimport asyncio\n")
    connect = device.attached.connect
    monkeypatch.setattr(device.attached, "connect", lambda port, _: connect(port, True))
    arguments = "-X", "heapsize=32M", "-i", str(start)
    started = repl_on_pty.repl(interpreters.unix64(), tmp_path, arguments)
    with started as port, device.Device(port, False) as board:
        assert board.has_image
        board.put(plan.of_firmware(board.architecture))
        board.put(plan.of_metering())
        script = f"import metering_session\nmetering_session.run({board.data_folder()!r})"
        said, trouble = board.run(hil._FOLDERS, script, 60)
    assert judging.of_metering(said, trouble).state == "good", said + trouble


def test_a_name_that_no_file_has_is_no_success():
    for words in (("--only", "nothing-has-this"), ("--only", "nothing", "--port", "/dev/null")):
        done = run(*words)
        assert (done.returncode, done.stdout) == (2, "") and "look at ONLY" in done.stderr


def started(port):
    return subprocess.Popen(
        [sys.executable, "-m", "host_tests.hil", "--port", port, "--only", "modbus"], cwd=ROOT,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, preexec_fn=from_a_terminal,
    )  # fmt: skip


def wait_until_it_puts(process, folder):
    until = time.monotonic() + 60
    while not (folder / "hil/firmware").exists() and time.monotonic() < until:
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.01)


def test_ctrl_c_leaves_nothing_on_the_board(tmp_path):
    with repl_on_pty.repl(interpreters.unix64(), tmp_path) as port:
        process = started(port)
        wait_until_it_puts(process, tmp_path)
        process.send_signal(signal.SIGINT)
        told = process.communicate(timeout=60)[1]
    assert process.returncode == 130 and "hil: stopped" in told and "Traceback" not in told
    assert list(tmp_path.iterdir()) == []


def test_a_fault_in_the_middle_leaves_nothing_on_the_board(tmp_path):
    with repl_on_pty.repl(interpreters.unix64(), tmp_path) as port:
        board = device.Device(port, True)
        with pytest.raises(device.HilFault, match="planted"), board:
            board.put({"a/b.json": ROOT / "host_tests/vectors/idle.json"})
            assert (tmp_path / "hil/a/b.json").exists()
            raise device.HilFault("planted")
        assert list(tmp_path.iterdir()) == []


def test_what_could_not_be_taken_away_is_told(tmp_path, monkeypatch, capsys):
    def fail(*_):
        raise device.HilFault("planted")

    def stop(*_):
        raise KeyboardInterrupt

    for trouble, told in ((fail, "hil: planted; hil stays on the board\n"),
                          (stop, "hil: stopped; hil stays on the board\n")):  # fmt: skip
        with repl_on_pty.repl(interpreters.unix64(), tmp_path) as port:
            monkeypatch.setattr(hil, "_run", trouble)
            monkeypatch.setattr(hil.Device, "_leave", fail)
            with pytest.raises(typer.Exit):
                hil.main(port, "modbus")
        assert capsys.readouterr().err == told


@pytest.mark.parametrize("said", ["no repr", "()", "('/', 'rp2', 99, [])", "(1, 2, 3, 4)", "f(1)"])
def test_a_board_that_says_something_else_gets_a_sentence(tmp_path, monkeypatch, said):
    monkeypatch.setattr(device, "_ASK", f"print({said!r})")
    refused = pytest.raises(device.HilFault, match="what no MicroPython says of itself")
    with repl_on_pty.repl(interpreters.unix64(), tmp_path) as port, refused:
        device.Device(port, True)


def test_what_had_no_room_is_no_success(capsys):
    rows = [judging.Verdict("a", "good", 3), judging.Verdict("metering", "good", 2)]
    assert hil._summed(rows, "rp2") == 0
    assert hil._summed([judging.Verdict("b", "no room"), *rows], "rp2") == 1
    assert hil._summed([judging.Verdict("b", "bad"), *rows], "rp2") == 1


def test_a_port_that_is_none_gets_one_sentence():
    done = run("--port", "/dev/no-such-board")
    assert done.returncode == 2 and done.stderr.startswith("hil: cannot open /dev/no-such-board")
    assert done.stderr.count("\n") == 1


GOOD = "WATTSEAL-RESULT ran=5 bad=0 skipped=1\r\nFREE 1234\r\n"


@pytest.mark.parametrize(
    ("said", "trouble", "state"),
    [
        (GOOD, "", "good"),
        (GOOD.replace("bad=0", "bad=1"), "", "bad"),
        (GOOD.replace("ran=5", "ran=4"), "", "bad"),
        ("FREE 1234\r\n", "", "bad"),
        ("", "Traceback:\r\nImportError: no module\r\n", "bad"),
        ("", "Traceback:\r\nMemoryError: memory allocation failed\r\n", "no room"),
    ],
)
def test_only_a_result_line_with_every_test_is_good(said, trouble, state):
    verdict = judging.of_test("test_x", 5, said, trouble)
    assert verdict.state == state
    assert bool(verdict.why) == (state == "bad")


@pytest.fixture(scope="module")
def metered(tmp_path_factory):
    """What a metered session prints, taken from the interpreter without a board."""
    folder = tmp_path_factory.mktemp("metered")
    script = folder / "metered.py"
    hil = str(ROOT / "host_tests/hil")
    script.write_text(
        f"import sys\nsys.path.insert(0, {hil!r})\nimport metering_session\n"
        f"metering_session.run({str(folder / 'data')!r})\n"
    )
    return interpreters.run(interpreters.unix64(), [script], heap="32M").stdout


def test_a_metered_session_is_judged_by_public_cryptography(metered):
    assert judging.of_metering(metered, "").state == "good", metered


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (('\\"RV\\":100', '\\"RV\\":101'), "does not verify"),
        (('"kind": "session"', '"kind": "not_billable"'), "the records are"),
        (("METERED 1000000 100", "METERED 1000000 200"), "the meter"),
    ],
)
def test_a_record_that_was_changed_is_found(metered, change, why):
    told = metered.replace('"kind":"session"', '"kind": "session"')
    changed = told.replace(*change)
    assert changed != told, told
    verdict = judging.of_metering(changed, "")
    assert verdict.state == "bad" and why in verdict.why
