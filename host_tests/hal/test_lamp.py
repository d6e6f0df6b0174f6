"""The lamp on each board's pin, and a Pico W's behind its radio, on a recorded chip."""

import pytest
from board_config import BUSES, config


def shown(bench):
    return [call[1:] for call in bench.chip.names() if call[0] == "pin"]


@pytest.mark.parametrize(
    ("name", "wifi", "number"),
    [("ESP32_GENERIC", True, 22), ("ESP32_GENERIC", False, 12), ("RPI_PICO", True, 25),
     ("W5500_EVB_PICO", False, 25),
     ("ESP32_GENERIC_S3", False, 39)],
)  # fmt: skip
def test_a_lamp_is_made_when_it_is_asked_for_dark_and_high_is_lit(bench, name, wifi, number):
    board = bench.board(name).build(config(BUSES[name] if wifi else 1, wifi=wifi))
    assert number not in [pin for pin, _ in shown(bench)]
    del bench.chip.calls[:]
    lamp = board.lamp()
    for lit in (True, False, True):
        lamp.show(lit)
    assert shown(bench) == [(number, 0), (number, 1), (number, 0), (number, 1)]


def test_a_pico_w_s_lamp_never_starts_the_radio(bench):
    board = bench.board("RPI_PICO_W").build(config(2))
    del bench.chip.calls[:]
    lamp = board.lamp()
    lamp.show(True)
    assert shown(bench) == []
    wlan = lamp._wlan
    wlan.on = True
    lamp.show(True)
    lamp.show(False)
    wlan.on = False
    lamp.show(True)
    assert shown(bench) == [("LED", 1), ("LED", 0)]
    assert not [call for call in bench.chip.names() if call[0] in ("active", "config", "connect")]


def test_a_radio_that_fails_costs_the_lamp_alone(bench, monkeypatch):
    lamp = bench.board("RPI_PICO_W").build(config(2)).lamp()
    lamp._wlan.on = True

    def fails(*_):
        raise OSError(5)

    lamp.show(True)
    monkeypatch.setattr(lamp._pin, "value", fails, raising=False)
    lamp.show(False)  # and nothing is raised
    monkeypatch.undo()
    lamp.show(False)
    assert shown(bench)[-1] == ("LED", 0)
