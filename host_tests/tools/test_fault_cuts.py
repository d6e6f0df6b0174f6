"""What build/faults.json says of the power cuts, and that it tells one finding from another."""

import json
import re

import pytest
from nor_flash import TORN_MODES, check_step, reaches_all

from tools.faults import __main__ as faults
from tools.faults import audit, cuts, damage, play
from tools.faults.section import Row


def test_each_scenario_is_counted_by_what_was_found():
    rows = [
        Row("boot, files", "unix64", 40),
        Row(
            "boot, files, pages",
            "unix64",
            5,
            ["lost: T3 was durable, and never came, cut at (4, 'half')"],
        ),
        Row("boot, files, again", "unix64", 9, ["forgotten: ['B'] of ['B', 'S']"]),
        Row("boot, files", "unix32", 2, ["pg_reuse: T1 left twice, and differs"]),
        Row("boot, ring", "unix64", 7),
    ]
    told = cuts.scenarios(rows)
    assert told["boot, files"] == {
        "points": 45, "pairs": 9, "again_on_32_bits": 2, "lost": 1, "altered": 0, "pg_reuse": 1,
        "unbootable": 0, "forgotten": 1,
    }  # fmt: skip
    assert told["boot, ring"]["points"] == 7


def test_with_an_audit_log_its_own_findings_are_counted_too():
    rows = [
        Row("erased, ring", "unix64", 9, ["key_found: 25 pieces of one that is erased"]),
        Row("erased, ring, again", "unix64", 4, ["audit_lost: entry 7"]),
    ]
    told = cuts.scenarios(rows)["erased, ring"]
    assert (told["points"], told["pairs"], told["key_found"], told["audit_lost"]) == (9, 4, 1, 1)
    assert (told["key_lost"], told["audit"]) == (0, 0)
    assert set(cut_audit_scenes()) == set(cuts.AUDITED)


def cut_audit_scenes():
    """(name, on the ring) of each scenario in host_tests/support/cut_audit.py, by its text."""
    text = (faults.ROOT / "host_tests/support/cut_audit.py").read_text()
    table = text.partition("SCENARIOS = {")[2]
    names = re.findall(r'"(\w+)": Audited', table)
    on_ring = re.findall(r'"(\w+)"', table.partition("ON_RING = ")[2])
    return [
        (name, ring) for name in names for ring in (False, True) if ring or name not in on_ring
    ]


def test_each_duty_of_a_device_is_cut():
    text = (faults.ROOT / "host_tests/support/cut_duties.py").read_text()
    names = re.findall(r'^    "(\w+)": ', text.partition("SCENARIOS = {")[2], re.MULTILINE)
    assert tuple(names) == cuts.DUTIES


def test_the_report_has_them_at_its_top(monkeypatch, tmp_path):
    rows = [Row("wrap, ring", "unix64", 7)]
    faults.report({cuts.NAME: rows}, {cuts.NAME: 1.0}, tmp_path / "faults.json")
    told = json.loads((tmp_path / "faults.json").read_text())
    assert told["wrap, ring"]["points"] == 7
    assert told[cuts.NAME]["rows"][0]["tried"] == 7


def test_a_naive_store_makes_rows_that_are_wrong():
    found = {name: path for name, path, _ in cuts.interpreters.found()}
    if "unix64" not in found:
        pytest.skip("there is no 64-bit MicroPython")
    job = cuts._job(found, "ack", step=199, naive=True)
    rows = play.play([job], lambda of, done, total: None)
    assert [row.tried > 50 and len(row.wrong) > 5 for row in rows] == [True], rows


def test_what_the_device_declares_is_counted_and_is_not_wrong():
    rows = damage.judged([
        Row("flips, files", "unix64", 9, ["neighbours: 3 records are gone, bit 7"]),
        Row("flips, files", "unix64", 8, ["silent: T2 is gone without a word, bit 9"]),
    ])  # fmt: skip
    assert [(row.tried, len(row.wrong), len(row.declared)) for row in rows] == [(17, 1, 1)]
    told = damage.scenarios(rows)["flips, files"]
    assert (told["points"], told["silent"], told["neighbours"], told["altered"]) == (17, 1, 1, 0)


def test_what_a_ring_loses_beside_the_damage_is_wrong():
    finding = "undeclared: neighbours: 3 records are gone, bit 300007"
    rows = damage.judged([Row("flips, ring", "unix64", 9, [finding])])
    assert [(len(row.wrong), len(row.declared)) for row in rows] == [(1, 0)]
    assert "undeclared" in damage.MUST
    assert damage.scenarios(rows)["flips, ring"]["undeclared"] == 1


def test_stores_with_a_closed_session_and_pairs_of_blocks_are_played():
    played = []
    found = {name for name, _, _ in cuts.interpreters.found()}
    if "unix64" not in found:
        pytest.skip("there is no 64-bit MicroPython")
    damage.run(False, lambda jobs: [played.append(job) for job in jobs] and [])
    told = [job.arguments for job in played if "closed" in job.arguments]
    for closed in (False, True):
        for ring in (False, True):
            steps = [one["step"] for one in told if (one["closed"], one["ring"]) == (closed, ring)]
            assert 0 in steps and min(steps) < 0 < max(steps)


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("section", [cuts, audit])
def test_each_job_tears_operations_in_all_ways(section, full, monkeypatch):
    played = []
    found = {name for name, _, _ in cuts.interpreters.found()}
    if "unix64" not in found:
        pytest.skip("there is no 64-bit MicroPython")
    monkeypatch.setattr(cuts, "_list_operations", lambda *_: None)
    section.run(full, lambda jobs: [played.append(job) for job in jobs] and [])
    steps = {
        (job.on, job.arguments["step"], 7 if job.arguments.get("garbage") else len(TORN_MODES))
        for job in played
        if "step" in job.arguments
    }
    assert len(steps) >= 2
    assert [one for one in steps if not reaches_all(*one[1:])] == []


def test_each_scene_is_torn_in_pages_too():
    found = {"unix64": "x"}
    for name, ring in (*cuts.AUDITED, (cuts.DUTIES[0], False)):
        assert [job.arguments["progsize"] for job in cuts._few(found, name, ring, False)
                if "progsize" in job.arguments] == [256]  # fmt: skip


def test_a_step_that_leaves_ways_out_is_refused():
    assert [step for step in range(1, 18) if reaches_all(step)] == list(range(1, 18, 2))
    assert not reaches_all(14, 7) and reaches_all(3, 7)
    with pytest.raises(AssertionError, match="step 16 tears no operation in all of 4 ways"):
        check_step(16)
