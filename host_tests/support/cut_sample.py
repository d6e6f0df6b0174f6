"""Counts the power cuts of a run of the tests: a whole one tries LEAST of them, or fails."""

import re

import pytest

LEAST = 3000
_TOLD = re.compile(r"(\d+) power cuts")


def told(output):
    """The sum of what test files say that they tried of sound firmware."""
    return sum(map(int, _TOLD.findall(output)))


class CutSample:
    """A plugin of the process that gets all reports. `whole`: no part was asked for."""

    def __init__(self, whole):
        self._whole = whole
        self.tried = 0

    def pytest_runtest_logreport(self, report):
        if report.when == "call":  # a teardown's has them once more
            self.tried += sum(n for name, n in report.user_properties if name == "power cuts")

    @property
    def too_few(self):
        return self._whole and self.tried < LEAST

    def pytest_sessionfinish(self, session, exitstatus):
        if exitstatus == pytest.ExitCode.OK and self.too_few:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter):
        if self.tried:
            terminalreporter.write_line("power cuts of the shipped assembly: %d" % self.tried)
        if self.too_few:
            terminalreporter.write_line("too few power cuts: a whole run tries %d" % LEAST)
