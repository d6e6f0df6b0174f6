"""How long a process was ready to run while others had the processors; Linux alone says it.

A test of lateness takes that off: on a busy machine it is not the firmware that is late.
"""


def waited_ms(process="self"):
    """Since the process began; 0 where nobody says. On CPython and MicroPython."""
    try:
        with open("/proc/%s/schedstat" % process) as file:
            return int(file.read().split()[1]) // 1000000
    except (OSError, IndexError):
        return 0


class Lateness:
    """`late_ms`: the worst that this process was late by its own doing."""

    def __init__(self):
        self.late_ms = 0
        self._waited_ms = waited_ms()

    def note(self, late_ms):
        """Called at every tick, so that what was waited for is of this tick alone."""
        before_ms, self._waited_ms = self._waited_ms, waited_ms()
        self.late_ms = max(self.late_ms, late_ms - (self._waited_ms - before_ms))
