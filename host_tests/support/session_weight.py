"""The weight of this session's processes beside the kernel's own threads; Linux alone has it.

A pty hands its bytes over in a thread of the kernel. Where Linux groups processes by session
(sched(7), autogroup), that thread may wait for seconds beside sessions that compute: 2.6 s were
measured on two busy processors, 13 ms without the groups. Beside a session of a little less weight
it does not wait, and a meter at the end of a pty answers in its time.
"""

from pathlib import Path

GROUP = Path("/proc/self/autogroup")
NICE = 5


class SessionWeight:
    """`lower` and `restore`: the session may be the shell of a person, who goes on with it."""

    def __init__(self, path=GROUP):
        self._path = path
        self._lowered = False

    def lower(self):
        """Where the groups are. Another weight stays: it may be that of a run round this one."""
        try:
            if self._path.read_text().split()[-1] == "0":
                self._path.write_text(str(NICE))
                self._lowered = True
        except (OSError, IndexError):
            pass  # no such groups, or they are not ours: all goes as it would

    def restore(self):
        try:
            if self._lowered:
                self._path.write_text("0")
        except OSError:
            pass  # but for root it may be set ten times a second only
