"""An ESP32's watchdog before the firmware runs and at the prompt of our image: who feeds it."""

import functools
import sys
import types

import interpreters
import pytest
from board_config import BUSES, config

each_board = pytest.mark.parametrize("name", ["ESP32_GENERIC", "ESP32_GENERIC_S3"])


@pytest.fixture
def start_up(image_start):
    """start_up(fault)."""
    return functools.partial(image_start, "ESP32_GENERIC", "esp32_files")


def test_the_watchdog_runs_before_anything_of_ours_does(bench, start_up):
    start_up()
    names = [call for call in bench.chip.names() if call[0] != "pin"]
    assert names[:2] == [("wdt", 120000), ("mount",)]
    assert bench.load("esp32_prompt")._START_MS == 120000


def test_what_start_up_does_not_survive_is_not_fed(bench, start_up):
    with pytest.raises(KeyError):
        start_up(KeyError("of the test"))
    assert "timer" not in [call[0] for call in bench.chip.names()]


@each_board
def test_a_prompt_without_firmware_is_fed_until_the_firmware_starts(bench, start_up, name):
    timer = start_up()
    before = bench.chip.names()
    timer.running.tick()
    assert bench.chip.names() == [*before, ("wdt.feed",)]
    bench.board(name).begin()
    assert timer.running is None
    assert bench.chip.names()[-1] == ("timer.deinit",)


@each_board
def test_a_built_board_takes_the_running_watchdog_over(bench, start_up, name):
    start_up()
    built = bench.board(name).build(config(BUSES[name]))
    assert bench.chip.names().count(("wdt", 30000)) == 1
    built.watchdog.feed_running()
    assert bench.chip.names()[-1] == ("wdt.feed",)


@each_board
def test_what_a_person_must_put_right_ends_in_no_reset(bench, start_up, name):
    timer = start_up()
    board = bench.board(name)
    board.begin()
    board.cannot_start()
    assert bench.chip.names()[-2:] == [("wdt", 120000), ("timer", 20000, "PERIODIC")]
    timer.running.tick()
    assert bench.chip.names()[-1] == ("wdt.feed",)


@each_board
def test_a_stock_image_has_no_watchdog_before_the_first_feed(bench, name):
    board = bench.board(name)
    board.begin()
    board.build(config(BUSES[name])).watchdog.feed_running()
    board.cannot_start()
    assert "wattseal.hal.esp32_prompt" not in sys.modules
    assert not [call for call in bench.chip.names() if call[0] in ("wdt", "timer")]


def start_image(monkeypatch, run):
    """main.py of the image, with `run` in image_start's stead."""
    loader = types.ModuleType("image_start")
    loader.run = run
    monkeypatch.setitem(sys.modules, "image_start", loader)
    main = interpreters.ROOT / "boards/ESP32_GENERIC/frozen/main.py"
    exec(compile(main.read_text(), "main.py", "exec"), {})


def test_a_slot_that_hangs_before_its_firmware_starts_is_fed_by_nobody(
    bench, start_up, monkeypatch
):
    timer, seen = start_up(), []
    start_image(monkeypatch, lambda folder, watch: seen.append((folder, timer.running)))
    assert seen == [("/data/update", None)]
    assert ("machine.reset",) not in bench.chip.names()


def test_a_trial_that_ends_is_a_reset_of_the_chip_and_a_persons_ctrl_c_is_none(
    bench, start_up, monkeypatch
):
    """A soft reset would leave a W5500's driver without its interrupt."""

    def raising(fault):
        def run(folder, watch):
            raise fault

        return run

    start_up()
    with pytest.raises(KeyboardInterrupt):
        start_image(monkeypatch, raising(KeyboardInterrupt()))
    assert ("machine.reset",) not in bench.chip.names()
    start_image(monkeypatch, raising(SystemExit(1)))
    assert bench.chip.names()[-1] == ("machine.reset",)
