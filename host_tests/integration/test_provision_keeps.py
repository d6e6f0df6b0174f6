"""`make provision` where a configuration is: what no question asks stays, and is said."""

import json

import pytest
from host_tool import tool
from provisioned_as import provisioned_as

from tools import private_key

ROW = {"id": 1, "meter": "sdm630", "unit": 9, "evse_id": "DE*ABC*E1", "idle_after_s": 600}
OLD = {
    "version": 1, "keep_days": 0, "id_mode": "pseudonym", "led": "off", "colour": "red",
    "connectors": [ROW, {"id": 7, "meter": "sdm120", "evse_id": "DE*ABC*E7"}],
    "broker": {"host": "old.example", "password": "hunter2-of-old", "keepalive_s": 30},
    "wifi": {"ssid": "old yard", "password": "hunter2-of-yard"},
    "ntp": {"host": "pool.ntp.org", "port": 1123}, "tariff": "gone.json", "live_ms": -1,
}  # fmt: skip


@pytest.fixture
def keys(tmp_path):
    """{name: (file, public half)}"""
    names = "update", "command", "sealing"
    return {n: (tmp_path / n, private_key.new(tmp_path / n)) for n in names}


def put(folder, text):
    (folder / "data").mkdir()
    (folder / "data/config.json").write_text(text)


def test_what_no_question_asks_stays_and_is_said(tmp_path, keys):
    put(tmp_path, json.dumps({**OLD, "update_key": keys["update"][1]}))
    told, config, report, said = provisioned_as("unix", tmp_path, "replace = true\n")
    assert told["good"], told["checks"]
    (row,) = config.pop("connectors")
    assert (row["evse_id"], row["idle_after_s"], row["unit"]) == ("DE*ABC*E1", 600, 2)
    told = {key: config[key] for key in ("keep_days", "id_mode", "led", "update_key")}
    assert told == {
        "keep_days": 0, "id_mode": "pseudonym", "led": "off", "update_key": keys["update"][1],
    }  # fmt: skip
    assert not {"colour", "live_ms", "wifi", "tariff"} & set(config)
    assert config["broker"]["host"] == "127.0.0.1" and "keepalive_s" not in config["broker"]
    assert config["ntp"] == {"host": "pool.ntp.org", "port": 1123}
    stays = "kept of the old configuration: id_mode, keep_days, led, update_key, evse_id of "
    assert stays + "connector 1, idle_after_s of connector 1" in said
    assert "colour, evse_id of connector 7, live_ms" in said
    assert "kept where the host stays the same, if it fits: broker.keepalive_s, ntp.port" in said
    assert "live_ms, tariff, unless its file is named again" in said
    assert keys["update"][1][:16] in report and "hunter2" not in said + report


def test_a_configuration_that_cannot_be_read_is_replaced(tmp_path):
    put(tmp_path, '{"keep_days": 0,')
    told, config, _, said = provisioned_as("unix", tmp_path, "replace = true\n")
    assert told["good"] and "keep_days" not in config
    assert "cannot be read; nothing of it is kept" in said


def test_answers_set_the_public_keys_and_the_report_names_them(tmp_path, keys):
    answers = f'update_key = "{keys["update"][0]}"\nsealing_key = "{keys["sealing"][1]}"\n'
    told, config, report, _ = provisioned_as("unix", tmp_path, answers)
    assert told["good"], told["checks"]
    assert config["update_key"] == keys["update"][1]
    assert config["sealing_key"] == keys["sealing"][1] and "command_key" not in config
    for row in ("update key", "sealing key"):
        assert f"{row:15} {config[row.replace(' ', '_')][:16]}..., its owner can" in report
    assert f"{'command key':15} none: nobody can command it over the broker" in report


def test_without_keys_the_report_says_what_nobody_can(tmp_path):
    _, config, report, _ = provisioned_as("unix", tmp_path, "")
    assert not [key for key in config if key.endswith("_key")]
    assert "nobody can update it over the broker" in report
    assert "nobody can open whose a session was" in report


@pytest.mark.parametrize("told", ["README.md", "no-such-file", "0" * 128])
def test_what_is_no_key_is_one_sentence_before_the_port_is_opened(tmp_path, told):
    (tmp_path / "a.toml").write_text(f'broker = "x:1"\nupdate_key = "{told}"\n')
    done = tool("provision", "--port", "/dev/no-such-device", "--from", tmp_path / "a.toml")
    (line,) = done.stderr.strip().splitlines()
    assert done.returncode == 2 and "a.toml: update_key: " in line
