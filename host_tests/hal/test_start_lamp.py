"""What the lamp shows of a device that cannot start, on each board's pin, beside the prompt."""

import asyncio

import pytest
from chip_timer import Timer

from wattseal.app import blinker

PINS = {"ESP32_GENERIC": 22, "ESP32_GENERIC_S3": 39, "RPI_PICO": 25, "RPI_PICO_W": "LED",
        "W5500_EVB_PICO": 25}  # fmt: skip


class Lamp:
    def __init__(self):
        self.lit = []

    def show(self, lit):
        self.lit.append(lit)


class Ended(Exception):
    pass


def as_the_firmware_shows_it(number, monkeypatch, steps):
    """Lit or not, for each tenth of a second of app.blinker."""
    lamp, lit = Lamp(), []

    async def nap(ms):
        lit.extend([lamp.lit[-1]] * (ms // 100))
        if len(lit) >= steps:
            raise Ended

    monkeypatch.setattr(asyncio, "sleep_ms", nap, raising=False)
    shown = blinker.Blinker()
    shown.number = number
    with pytest.raises(Ended):
        asyncio.run(shown.run(lamp))
    return lit[:steps]


@pytest.mark.parametrize("number", [13, 14, 17])
@pytest.mark.parametrize("name", sorted(PINS))
def test_each_board_shows_the_number_for_ever_as_the_firmware_would(
    bench, name, number, monkeypatch
):
    board = bench.board(name)
    del Timer.started[:]
    board.show_fault(number)
    assert bench.chip.names()[-1] == ("timer", 100, "PERIODIC")
    del bench.chip.calls[:]
    for _ in range(200):
        Timer.started[0].tick()
    pins = [call[1:] for call in bench.chip.names() if call[0] == "pin"]
    assert {pin for pin, _ in pins} == {PINS[name]}
    want = as_the_firmware_shows_it(number, monkeypatch, 200)
    assert [bool(lit) for _, lit in pins] == want and True in want[100:]


def test_the_watchdog_is_fed_beside_it(bench):
    import machine

    machine.mem32.watchdog = 0x40000000
    board = bench.board("RPI_PICO")
    del Timer.started[:]
    board.show_fault(17)
    board.cannot_start()
    assert len(Timer.started) == 2
    del bench.chip.calls[:]
    Timer.started[1].tick()
    assert bench.chip.names() == [("wdt.feed",)]


def test_a_flash_that_fails_is_shown_for_as_long_as_its_number_takes(bench, monkeypatch):
    board = bench.board("RPI_PICO")
    board.start_again(4000)
    assert bench.chip.names()[-2:] == [("time.sleep_ms", 4000), ("machine.reset",)]
    lit = as_the_firmware_shows_it(13, monkeypatch, 40)
    assert [a for a, b in zip([False, *lit], lit, strict=False) if a and not b] == [True] * 4
    assert not lit[-1]
