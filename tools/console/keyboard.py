"""Lines as they are typed at this terminal, in a thread of its own; knows no device.

A Ctrl-C may reach a thread that does not wait for the keyboard, and then ends no `input()`: the
main thread waits here where it always ends the wait, and the terminal is left as it was found.
"""

import contextlib
import queue
import signal
import sys
import threading
from collections.abc import Callable, Iterator

try:
    import termios
except ImportError:  # Windows, where input() sees each Ctrl-C
    termios = None

_LOOK_S = 0.1

Typed = queue.SimpleQueue[str | None]


def is_a_person() -> bool:
    """Not a pipe, where input() is another and ends by itself."""
    return bool(termios) and sys.stdin.isatty() and sys.stdout.isatty()


def leave_ctrl_c() -> None:
    """To the main thread: a thread beside it that gets one lets a read from a pipe go on."""
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})


def lines(prompt: str, kept: Callable[[str], None], ended: Callable[[], bool]) -> Iterator[str]:
    """Each line, stripped, until Ctrl-D or until `ended()`. KeyboardInterrupt at a Ctrl-C.

    `kept` is told each line by the thread that reads it: readline is no other thread's.
    """
    if termios is None or not is_a_person():
        yield from _inputs(prompt, kept, ended)
        return
    before = termios.tcgetattr(sys.stdin)
    typed: Typed = queue.SimpleQueue()
    wanted = threading.Semaphore(0)  # a line is read when the one before has been dealt with
    reader = threading.Thread(target=_read, args=(prompt, kept, typed, wanted), daemon=True)
    try:
        reader.start()
        wanted.release()
        while not ended():
            with contextlib.suppress(queue.Empty):
                line = typed.get(timeout=_LOOK_S)
                if line is None:
                    return
                yield line
                wanted.release()
    finally:  # the thread may still wait for a key, with the keys' echo off
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)


def _read(
    prompt: str, kept: Callable[[str], None], typed: Typed, wanted: threading.Semaphore
) -> None:
    try:
        for line in _inputs(prompt, kept, lambda: not wanted.acquire()):
            typed.put(line)
    finally:
        typed.put(None)


def _inputs(prompt: str, kept: Callable[[str], None], ended: Callable[[], bool]) -> Iterator[str]:
    # The second: keys of another alphabet than the terminal's.
    with contextlib.suppress(EOFError, UnicodeError):
        while not ended():
            line = input(prompt).strip()
            kept(line)
            yield line
