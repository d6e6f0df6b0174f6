"""Who of pytest-xdist's workers runs what, and when; it must not decide what a test finds.

The even workers begin with the tests that mostly wait for a line, a broker or a deadline, the odd
ones with those that compute. Both take the longest first, and meet at the short ones.
"""

import os

from xdist.scheduler import LoadScopeScheduling

WAITING = "host_tests/integration/"
ON_MICROPYTHON = "::micropython-"
# Seconds of the longest: of a test below WAITING, of a file on MicroPython, else of a whole file.
LONG_S: "dict[str, int]" = {}
# A test that waits is on time only if it gets a processor at once.
NICE = 5


def workers():
    """Two for each processor: half of them mostly wait."""
    return 2 * len(os.sched_getaffinity(0))


def computes(worker_id):
    """Whether the worker "gw3" begins with what computes."""
    return int(worker_id[2:]) % 2 == 1


def give_way(worker_id):
    """The process of a worker that computes lets those pass that wait, as do those it starts."""
    if computes(worker_id):
        os.nice(NICE)


def waits(share):
    return share.startswith(WAITING)


def share_of(nodeid):
    """What is handed out in one piece: a test that waits, a file on one MicroPython, a file."""
    return nodeid if waits(nodeid) or ON_MICROPYTHON in nodeid else nodeid.split("::")[0]


def rank(share):
    """Lowest for the longest that waits, highest for the longest that computes."""
    long_s = LONG_S.get(share.split("::")[0], 1)
    return -long_s if waits(share) else long_s


class Shares(LoadScopeScheduling):
    def _split_scope(self, nodeid):
        return share_of(nodeid)

    def _assign_work_unit(self, node):
        choose = max if computes(node.gateway.id) else min
        self.workqueue.move_to_end(choose(self.workqueue, key=rank), last=False)
        super()._assign_work_unit(node)
