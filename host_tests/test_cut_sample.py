"""A whole run of the tests that tries too few power cuts fails, and says so."""

import types

import pytest
from cut_sample import LEAST, CutSample, told


def reported(whole, *counts):
    """(the run's exit status, what its summary tells)"""
    sample = CutSample(whole)
    for count in counts:
        told = [("board", "x"), ("power cuts", count)]
        for when in ("call", "teardown"):
            report = types.SimpleNamespace(when=when, user_properties=told)
            sample.pytest_runtest_logreport(report)
    session = types.SimpleNamespace(exitstatus=pytest.ExitCode.OK)
    sample.pytest_sessionfinish(session, session.exitstatus)
    lines = []
    sample.pytest_terminal_summary(types.SimpleNamespace(write_line=lines.append))
    return session.exitstatus, lines


def test_what_the_files_tell_is_added_up():
    lines = "test_a ... 62 power cuts  ok\ntest_b ... 4 cuts {'lost': 3}  ok\n9 power cuts"
    assert told(lines) == 71


def test_a_whole_run_tries_enough_or_fails():
    enough = "power cuts of the shipped assembly: %d" % LEAST
    assert reported(True, 1, LEAST - 1) == (pytest.ExitCode.OK, [enough])
    status, lines = reported(True, 1, LEAST - 2)
    assert status == pytest.ExitCode.TESTS_FAILED
    assert lines[1] == "too few power cuts: a whole run tries 3000"
    assert reported(True)[0] == pytest.ExitCode.TESTS_FAILED


def test_a_part_of_the_tests_need_not():
    assert reported(False, 5) == (pytest.ExitCode.OK, ["power cuts of the shipped assembly: 5"])
    assert reported(False) == (pytest.ExitCode.OK, [])
