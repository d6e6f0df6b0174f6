"""The RP2040's watchdog before the firmware runs and at the prompt: who feeds it, and how long."""

import functools
import sys

import interpreters
import pytest
from board_config import config

BOOT = interpreters.ROOT / "boards/RPI_PICO/frozen/_boot.py"
RUNNING = 0x40000000


@pytest.fixture
def start_up(image_start):
    """start_up(fault): the watchdog runs then."""

    def mounted():
        import machine

        machine.mem32.watchdog = RUNNING

    return functools.partial(image_start, "RPI_PICO", "rp2_flash", mounted=mounted)


def test_the_watchdog_runs_before_anything_of_ours_does(bench, start_up):
    start_up()
    assert bench.chip.names()[:2] == [("wdt", 8388), ("mount",)]


def test_what_start_up_does_not_survive_is_not_fed(bench, start_up):
    with pytest.raises(MemoryError):
        start_up(MemoryError("of the test"))
    assert ("timer", 2000, "PERIODIC") not in bench.chip.names()


def test_a_prompt_without_firmware_is_fed(bench, start_up):
    timer = start_up()
    before = bench.chip.names()
    timer.running.tick()
    timer.running.tick()
    assert bench.chip.names() == [*before, ("wdt.feed",), ("wdt.feed",)]


def test_the_firmware_stops_that_as_soon_as_it_starts(bench, start_up):
    timer = start_up()
    bench.board("RPI_PICO").begin()
    assert timer.running is None
    assert bench.chip.names()[-1] == ("timer.deinit",)


def test_a_stock_image_has_nothing_to_stop(bench):
    bench.board("RPI_PICO").begin()
    assert "wattseal.hal.rp2_prompt" not in sys.modules
    assert bench.chip.names() == []


def test_a_built_board_takes_the_running_watchdog_over(bench, start_up):
    start_up()
    board = bench.board("RPI_PICO")
    built = board.build(config(1))
    del bench.chip.calls[:]
    built.watchdog.feed_running()
    assert bench.chip.names() == [("wdt.feed",)]


@pytest.mark.parametrize(("register", "fed"), [(RUNNING, [("wdt.feed",)]), (0, [])])
def test_what_a_person_must_put_right_ends_in_no_reset(bench, register, fed):
    import machine

    machine.mem32.watchdog = register
    bench.board("RPI_PICO").cannot_start()
    del bench.chip.calls[:]
    machine.Timer.running.tick()
    assert bench.chip.names() == fed


def test_the_two_watchdogs_have_one_time(bench):
    assert "WDT(timeout=%d)" % bench.load("rp2")._WATCHDOG_MS in BOOT.read_text()
