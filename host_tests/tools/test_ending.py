"""How tools end: an output that takes nothing, Ctrl-C and a wrong option are one sentence each."""

import errno
import io
import os
import select
import signal
import subprocess
import sys

import interpreters
import pytest
import signed_records as signed
from from_a_terminal import from_a_terminal

from tools import ending

SCRIPT = """
import threading, typer
from tools import ending
app = typer.Typer()
@app.command()
def main():
    {body}
ending.run(app, "it")
"""


@pytest.fixture
def records(tmp_path):
    (tmp_path / "public_key.hex").write_text(signed.spki())
    path = tmp_path / "record"
    path.write_text(signed.record(7, [signed.begin(), signed.end()]))
    return path


def run(module, *words, **how):
    how = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, **how}
    command = [sys.executable, "-m", "tools." + module, *map(str, words)]
    return subprocess.run(command, cwd=interpreters.ROOT, **how)


def script(body, **how):
    how = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, **how}
    return subprocess.run(
        [sys.executable, "-c", SCRIPT.format(body=body)], cwd=interpreters.ROOT, **how
    )


@pytest.mark.parametrize(
    ("module", "options"),
    [
        ("verify", []), ("verify", ["--json"]), ("receipt", []),
        ("verify", ["--help"]), ("wiring", ["--check", "--json"]),
    ],
)  # fmt: skip
def test_a_full_disk_behind_the_output_is_one_sentence(records, module, options):
    with open("/dev/full", "w") as full:
        done = run(module, *([] if module == "wiring" else [records]), *options, stdout=full)
    said = f"{module}: cannot write the output (No space left on device)\n"
    assert (done.returncode, done.stderr) == (2, said)


@pytest.mark.parametrize(
    "body",
    ["print('a' * 9999, flush=True)", "print('a')", "import os; print('a'); raise typer.Exit(1)"],
)
def test_what_is_written_at_the_very_end_counts_as_well(body):
    with open("/dev/full", "w") as full:
        done = script(body, stdout=full)
    assert done.returncode == 2
    assert done.stderr == "it: cannot write the output (No space left on device)\n"


@pytest.mark.parametrize("flag", ["", "-u"])
def test_who_outlasts_a_full_disk_leaves_out_what_finds_no_room(flag):
    body = (
        "ending.outlast_full_disk(); [print('a' * 5000, flush=True) for _ in range(5)]; "
        "full = os.dup(1); os.dup2(2, 1); print('room', flush=True); os.dup2(full, 1); print('b')"
    )
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, *flag.split(), "-c", "import os" + SCRIPT.format(body=body)],
            cwd=interpreters.ROOT, stdout=full, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "room\n")


@pytest.mark.parametrize(
    ("room", "shown"),
    [
        (9, ["first", "sec", "fourth"]), (6, ["first", "fourth"]), (0, ["fourth"]),
        (12, ["first", "second", "fourth"]),
    ],
)  # fmt: skip
def test_half_a_line_on_a_full_disk_takes_no_other_with_it(capfd, monkeypatch, room, shown):
    """`room`: in bytes, until the fourth line."""
    left, write = [room], os.write

    def full(fd, content):
        if not left[0]:
            raise OSError(errno.ENOSPC, "No space left on device")
        written = write(fd, bytes(content)[: left[0]])
        left[0] -= written
        return written

    monkeypatch.setattr("os.write", full)
    output = ending._Output(1)
    output.is_lossy = True
    with io.TextIOWrapper(io.BufferedWriter(output), line_buffering=True) as text:
        for line in ("first", "second", "third", "fourth"):
            left[0] = 99 if line == "fourth" else left[0]
            print(line, file=text)
    assert capfd.readouterr().out.splitlines() == shown


def test_a_reader_that_goes_ends_it_all_the_same():
    done = script(
        "ending.outlast_full_disk(); r, w = __import__('os').pipe(); "
        "__import__('os').dup2(w, 1); [__import__('os').close(each) for each in (r, w)]; "
        "print('a', flush=True)"
    )
    assert (done.returncode, done.stderr) == (141, "")


def test_a_thread_that_only_shows_gets_no_exception():
    body = "t = threading.Thread(target=print, args=('a' * 99999,)); t.start(); t.join()"
    with open("/dev/full", "w") as full:
        done = script(body, stdout=full)
    assert done.stderr == "it: cannot write the output (No space left on device)\n"


