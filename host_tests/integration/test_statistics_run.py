"""`make run STATISTICS=on`: the shipped firmware's `load` and `stat`, and the report on them."""

import json
import os
import subprocess
import sys

import interpreters

COUNT = 7


def run(module, *options):
    return subprocess.run(
        [sys.executable, "-m", module, *map(str, options)], cwd=interpreters.ROOT, text=True,
        capture_output=True, timeout=150, env=dict(os.environ, PYTHONPATH="firmware:."),
    )  # fmt: skip


def play(out):
    """{name of the stream: its messages}."""
    done = run(
        "tools.run", "--out", out, "--count", COUNT, "--speed", 600, "--statistics", "on"
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "tools.report" in done.stdout
    streams = {}
    for line in (out / "records.jsonl").read_text().splitlines():
        row = json.loads(line)
        name = row["topic"].split("/")[3]
        streams.setdefault(name, []).append(json.loads(row["payload"]))
    return streams


def test_a_run_with_statistics(tmp_path):
    """One run for all that is asked of it: it takes a while."""
    streams = play(tmp_path)
    check_energy(tmp_path, streams)
    check_month(streams)
    check_nothing_of_a_session(streams)
    records = tmp_path / "records.jsonl"
    done = run("tools.report", records, "--out", tmp_path / "report.html")
    assert (done.returncode, done.stderr) == (0, "")
    assert "<svg" in (tmp_path / "report.html").read_text()
    done = run("tools.verify", records)
    assert done.returncode == 0, done.stdout + done.stderr


def check_energy(out, streams):
    """That of all sessions is in the buckets."""
    energy_wh = json.loads((out / "summary.json").read_text())["energy_wh"]
    wh = sum(bucket["wh"] for bucket in streams["load"])
    # the last samples of a session, 12 s apart, may be missing, and each bucket is rounded
    assert abs(wh - energy_wh) < 0.02 * energy_wh + 50 * len(streams["load"])
    assert len(streams["bill"]) == 2 * COUNT


def check_month(streams):
    """It holds each session once."""
    (month,) = streams["stat"]
    cells = [*month["cells"], month["rest"]]
    assert sum(cell["n"] for cell in cells) == COUNT
    assert all(cell["n"] >= 5 or not cell["n"] for cell in cells)


def check_nothing_of_a_session(streams):
    records = [json.loads(bill["ocmf"].split("|")[1]) for bill in streams["bill"]]
    secrets = {bill["session"] for bill in streams["bill"]} | {r["ID"] for r in records}
    for message in streams["load"]:
        assert sorted(message) == ["idle_min", "kw", "occ_min", "q", "v", "wh"]
    text = json.dumps([streams["load"], streams["stat"]])
    assert not [secret for secret in secrets if secret in text]
