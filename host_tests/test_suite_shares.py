"""The workers' shares: every test once, what waits and what computes from two ends, by length."""

import collections
import gc
import subprocess
import sys
from types import SimpleNamespace

import interpreters
import pytest
import suite_shares
from suite_shares import HERE, SPREAD, WAITING, Shares, computes, rank, share_of

SLOW, QUICK = WAITING + "test_slow.py", WAITING + "test_quick.py"
LONG, SHORT = HERE + "app/test_long.py", HERE + "core/test_short.py"
TESTS = [
    SHORT + "::Case::test_a", SHORT + "::Case::test_b", SHORT + "::micropython-unix32",
    QUICK + "::test_a", QUICK + "::test_b", SLOW + "::test_a[1]", SLOW + "::test_a[2]",
    LONG + "::Case::test_a", LONG + "::micropython-unix64", LONG + "::micropython-unix32",
]  # fmt: skip


class Node:
    """A worker that runs at once whatever it is given."""

    shutting_down = False

    def __init__(self, name):
        self.gateway = SimpleNamespace(id=name)
        self.given = []

    def send_runtest_some(self, numbers):
        self.given += numbers

    def shutdown(self):
        self.shutting_down = True


@pytest.fixture
def scheduler(monkeypatch):
    long_s = {"integration/test_slow.py": 60, "app/test_long.py": 50}
    monkeypatch.setattr(suite_shares, "LONG_S", long_s)
    option = SimpleNamespace(loadscopereorder=True)
    config = SimpleNamespace(option=option, getvalue=lambda name: ["popen"])
    return Shares(config)


def started(scheduler, *names):
    nodes = [Node(name) for name in names]
    scheduler.numnodes = len(nodes)
    for node in nodes:
        scheduler.add_node(node)
        scheduler.add_node_collection(node, TESTS)
    scheduler.schedule()
    return nodes


def played(scheduler, nodes):
    """What each worker ran, when all take one test in turn."""
    ran = collections.defaultdict(list)
    while scheduler.has_pending:
        for node in nodes:
            done = len(ran[node.gateway.id])
            if done < len(node.given):
                ran[node.gateway.id].append(TESTS[node.given[done]])
                scheduler.mark_test_complete(node, node.given[done])
    return ran


def test_every_test_is_run_once(scheduler):
    ran = played(scheduler, started(scheduler, "gw0", "gw1"))
    assert sorted(ran["gw0"] + ran["gw1"]) == sorted(TESTS)


def test_what_waits_and_what_computes_begin_with_the_longest(scheduler):
    waiting, computing = started(scheduler, "gw0", "gw1")
    ran = played(scheduler, [waiting, computing])
    assert [name.split("::")[0] for name in ran["gw0"][:4]] == [SLOW, SLOW, QUICK, QUICK]
    assert [name.split("::")[0] for name in ran["gw1"][:3]] == [LONG] * 3


def test_one_worker_alone_runs_all(scheduler):
    ran = played(scheduler, started(scheduler, "gw0"))
    assert sorted(ran["gw0"]) == sorted(TESTS)


def test_a_file_stays_together_but_for_what_waits_and_other_interpreters():
    assert share_of(SHORT + "::Case::test_a") == share_of(SHORT + "::Case::test_b") == SHORT
    assert share_of(SLOW + "::test_a[1]") != share_of(SLOW + "::test_a[2]")
    assert share_of(LONG + "::micropython-unix64") not in (LONG, share_of(TESTS[-1]))
    assert share_of(SPREAD[0] + "::test_a") != share_of(SPREAD[0] + "::test_b")


def test_what_is_named_as_long_is_there():
    named = [*SPREAD, *(HERE + name for name in suite_shares.LONG_S)]
    assert [name for name in named if not (interpreters.ROOT / name).exists()] == []
    assert rank(SLOW) < 0 < rank(LONG)


def test_half_of_the_workers_compute_and_give_way():
    assert [computes("gw%d" % number) for number in range(4)] == [False, True, False, True]
    script = (
        "import os, suite_shares as s\n"
        "s.give_way('gw0')\nprint(os.nice(0))\ns.give_way('gw1')\nprint(os.nice(0))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=interpreters.ROOT / "host_tests/support",
        capture_output=True, text=True,
    )  # fmt: skip
    before, after = map(int, done.stdout.split())
    assert after - before == suite_shares.NICE or after == 19, done.stderr


def test_a_collection_of_garbage_does_not_go_over_the_suite():
    assert gc.get_freeze_count() > 10_000
