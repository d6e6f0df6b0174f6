"""`make provision` by a board's network: none of its own, Ethernet, Wi-Fi."""

import board_on_pty
import pytest
from host_tool import tool
from provisioned_as import provisioned_as

PICO, PICO_W = "Raspberry Pi Pico with RP2040", "Raspberry Pi Pico W with RP2040"


def refused(folder, machine, text):
    """The sentence, by a file of answers; nothing was put on the board."""
    (folder / "a.toml").write_text('broker = "broker.local:1883"\n' + text)
    (folder / "flash").mkdir()
    words = ("--from", folder / "a.toml", "--out", folder)
    with board_on_pty.plugged(folder / "flash", machine) as board:
        done = tool("provision", "--port", board.port, *words)
    assert done.returncode == 2
    (line,) = done.stderr.strip().splitlines()
    assert list((folder / "flash").iterdir()) == [], "something was put there"
    return line


def test_a_board_behind_a_gateway_asks_no_server_and_has_its_clock_set(tmp_path):
    told, config, report, _ = provisioned_as("RPI_PICO", tmp_path, "", has_time=False)
    assert "ntp" not in config and "wifi" not in config
    assert told["good"], told["checks"]
    (clock,) = [row["told"] for row in told["checks"] if row["check"] == "clock"]
    assert clock.startswith("informative: set from here; a reset loses it")
    assert "signed time command" in report and "no network of its own" in report


def test_a_time_server_for_a_board_behind_a_gateway_is_refused(tmp_path):
    line = refused(tmp_path, PICO, 'time_server = "pool.ntp.org"\n')
    assert "time_server: this board has no network of its own" in line


@pytest.mark.parametrize("board", ["ESP32_GENERIC", "ESP32_GENERIC_S3"])
def test_none_for_a_wi_fi_is_ethernet(tmp_path, board):
    told, config, report, _ = provisioned_as(board, tmp_path, 'wifi_ssid = "none"\n')
    assert "wifi" not in config and config["ntp"] == {"host": "pool.ntp.org"}
    assert told["good"], told["checks"]
    assert "network         Ethernet" in report


def test_a_wi_fi_is_written_where_it_is_named(tmp_path):
    answers = 'wifi_ssid = "yard"\nwifi_password = "hunter2hunter2"\n'
    _, config, report, _ = provisioned_as("ESP32_GENERIC", tmp_path, answers)
    assert config["wifi"] == {"ssid": "yard", "password": "hunter2hunter2"}
    assert "network         Wi-Fi yard" in report and "hunter2" not in report


def test_none_is_refused_where_there_is_no_ethernet(tmp_path):
    line = refused(tmp_path, PICO_W, 'board = "RPI_PICO_W"\nwifi_ssid = "none"\n')
    assert "wifi_ssid: this board has no Ethernet: the name of a Wi-Fi is wanted" in line
