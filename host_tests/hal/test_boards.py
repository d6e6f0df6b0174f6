"""Whole boards, built on a recorded chip: what a wrong pin or an early high would break."""

import asyncio
import inspect
import sys
import types

import pytest
from board_config import BOARDS, BUSES, config

from wattseal.core.settings import ConfigError

each_board = pytest.mark.parametrize("name", BOARDS)


@each_board
def test_builds_everything_the_firmware_asks_of_a_board(bench, name):
    board = bench.board(name).build(config(BUSES[name]))
    assert len(board.serials) == BUSES[name]
    assert board.clock.grid_ms == 1000
    assert board.data_dir == bench.board(name).DATA_DIR == "/data"
    assert board.link.is_up() == (board.uplink is not None) == (name == "RPI_PICO")
    assert board.console is not None and board.controls is board.inputs
    assert not board.inputs.plugged(10)
    assert not board.inputs.plugged(11)
    tasks = board.tasks()
    assert [inspect.iscoroutine(task) for task in tasks] == [True, True]
    for task in tasks:
        task.close()
    asyncio.run(board.ready())


@pytest.mark.parametrize(("free_bytes", "threshold"), [(130000, 16384), (22000, 8192)])
def test_a_small_heap_is_collected_before_it_is_full(bench, free_bytes, threshold):
    board = bench.board("RPI_PICO").build(config(1))
    bench.chip.free_bytes = free_bytes
    asyncio.run(board.ready())
    assert bench.chip.names()[-1] == ("gc.threshold", threshold)


@pytest.mark.parametrize(("collect_ms", "before_each"), [(45, True), (60, True), (61, False)])
def test_a_heap_is_gone_over_before_each_grid_point_where_that_is_short(
    bench, collect_ms, before_each
):
    board = bench.board("RPI_PICO").build(config(1))
    assert board.collect is None
    bench.chip.collect_ms = collect_ms
    asyncio.run(board.ready())
    assert (board.collect is not None) == before_each


@each_board
def test_no_output_is_ever_high_while_the_board_is_built(bench, name):
    module = bench.board(name)
    module.build(config(BUSES[name]))
    outside = {
        pins[3] for pins in module._LINES + module._PLACES
    }  # not a W5500's select and reset
    outputs = [call[1:] for call in bench.chip.names() if call[0] == "pin" and call[1] in outside]
    assert dict(outputs) == dict.fromkeys(outside, 0) and not any(level for _, level in outputs)


def test_a_pico_w_without_wifi_in_its_configuration_gets_a_sentence(bench):
    with pytest.raises(ConfigError) as fault:
        bench.board("RPI_PICO_W").build(config(wifi=False))
    assert fault.value.problems == ["wifi: this board has no other network"]


@pytest.mark.parametrize("name", ["RPI_PICO_W", "W5500_EVB_PICO"])
def test_an_rp2040_with_a_network_keeps_records_in_raw_flash_under_our_image_alone(
    bench, name, monkeypatch
):
    module = bench.board(name)
    assert module.build(config()).flash is None
    started = types.SimpleNamespace(ring=object(), trouble="")
    fed = types.SimpleNamespace(leave=lambda: bench.chip.log("leave"))
    monkeypatch.setitem(sys.modules, "wattseal.hal.rp2_flash", started)
    monkeypatch.setitem(sys.modules, "wattseal.hal.rp2_prompt", fed)
    assert module.build(config()).flash is started.ring
    module.begin()
    assert bench.chip.names()[-1] == ("leave",)


@pytest.mark.parametrize("name", ["RPI_PICO_W", "W5500_EVB_PICO"])
def test_an_rp2040_with_a_network_tells_what_did_not_mount_and_stays_at_the_prompt(
    bench, name, monkeypatch, capsys
):
    module = bench.board(name)
    module.cannot_start()  # a stock image: nothing of ours has started
    assert capsys.readouterr().out == ""
    started = types.SimpleNamespace(ring=None, trouble="the flash holds nothing")
    fed = types.SimpleNamespace(stay=lambda: bench.chip.log("stay"))
    monkeypatch.setitem(sys.modules, "wattseal.hal.rp2_flash", started)
    monkeypatch.setitem(sys.modules, "wattseal.hal.rp2_prompt", fed)
    module.cannot_start()
    assert capsys.readouterr().out == "wattseal: the flash holds nothing\n"
    assert bench.chip.names()[-1] == ("stay",)


