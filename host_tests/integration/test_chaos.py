"""Device and broker killed again and again: nothing is lost, and a loss would be told as one."""

import asyncio
import json
import os
import subprocess
import sys

import interpreters
import mqtt_peers as peers
import pytest

from tools.chaos.__main__ import plan_of
from tools.chaos.run import Chaos, Plan

pytestmark = peers.NEEDS_MOSQUITTO


def played(plan, folder, chaos_type=Chaos):
    chaos = chaos_type(plan, folder)
    asyncio.run(chaos.run(lambda elapsed_s, run: None))
    return chaos.outcome()


@pytest.mark.parametrize(("label", "seconds"), [("unix64", 8), ("unix32", 4)])
def test_nothing_is_lost_and_no_repeat_is_taken_for_a_record(
    label, seconds, tmp_path, monkeypatch
):
    interpreter = {row[0]: row[1] for row in interpreters.found()}.get(label)
    if not interpreter:
        pytest.skip("no " + label)
    monkeypatch.setenv("WATTSEAL_MICROPYTHON", interpreter)
    plan = plan_of(seconds, "receiver")
    rows = played(plan, tmp_path)
    assert rows["ok"] and rows["drained"], rows
    assert (rows["lost"], rows["repeats_stored"], rows["altered"]) == (0, 0, 0), rows
    kills = (rows["device_kills"], rows["broker_kills"])
    assert kills == (plan.device_kills, plan.broker_kills), rows
    assert rows["received"] >= rows["appended"], rows
    assert rows["appended"] > seconds * 2, rows  # 20 a second, where the machine has the time


class Forgetful(Chaos):
    """Its receiver acknowledges a record that it has not stored."""

    def _take(self, topic, payload):
        if b'"pg":7,' in payload:
            self.receiver._counting.add(7)
            self.receiver.acknowledge()
        else:
            super()._take(topic, payload)


def test_a_receiver_that_forgets_is_found_out(tmp_path):
    rows = played(Plan(4, 1, 1), tmp_path, Forgetful)
    assert rows["lost"] == 1 and not rows["ok"], rows


def test_with_the_broker_s_word_alone_the_loss_is_counted(tmp_path):
    """Nothing is asserted of how much: that is up to the broker."""
    report = tmp_path / "chaos.json"
    words = ["--seconds", "4", "--ack", "broker", "--report", str(report)]
    done = subprocess.run(
        [sys.executable, "-m", "tools.chaos", *words],
        cwd=interpreters.ROOT, capture_output=True, text=True, timeout=120, env=dict(os.environ),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    [rows] = json.loads(report.read_text())
    told = [line.split()[-1] for line in done.stdout.splitlines() if "lost percent" in line]
    assert told == [str(rows["lost_percent"])]  # on the terminal, too
    assert rows["ack"] == "broker" and rows["drained"] and rows["appended"] > 4 * 2
    assert rows["lost"] <= rows["appended"] and rows["repeats_stored"] == 0
