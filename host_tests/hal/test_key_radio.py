"""An ESP32's key is drawn beside its radio: esp_random's numbers are true ones there alone."""

import json
import os
import sys

import pytest

from tools.provision import on_device

ESP32 = ["ESP32_GENERIC", "ESP32_GENERIC_S3"]


@pytest.fixture
def make_key(bench, monkeypatch, tmp_path, capsys):
    """make_key(board, platform): what it said; the chip's calls have `drawn` in them."""

    def run(name, platform):
        board, draw = bench.board(name), os.urandom
        board.DATA_DIR = str(tmp_path)
        monkeypatch.setitem(sys.modules, "board", board)
        monkeypatch.setattr(sys, "platform", platform)
        monkeypatch.setattr(os, "urandom", lambda n: (bench.chip.log("drawn"), draw(n))[1])
        del bench.chip.calls[:]
        exec(on_device.MAKE_KEY, {})
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return run


def order(bench):
    """On, off and drawn, each row of the same once."""
    told = [call for call in bench.chip.names() if call[0] in ("active", "drawn")]
    return [call for i, call in enumerate(told) if not i or told[i - 1] != call]


@pytest.mark.parametrize("name", ESP32)
def test_the_radio_is_on_while_it_is_drawn_and_off_after_it(bench, make_key, name):
    assert make_key(name, "esp32")[-1]["device"].startswith("w")
    assert order(bench) == [("active", True), ("drawn",), ("active", False)]


@pytest.mark.parametrize("name", ESP32)
@pytest.mark.parametrize("fault", [OSError(0x101), RuntimeError("Wifi Unknown Error 0x0101")])
def test_a_radio_that_does_not_start_is_told_and_the_key_made(bench, make_key, name, fault):
    import network

    network.WLAN.refusals.append(fault)
    said = make_key(name, "esp32")
    assert "the radio does not start" in said[0]["say"] and said[-1]["device"].startswith("w")


def test_a_key_that_is_there_leaves_the_radio_off(bench, make_key):
    make_key("ESP32_GENERIC", "esp32")
    assert "never overwritten" in make_key("ESP32_GENERIC", "esp32")[-1]["fault"]
    assert order(bench)[-1] == ("active", False)


@pytest.mark.parametrize("name", ["RPI_PICO", "RPI_PICO_W"])
def test_another_chip_has_no_use_for_it(bench, make_key, name):
    assert make_key(name, "rp2")[-1]["device"].startswith("w")
    assert order(bench) == [("drawn",)]
