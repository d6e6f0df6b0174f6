"""An ESP32's contactors at a start: its outputs keep their level through a reset."""

import pytest
from board_config import config

from tools import pin_facts

each_board = pytest.mark.parametrize("name", ["ESP32_GENERIC", "ESP32_GENERIC_S3"])


def pins_of(name):
    """By each network that the board has."""
    found = [use for lan in (False, True) for use in pin_facts.uses(name, lan)]
    return {use.pin for use in found if use.job == "contactor"}


def opened(bench):
    """The pins that were told anything; nothing but 0 was."""
    calls = [call for call in bench.chip.names() if call[0] == "pin"]
    assert {level for _, _, level in calls} == {0}
    return {pin for _, pin, _ in calls}


@each_board
@pytest.mark.parametrize("fault", [None, KeyError("of the test")])
def test_an_image_opens_them_before_it_looks_into_the_flash(bench, image_start, name, fault):
    before = []
    mounted = lambda: before.extend(opened(bench))  # noqa: E731
    if fault:
        with pytest.raises(KeyError):
            image_start(name, "esp32_files", fault, mounted)
    else:
        image_start(name, "esp32_files", None, mounted)
    assert set(before) == pins_of(name)


@each_board
def test_a_start_opens_them_before_it_has_a_configuration(bench, name):
    """One that a stock image or a slot makes, and that may come to nothing."""
    bench.board(name).begin()
    assert opened(bench) == pins_of(name)


@each_board
def test_those_of_a_connector_that_left_the_configuration_open_too(bench, name):
    module = bench.board(name)
    module.build(config(buses=1)).contactor.close(10)
    del bench.chip.calls[:]
    module = bench.board(name)
    module.begin()
    module.cannot_start()
    assert opened(bench) == pins_of(name)
