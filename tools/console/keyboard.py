"""Lines as they are typed at this terminal, in a thread of its own; knows no device.

A Ctrl-C may reach a thread that does not wait for the keyboard, and then ends no `input()`: the
main thread waits here where it always ends the wait, and the terminal is left as it was found.
"""

import contextlib
import queue
import sys
import threading
from collections.abc import Callable, Iterator

try:
    import termios
except ImportError:  # Windows, where input() sees each Ctrl-C
    termios = None

_LOOK_S = 0.1

Typed = queue.SimpleQueue[str | None]


def lines(prompt: str, kept: Callable[[str], None], ended: Callable[[], bool]) -> Iterator[str]:
    """Each line, stripped, until Ctrl-D or until `ended()`. KeyboardInterrupt at a Ctrl-C.

    `kept` is told each line by the thread that reads it: readline is no other thread's.
    """
    if not termios or not sys.stdin.isatty():
        yield from _piped(prompt, kept, ended)
        return
    before = termios.tcgetattr(sys.stdin)
    typed: Typed = queue.SimpleQueue()
    threading.Thread(target=_read, args=(prompt, kept, typed), daemon=True).start()
    try:
        while not ended():
            with contextlib.suppress(queue.Empty):
                line = typed.get(timeout=_LOOK_S)
                if line is None:
                    return
                yield line
    finally:  # the thread may still wait for a key, with the keys' echo off
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)


def _read(prompt: str, kept: Callable[[str], None], typed: Typed) -> None:
    with contextlib.suppress(EOFError):
        while True:
            line = input(prompt).strip()
            kept(line)
            typed.put(line)
    typed.put(None)


def _piped(prompt: str, kept: Callable[[str], None], ended: Callable[[], bool]) -> Iterator[str]:
    with contextlib.suppress(EOFError):
        while not ended():
            line = input(prompt).strip()
            kept(line)
            yield line
