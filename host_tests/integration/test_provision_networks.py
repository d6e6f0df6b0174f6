"""`make provision` by a board's network: none of its own, Ethernet, Wi-Fi."""

import board_on_pty
from host_tool import tool
from provisioned_as import provisioned_as

PICO = "Raspberry Pi Pico with RP2040"


def test_a_board_behind_a_gateway_asks_no_server_and_has_its_clock_set(tmp_path):
    told, config, report, _ = provisioned_as("RPI_PICO", tmp_path, "", has_time=False)
    assert "ntp" not in config and "wifi" not in config
    assert told["good"], told["checks"]
    (clock,) = [row["told"] for row in told["checks"] if row["check"] == "clock"]
    assert clock.startswith("informative: set from here; a reset loses it")
    assert "signed time command" in report and "no network of its own" in report


def test_a_time_server_for_a_board_behind_a_gateway_is_refused(tmp_path):
    answers = 'broker = "broker.local:1883"\ntime_server = "pool.ntp.org"\n'
    (tmp_path / "a.toml").write_text(answers)
    (tmp_path / "flash").mkdir()
    words = ("--from", tmp_path / "a.toml", "--out", tmp_path)
    with board_on_pty.plugged(tmp_path / "flash", PICO) as board:
        done = tool("provision", "--port", board.port, *words)
    assert done.returncode == 2
    (line,) = done.stderr.strip().splitlines()
    assert "time_server: this board has no network of its own" in line
    assert list((tmp_path / "flash").iterdir()) == [], "something was put there"
