"""The frozen image on the emulated board: sessions, a power cut, the board's figures."""

import pytest

from tools import run, sessions
from tools.emulate import scene
from tools.emulate.__main__ import TARIFF
from tools.emulate.run import play
from tools.emulate.scene_key import SceneKey
from tools.emulate.summary import flat, groups


def build(uf2, count, cuts, command_key="", tariff=b""):
    plan = sessions.load(sessions.DEFAULT, count, run.BUILD_DATE)
    given = {"command_key": command_key, "tariff": tariff}
    return scene.build(plan, "sdm630", uf2, {}, cuts, **given)


@pytest.fixture(scope="module")
def rows(shipped, tmp_path_factory):
    folder = tmp_path_factory.mktemp("emulated")
    key = SceneKey()
    built = build(shipped("firmware"), 2, 1, key.public, TARIFF.read_bytes())
    return flat(groups(built, play(built, folder / "board", folder, key)))


def test_every_limit_is_kept_though_the_power_was_cut_and_the_gateway_away(rows):
    assert rows["ok"], rows["faults"]
    assert (rows["cars"], rows["power_cuts"], rows["boots"]) == (2, 1, 2)
    assert rows["begin_verified"] == rows["end_verified"] == rows["energy_exact"] >= 2
    assert rows["lost"] == rows["altered"] == rows["pagination_gaps"] == 0
    assert rows["backlog_most"] >= 2


def test_a_command_is_done_once_however_often_it_comes(rows):
    done = (rows["commands_done"], rows["replays_answered"], rows["replays_counted"])
    assert done == (2, 0, 1)


def test_the_audit_log_that_it_sends_is_whole_and_each_record_has_its_head(rows):
    records = rows["begin_verified"] + rows["end_verified"]
    assert (rows["audit_findings"], rows["audit_heads"]) == (0, records)
    assert rows["audit_boots"] >= 1 and rows["audit_entries"] > rows["audit_boots"]


def test_each_session_has_the_price_that_its_record_makes(rows):
    assert rows["priced"] == rows["price_equal"] == rows["end_verified"]
    assert rows["payable_e4"] > 0


def test_every_figure_was_taken(rows):
    missing = [name for name, value in rows.items() if value is None]
    assert set(missing) <= {"late_in_erase_max_ms"}  # there may be none


def test_the_same_scene_comes_out_the_same_to_the_microsecond(shipped, tmp_path):
    outcomes = []
    for name in ("one", "two"):
        built = build(shipped("firmware"), 1, 1)
        built.scenario["max_s"] = 12
        built.scenario["cuts"][0]["after_s"] = 4  # in the begin record
        outcomes.append(play(built, tmp_path / name / "board", tmp_path / name).outcome)
    one, two = outcomes
    assert one.of("power cut") and one.of("contactor")
    assert one.events == two.events
    for outcome in outcomes:
        del outcome.report["wall_s"]
    assert one.report == two.report
