"""The suite's session weighs less while it runs, and as before when it is over."""

import subprocess
import sys

import interpreters
import pytest
from session_weight import GROUP, NICE, SessionWeight

KEEPS = """
import time
from session_weight import GROUP, SessionWeight
weight = SessionWeight()
weight.lower()
print(GROUP.read_text().split()[-1])
time.sleep(0.2)  # but for root it may be set ten times a second only
weight.restore()
print(GROUP.read_text().split()[-1])
"""


def test_a_weight_that_somebody_chose_stays(tmp_path):
    group = tmp_path / "autogroup"
    for before, meanwhile in (
        ("0", str(NICE)),
        ("-3", "/autogroup-7 nice -3\n"),
    ):
        group.write_text(f"/autogroup-7 nice {before}\n")
        weight = SessionWeight(group)
        weight.lower()
        assert group.read_text() == meanwhile
        weight.restore()
    assert group.read_text() == "/autogroup-7 nice -3\n"


def test_a_run_inside_a_run_restores_nothing(tmp_path):
    group = tmp_path / "autogroup"
    group.write_text("/autogroup-7 nice 0\n")
    outer, inner = SessionWeight(group), SessionWeight(group)
    outer.lower()
    inner.lower()
    inner.restore()
    assert group.read_text() == str(NICE)


def test_what_was_lowered_is_restored(tmp_path):
    group = tmp_path / "autogroup"
    group.write_text("/autogroup-7 nice 0\n")
    weight = SessionWeight(group)
    weight.lower()
    weight.restore()
    assert group.read_text() == "0"


def test_a_machine_without_groups_goes_on(tmp_path):
    weight = SessionWeight(tmp_path / "autogroup")
    weight.lower()
    weight.restore()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not GROUP.exists(), reason="CPython does not say which autogroup it is in")
def test_a_session_of_its_own():
    done = subprocess.run(
        [sys.executable, "-c", KEEPS], cwd=interpreters.ROOT / "host_tests/support",
        capture_output=True, text=True, start_new_session=True,
    )  # fmt: skip
    lowered, restored = done.stdout.split()
    assert (lowered, restored) == (str(NICE), "0"), done.stderr
