"""Inputs and contactors over pins: what counts as a change, and who is forgotten when."""

import asyncio

import pytest

PINS = {"plug": 6, "pilot": 7, "offer": 8}
CARD = ("ISO14443", "VERIFIED", "04A1B2C3")


@pytest.fixture
def inputs(bench):
    """One connector, 5, wired as on the Pico W: low means yes."""
    pins, rp2 = bench.load("pins"), bench.load("rp2")
    place = pins.Place(*[rp2.input_pin(number) for number in PINS.values()])
    return pins.PinInputs({5: place})


def set_pin(bench, name, yes):
    import machine

    machine.Pin.levels[PINS[name]] = 0 if yes else 1


def pass_ms(bench, inputs, ms):
    """Let the polling task run for `ms`."""

    class Over(Exception):
        pass

    def over():
        raise Over

    async def nap(step):
        bench.chip.advance(step)

    bench.chip.asyncio.sleep_ms = nap
    bench.chip.at((bench.chip.us - bench.chip.start_us) // 1000 + ms, over)
    with pytest.raises(Over):
        asyncio.run(inputs.run())


def test_nothing_is_plugged_at_power_up(bench, inputs):
    assert not inputs.plugged(5)
    assert not inputs.requesting(5)
    assert not inputs.offering(5)
    assert inputs.identification(5) is None
    assert inputs.stop_request(5) == ""


@pytest.mark.parametrize(
    ("name", "ask"), [("plug", "plugged"), ("pilot", "requesting"), ("offer", "offering")]
)
def test_a_level_counts_once_it_has_held_for_50_ms(bench, inputs, name, ask):
    set_pin(bench, name, True)
    pass_ms(bench, inputs, 40)
    assert not getattr(inputs, ask)(5)
    pass_ms(bench, inputs, 20)
    assert getattr(inputs, ask)(5)
    set_pin(bench, name, False)
    pass_ms(bench, inputs, 60)
    assert not getattr(inputs, ask)(5)


def test_a_bouncing_contact_is_one_change(bench, inputs):
    changes = []

    class Changed:
        def set(self):
            changes.append(inputs.plugged(5))

    inputs.watch(5, Changed())
    for _ in range(10):
        set_pin(bench, "plug", True)
        pass_ms(bench, inputs, 20)
        set_pin(bench, "plug", False)
        pass_ms(bench, inputs, 20)
    assert changes == []
    set_pin(bench, "plug", True)
    pass_ms(bench, inputs, 200)
    assert changes == [True]


def test_the_watcher_wakes_for_an_identification_and_for_a_stop(bench, inputs):
    event = asyncio.Event()
    inputs.watch(5, event)
    set_pin(bench, "plug", True)
    pass_ms(bench, inputs, 60)
    for action in (lambda: inputs.present(5, *CARD), lambda: inputs.request_stop(5, "L")):
        event.clear()
        action()
        assert event.is_set()
    assert inputs.identification(5) == CARD
    assert inputs.stop_request(5) == "L"


def test_drawing_the_plug_forgets_who_was_there(bench, inputs):
    set_pin(bench, "plug", True)
    pass_ms(bench, inputs, 60)
    inputs.present(5, *CARD)
    inputs.request_stop(5, "L")
    set_pin(bench, "plug", False)
    pass_ms(bench, inputs, 60)
    assert inputs.identification(5) is None
    assert inputs.stop_request(5) == ""


def test_a_card_shown_before_the_plug_waits_for_it_a_minute(bench, inputs):
    inputs.present(5, *CARD)
    pass_ms(bench, inputs, 59000)
    assert inputs.identification(5) == CARD
    set_pin(bench, "plug", True)
    pass_ms(bench, inputs, 3600000)
    assert inputs.identification(5) == CARD


def test_a_card_without_a_plug_is_not_the_next_drivers(bench, inputs):
    inputs.present(5, *CARD)
    pass_ms(bench, inputs, 60100)
    set_pin(bench, "plug", True)
    pass_ms(bench, inputs, 60)
    assert inputs.plugged(5)
    assert inputs.identification(5) is None


def test_a_stop_without_a_plug_does_not_end_the_next_session(bench, inputs):
    inputs.request_stop(5, "R")
    set_pin(bench, "plug", True)
    pass_ms(bench, inputs, 60)
    assert inputs.stop_request(5) == ""


def test_contactors_open_at_once_and_close_one_by_one(bench):
    pins = bench.load("pins")
    import machine

    contactor = pins.PinContactor({1: machine.Pin(14), 2: machine.Pin(15)})
    contactor.close(2)
    contactor.open(2)
    assert bench.chip.names() == [("pin", 14, 0), ("pin", 15, 0), ("pin", 15, 1), ("pin", 15, 0)]
