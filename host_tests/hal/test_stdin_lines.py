"""The console's lines: what ends one, what is too long, and how much of a flood goes at once."""

import asyncio
import sys
import types

import pytest


class Stdin:
    """sys.stdin.buffer of MicroPython: never waits where poll says there is something."""

    def __init__(self):
        self.data = b""
        self.ended = False

    def any(self):
        return self.ended or len(self.data)

    def read(self, count):
        assert self.any(), "this would wait inside the interpreter"
        data, self.data = self.data[:count], self.data[count:]
        return data


@pytest.fixture
def stdin(bench, monkeypatch):
    """What stands for it; `lines` reads from it, `turns` counts how often it gave way."""
    stdin = Stdin()
    module = bench.load("stdin_lines")
    stdin.turns = 0

    class Reader:
        def __init__(self, stream):
            assert stream is stdin

        async def read(self, count):
            stdin.turns += 1
            while not stdin.any():
                await asyncio.sleep(0)
            return stdin.read(count)

    class Poll:
        def register(self, stream, what):
            assert stream is stdin

        def poll(self, ms):
            assert ms == 0
            return [stdin] if stdin.any() else []

    async def sleep(seconds):
        stdin.slept = seconds
        raise EOFError

    monkeypatch.setattr(sys, "stdin", types.SimpleNamespace(buffer=stdin))
    monkeypatch.setattr(module, "select", types.SimpleNamespace(poll=Poll, POLLIN=1))
    monkeypatch.setattr(module, "asyncio", types.SimpleNamespace(StreamReader=Reader, sleep=sleep))
    stdin.lines = module.StdinLines()
    return stdin


def read(stdin, data):
    stdin.data += data
    return asyncio.run(asyncio.wait_for(stdin.lines.read_line(), 5))


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n", b"\r\r\n\n"])
def test_any_end_of_line_will_do_and_empty_lines_are_none(stdin, end):
    assert read(stdin, end + b"status" + end + b"heap" + end) == b"status"
    assert read(stdin, b"") == b"heap"


@pytest.mark.parametrize("key", [b"\b", b"\x7f"])
def test_the_key_for_it_takes_back_a_byte_and_never_more_than_there_are(stdin, key):
    assert read(stdin, key + b"stx" + key + b"atus\r") == b"status"
    assert read(stdin, b"ab" + 5 * key + b"heap\r") == b"heap"
    assert read(stdin, b"x" * 161 + 200 * key + b"lock\rstatus\r") == b""  # too long it stays
    assert read(stdin, b"") == b"status"


def test_of_a_line_that_is_too_long_only_that_is_told_once_at_its_end(stdin):
    assert read(stdin, b"x" * 160 + b"\r") == b"x" * 160
    assert read(stdin, b"x" * 161 + b"\r\n\r" + b"x" * 10000 + b"\rstatus\r") == b""
    assert [read(stdin, b""), read(stdin, b"")] == [b"", b"status"]


def test_a_line_that_is_there_takes_few_turns_and_a_flood_leaves_some(stdin):
    assert len(read(stdin, b"present 1 ISO14443 VERIFIED 04A1B2C3D4E5F6\r")) == 42
    assert stdin.turns <= 4
    stdin.turns = 0
    assert read(stdin, b"x" * 3200 + b"\rstatus\r") == b""
    assert stdin.turns >= 3200 // 16


def test_with_nothing_at_the_other_end_it_does_not_spin(stdin):
    stdin.ended = True
    with pytest.raises(EOFError):
        read(stdin, b"")
    assert stdin.slept == 1
