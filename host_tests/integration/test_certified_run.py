"""The broker that we ship takes firmware, receiver and operator, each by its certificate."""

import json
import os
import subprocess
import sys

import interpreters
import mqtt_peers as peers

from tools import private_key

pytestmark = peers.NEEDS_MOSQUITTO


def command(module, *words):
    return subprocess.run(
        [sys.executable, "-m", module, *map(str, words)], cwd=interpreters.ROOT, text=True,
        capture_output=True, timeout=120, env=dict(os.environ),
    )  # fmt: skip


def run(site, out, ca):
    address = f"mqtts://localhost:{site.port}"
    words = ("--count", 2, "--speed", 600, "--broker", address, "--ca", ca, "--out", out)
    return command("tools.run", *words)


def test_a_run_is_delivered_over_mutual_tls_and_its_rights(site, tmp_path):
    done = run(site, tmp_path / "out", site.pki)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    rows = json.loads((tmp_path / "out/summary.json").read_text())
    assert rows["ok"] and rows["end_verified"] == 2
    assert not (site.pki / "devices").exists()  # the run's device leaves nothing behind


def test_a_receiver_s_certificate_that_is_not_there_is_told_as_such(site, tmp_path):
    (site.pki / "clients/receiver.pem").unlink()
    done = run(site, tmp_path / "out", site.pki)
    assert done.returncode == 2 and len(done.stderr.splitlines()) == 1, done.stderr
    assert f"python -m tools.pki receiver {site.pki} receiver" in done.stderr


def test_the_operator_is_let_in_and_hears_that_nobody_answers(site, tmp_path):
    private_key.new(tmp_path / "key")
    words = ("stop", "--device", "w1", "--key", tmp_path / "key", "--connector", 1, "--wait", 1,
             "--broker", f"mqtts://localhost:{site.port}", "--ca")  # fmt: skip
    let_in = command("tools.command", *words, site.pki)
    assert let_in.returncode == 3 and "no answer" in let_in.stderr, let_in.stderr
    (site.pki / "clients/operator.key.pem").unlink()
    kept_out = command("tools.command", *words, site.pki)
    assert kept_out.returncode == 2 and "operator.key.pem cannot be used" in kept_out.stderr
