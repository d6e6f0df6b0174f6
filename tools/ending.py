"""How every command-line tool ends: a status and, where something is wrong, one sentence.

Exit status: the tool's own; 2 the command is not usable, or its output cannot be written; 130
after Ctrl-C, 141 when nobody reads the output any more, as a shell counts SIGINT and SIGPIPE.
"""

import errno
import io
import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

import typer
from typer.exceptions import TyperException

WRONG = 2
_FULL = (errno.ENOSPC, errno.EDQUOT)
_STOPPED, _UNREAD = 128 + signal.SIGINT, 128 + signal.SIGPIPE


class OutputFault(Exception):
    """Standard output takes no more. No OSError: a tool would take that for a file of its own."""


class _Output(io.RawIOBase):
    """Standard output's bytes. `fault`: why it takes none, from when on it drops all; `is_lossy`:
    but for a full disk, where it drops what finds no room and goes on, after half a line with a
    new one."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self.fault: OSError | None = None
        self.is_lossy = False
        self._is_amid = self._is_cut = False  # of a line; `_is_cut`: and its rest was dropped

    def fileno(self) -> int:
        return self._fd

    def isatty(self) -> bool:
        return os.isatty(self._fd)

    def writable(self) -> bool:
        return True

    def write(self, content) -> int:  # noqa: ANN001 - any buffer
        if self.fault is None:
            try:
                if self._is_cut:
                    os.write(self._fd, b"\n")
                    self._is_amid = self._is_cut = False
                written = os.write(self._fd, content)
                self._is_amid = memoryview(content)[written - 1 : written] != b"\n"
                return written
            except OSError as fault:
                if self.is_lossy and fault.errno in _FULL:
                    self._is_cut = self._is_amid
                    return memoryview(content).nbytes
                self.fault = fault
                if threading.current_thread() is threading.main_thread():  # another only shows
                    raise OutputFault from fault
        return memoryview(content).nbytes


def run(
    app: Callable[..., Any],
    name: str,
    faults: tuple[type[Exception], ...] = (),
    refusals: tuple[type[Exception], ...] = (),
) -> None:
    """Ends the process. `faults`: what is one sentence and status 2; `refusals`: and status 1."""
    if sys.stdout is None:
        sys.exit(_say(name, "the output is closed; send it to a file or /dev/null", WRONG))
    output = _watched()
    for stream in (sys.stdout, sys.stderr):  # a terminal without a letter shows a "?"
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        status = _status(app, name, faults, refusals)
        sys.stdout.flush()
    except OutputFault:
        status = WRONG
    sys.exit(_unwritten(name, output.fault) if output and output.fault else status)


def run_one(main: Callable[..., Any], name: str) -> None:
    """The same of a tool that is one function."""
    app = typer.Typer(add_completion=False)
    app.command()(main)
    run(app, name)


def outlast_full_disk() -> None:
    """For a tool that runs on and on: a line of its log that finds no room is left out."""
    buffer = getattr(sys.stdout, "buffer", None)
    output = getattr(buffer, "raw", buffer)  # Python's -u has it without one between
    if isinstance(output, _Output):
        output.is_lossy = True


def clean(text: str) -> str:
    """Without what would steer a terminal."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text)


def remark(sentence: str) -> None:
    """To whoever watches; never among the output."""
    try:
        print(clean(sentence), file=sys.stderr)
    except OSError:  # nobody watches: the status tells
        return


def _status(
    app: Callable[..., Any],
    name: str,
    faults: tuple[type[Exception], ...],
    refusals: tuple[type[Exception], ...],
) -> Any:
    """OutputFault."""
    try:
        status = app(standalone_mode=False)
    except SystemExit as end:  # the tool has said why
        return end.code
    except faults as fault:
        return _say(name, str(fault), WRONG)
    except refusals as fault:
        return _say(name, str(fault), 1)
    except TyperException as fault:
        told = " ".join(fault.format_message().split())
        return _say(name, f"{told.rstrip('.')}; see --help", WRONG)
    except typer.Abort as fault:
        if isinstance(fault.__cause__ or fault.__context__, EOFError):
            return _say(name, "the input ended before the answer; see --help", WRONG)
        status = _STOPPED
    except KeyboardInterrupt:
        status = _STOPPED
    return _say(name, "stopped", status) if status == _STOPPED else status


def _watched() -> _Output | None:
    """From now on standard output; None where that is somebody else's, as in a test."""
    before = sys.stdout
    if before is not sys.__stdout__ or not isinstance(before, io.TextIOWrapper):
        return None
    before.flush()
    raw = _Output(before.fileno())
    buffer = raw if before.write_through else io.BufferedWriter(raw)
    sys.stdout = io.TextIOWrapper(
        buffer,  # type: ignore[arg-type]  # a raw one is what Python's -u has there, too
        before.encoding,
        before.errors,
        line_buffering=before.line_buffering,
        write_through=before.write_through,
    )
    return raw


def _unwritten(name: str, fault: OSError) -> int:
    if fault.errno == errno.EPIPE:  # `| head` has what it wanted
        return _UNREAD
    return _say(name, f"cannot write the output ({fault.strerror})", WRONG)


def _say(name: str, sentence: str, status: int) -> int:
    remark(f"{name}: {sentence}")
    return status