@each_board
@pytest.mark.parametrize(("buses", "connectors", "key"), [(3, 1, "buses"), (1, 3, "connectors")])
def test_a_configuration_that_asks_for_more_than_there_is_gets_a_sentence(
    bench, name, buses, connectors, key
):
    with pytest.raises(ConfigError) as fault:
        bench.board(name).build(config(buses, connectors))
    assert fault.value.problems == [fault.value.problems[0]]
    assert fault.value.problems[0].startswith(key + ": this board has")


def test_an_esp32_on_ethernet_has_one_serial_line(bench):
    module = bench.board("ESP32_GENERIC")
    with pytest.raises(ConfigError):
        module.build(config(buses=2, wifi=False))
    assert len(module.build(config(buses=1, wifi=False)).serials) == 1


@each_board
def test_a_bus_with_a_host_takes_no_serial_line(bench, name):
    asked = config(buses=BUSES[name])
    asked.buses.insert(0, types.SimpleNamespace(host="192.0.2.7", port=502))
    assert len(bench.board(name).build(asked).serials) == BUSES[name]


@pytest.mark.parametrize(("family", "timeout_ms"), [("esp32", 30000), ("rp2", 8388)])
def test_the_watchdog_starts_at_its_first_meal(bench, family, timeout_ms):
    dog = bench.load(family).watchdog()
    assert bench.chip.names() == []
    dog.feed()
    dog.feed()
    assert bench.chip.names() == [("wdt", timeout_ms), ("wdt.feed",), ("wdt.feed",)]


@pytest.mark.parametrize("family", ["esp32", "rp2"])
def test_nothing_starts_the_watchdog_before_its_first_meal(bench, family):
    dog = bench.load(family).watchdog()
    dog.feed_running()
    assert bench.chip.names() == []
    dog.feed()
    dog.feed_running()
    assert bench.chip.names()[1:] == [("wdt.feed",), ("wdt.feed",)]


def test_a_watchdog_that_start_up_has_started_is_taken_over_and_fed_on_the_way(bench):
    import machine

    machine.mem32.watchdog = 0x40000000 | 0x7FFFFF  # enabled, and what is left to count
    dog = bench.load("rp2").watchdog()
    dog.feed_running()
    assert bench.chip.names() == [("wdt", 8388), ("wdt.feed",)]
    machine.mem32.watchdog = 0xBFFFFFFF  # all bits but that one
    bench.load("rp2").watchdog().feed_running()
    assert len(bench.chip.names()) == 2


@each_board
def test_a_board_tells_why_it_started(bench, name):
    module = bench.board(name)
    module.begin()
    assert module.reset_cause().startswith("power")


@pytest.mark.parametrize(
    ("family", "cause", "words"),
    [
        ("esp32", "PWRON_RESET", "power or brown-out"),
        ("esp32", "HARD_RESET", "reset or panic"),
        ("esp32", "WDT_RESET", "watchdog"),
        ("rp2", "PWRON_RESET", "power"),
        ("rp2", "WDT_RESET", "watchdog or reset"),
    ],
)
def test_the_reset_cause_claims_no_more_than_the_chip_tells(bench, family, cause, words):
    import machine

    module = bench.load(family)
    machine.reset_cause = lambda: getattr(machine, cause)
    assert module.reset_cause() == words


@pytest.mark.parametrize("family", ["esp32", "rp2"])
def test_a_fatal_reset_leaves_a_person_time_to_step_in(bench, family):
    bench.load(family).fatal_reset()
    assert bench.chip.names() == [("time.sleep_ms", 2000), ("machine.reset",)]
