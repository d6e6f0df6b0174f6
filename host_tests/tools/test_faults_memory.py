"""A run of `make faults` that is cut short goes on where it was, with the same bytes alone."""

import dataclasses
import sys
from types import SimpleNamespace

import pytest
import typer

from tools.faults import __main__ as faults
from tools.faults.memory import Memory, digest_of
from tools.faults.play import Job, play
from tools.faults.section import FaultsFault, Row

COUNTS = """
import pathlib
path = pathlib.Path({path!r})
path.write_text(path.read_text() + "x")
print('["flips", 3, ["one"]]')
"""
ENDS = "raise SystemExit(1)"


@pytest.fixture
def played(tmp_path):
    """A file that grows by a letter each time that `counted` is played."""
    path = tmp_path / "played"
    path.write_text("")
    return path


def counted(played, **changed):
    source = COUNTS.format(path=str(played))
    return Job("here", [sys.executable, "-c", source], {"step": 1}, 1, **changed)


def played_by(memory, *jobs):
    return play(list(jobs), lambda *_: None, memory)


def test_what_came_to_its_end_is_not_played_again(tmp_path, played):
    job = counted(played)
    broken = Job("there", [sys.executable, "-c", ENDS], {}, 1)
    with pytest.raises(FaultsFault):
        played_by(Memory(tmp_path / "known", "a"), job, broken)
    assert played_by(Memory(tmp_path / "known", "a"), job) == [Row("flips", "here", 3, ["one"])]
    assert played.read_text() == "x"
    with pytest.raises(FaultsFault):
        played_by(Memory(tmp_path / "known", "a"), broken)


def test_other_bytes_or_arguments_are_played(tmp_path, played):
    job = counted(played)
    played_by(Memory(tmp_path / "known", "a"), job)
    played_by(Memory(tmp_path / "known", "b"), job)
    played_by(Memory(tmp_path / "known", "a"), dataclasses.replace(job, arguments={"step": 2}))
    played_by(Memory(tmp_path / "known", "a"), dataclasses.replace(job, firmware=tmp_path))
    assert played.read_text() == "xxxx"


def test_half_a_file_is_played_again(tmp_path, played):
    memory = Memory(tmp_path / "known", "a")
    played_by(memory, counted(played))
    (known,) = (tmp_path / "known").glob("*")
    known.write_text(known.read_text()[:-1])
    played_by(memory, counted(played))
    assert played.read_text() == "xx"


def test_the_signing_modules_are_in_the_digest():
    found = (faults.ROOT / "host_tests/support/virtual_power.py").read_text()
    assert "/build/native/" in found and "build/native" in faults._RUN


def test_a_digest_tells_a_name_and_a_byte(tmp_path):
    folder = tmp_path / "firmware"
    folder.mkdir()
    told = set()
    for name, text in (("a", "1"), ("a", "2"), ("b", "2"), ("b", "")):
        (folder / name).write_text(text)
        told.add(digest_of([folder]))
    assert len(told) == 4
    assert digest_of([folder]) == digest_of([folder])


def test_a_run_that_comes_to_its_end_forgets(tmp_path, played, monkeypatch):
    def run(full, play):
        return play([counted(played)])

    def cut(full, play):
        raise FaultsFault("cut short")

    good = SimpleNamespace(NAME="good", MUST="one", run=run)
    bad = SimpleNamespace(NAME="bad", MUST="one", run=cut)
    monkeypatch.setattr(faults, "REPORT", tmp_path / "faults.json")
    monkeypatch.setattr(faults, "KNOWN", tmp_path / "known")
    for sections, times in (((good, bad), 1), ((good, bad), 1), ((good,), 1), ((good,), 2)):
        monkeypatch.setattr(faults, "SECTIONS", sections)
        with pytest.raises(typer.Exit):
            faults.main()
        assert played.read_text() == "x" * times