def test_nobody_reads_the_output_any_more(records):
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "w") as pipe:
        done = run("verify", records, stdout=pipe)
    assert (done.returncode, done.stderr) == (141, "")


def test_a_closed_output_is_one_sentence(records):
    done = run("verify", records, stdout=None, preexec_fn=lambda: os.close(1))
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "the output is closed" in done.stderr


def test_standard_error_that_takes_nothing_alters_no_status():
    with open("/dev/full", "w") as full:
        assert run("verify", "nope", stderr=full).returncode == 2


def ended_by(number, code):
    """(exit status, what was said) of a program, once it has said something."""
    process = subprocess.Popen(
        [sys.executable, "-c", code], cwd=interpreters.ROOT, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=from_a_terminal,
    )  # fmt: skip
    with process:
        try:
            assert process.stdout is not None and process.stderr is not None
            assert select.select([process.stdout], [], [], 60)[0]
            process.send_signal(number)
            return process.wait(60), process.stderr.read()
        finally:
            process.kill()  # or its end would be waited for


@pytest.mark.parametrize("module", ["verify", "tariff"])
def test_ctrl_c_is_told(module):
    code = (
        "import signal, sys; from tools.%s import __main__ as tool\n"
        "from tools import ending\n"
        "def main(): print('go', flush=True); signal.pause()\n"
        "ending.run_one(main, %r)" % (module, module)
    )
    assert ended_by(signal.SIGINT, code) == (130, f"{module}: stopped\n")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_so_is_what_ends_a_receiver_that_takes_up_what_is_there(tmp_path, number):
    code = (
        "import runpy, signal, sys\n"
        "from tools.receive.desk import Desk\n"
        "Desk.begin = lambda _: (print('go', flush=True), signal.pause())\n"
        "sys.argv[1:] = ['--out', %r, '--broker', '127.0.0.1:1']\n"
        "runpy.run_module('tools.receive', run_name='__main__')" % str(tmp_path)
    )
    assert ended_by(number, code) == (130, "receive: stopped\n")


@pytest.mark.parametrize(
    ("module", "words"),
    [
        ("command", ["stop", "--nope"]), ("command", ["nope"]), ("command", []),
        ("pki", ["init"]), ("pki", ["init", "a", "--host", "b", "--days", "0"]), ("keys", ["new"]),
        ("detect", ["--wanted", "x"]), ("stage", ["--board"]), ("run", ["--nope"]),
        ("deploy", []), ("size", ["--nope"]), ("release", ["--nope"]), ("wiring", ["--nope"]),
        ("soak", ["--days", "x"]), ("soak", ["--from", "x"]), ("chaos", ["--seconds", "1"]),
        ("emulate", ["--count", "0"]), ("bill_run", ["--nope"]),
    ],
)  # fmt: skip
def test_a_wrong_option_is_one_sentence(module, words):
    done = run(module, *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"{module}: ") and done.stderr.count("\n") == 1, done.stderr
    assert done.stderr.endswith("; see --help\n")


def test_ctrl_c_while_a_tool_is_being_loaded_is_told():
    done = subprocess.run(
        [sys.executable, "-c", "import tools; raise KeyboardInterrupt"],
        cwd=interpreters.ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (130, "stopped\n")


@pytest.mark.parametrize(
    ("before", "shown"),
    [("", "told\n"), ("sys.stdout.close()", "told\n"), ("sys.stdout = None", ""),
     ("os.close(1)", "")],
)  # fmt: skip
def test_what_was_printed_while_it_was_being_loaded_is_not_lost(before, shown):
    body = f"import os, sys, tools; print('told'); {before}\nraise KeyboardInterrupt"
    done = subprocess.run(
        [sys.executable, "-E", "-c", body], cwd=interpreters.ROOT, capture_output=True, text=True
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (130, shown, "stopped\n")


def test_what_else_ends_a_tool_that_is_being_loaded_is_shown_whole():
    done = subprocess.run(
        [sys.executable, "-c", "import tools; raise ValueError('why')"],
        cwd=interpreters.ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 1 and done.stderr.startswith("Traceback")
    assert done.stderr.endswith("ValueError: why\n")
