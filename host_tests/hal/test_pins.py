"""Inputs and contactors over pins: what counts as a change, and who is forgotten when."""

import asyncio

import pytest
from chip_streams import Turns

PINS = {"plug": 6, "pilot": 7, "offer": 8}
CARD = ("ISO14443", "VERIFIED", "04A1B2C3")


@pytest.fixture
def turns(bench):
    return Turns(bench.chip)


@pytest.fixture
def inputs(bench, turns):
    """One connector, 5, wired as on the Pico; its tasks run in `turns`."""
    pins, rp2 = bench.load("pins"), bench.load("rp2")
    inputs = pins.PinInputs({5: pins.Place(*map(rp2.input_pin, PINS.values()))})
    for task in (inputs.run(), inputs.remind()):
        turns.add(task)
    yield inputs
    turns.close()


def set_pin(name, yes):
    import machine

    machine.Pin.change(PINS[name], 0 if yes else 1)


def test_nothing_is_plugged_at_power_up(inputs):
    assert not inputs.plugged(5)
    assert not inputs.requesting(5)
    assert not inputs.offering(5)
    assert inputs.identification(5) is None
    assert inputs.stop_request(5) == ""


@pytest.mark.parametrize(
    ("name", "ask"), [("plug", "plugged"), ("pilot", "requesting"), ("offer", "offering")]
)
def test_a_level_counts_once_it_has_held_for_50_ms(turns, inputs, name, ask):
    turns.pass_ms(1234)
    for yes in (True, False):
        set_pin(name, yes)
        turns.pass_ms(49)
        assert getattr(inputs, ask)(5) != yes
        turns.pass_ms(1)
        assert getattr(inputs, ask)(5) == yes


def test_what_is_plugged_at_power_up_counts_as_soon(turns, inputs):
    set_pin("plug", True)
    turns.pass_ms(60)
    assert inputs.plugged(5)


def test_a_change_is_seen_although_no_interrupt_told(turns, inputs):
    import machine

    turns.pass_ms(1234)
    machine.Pin.levels[PINS["plug"]] = 0
    turns.pass_ms(1050)
    assert inputs.plugged(5)


def test_a_change_in_the_middle_of_a_look_is_seen(turns, inputs):
    """The pin moves when it has been read and nobody waits for its interrupt yet."""
    import machine

    turns.pass_ms(100)
    read = machine.Pin.value

    def value(pin, level=None):
        found = read(pin, level)
        if pin.number == PINS["offer"]:
            machine.Pin.value = read
            set_pin("plug", True)
        return found

    machine.Pin.value = value
    set_pin("pilot", True)
    turns.pass_ms(70)
    assert inputs.plugged(5) and inputs.requesting(5)


def test_a_bouncing_contact_is_one_change(turns, inputs):
    changes = []

    class Changed:
        def set(self):
            changes.append(inputs.plugged(5))

    inputs.watch(5, Changed())
    for _ in range(10):
        for yes in (True, False):
            set_pin("plug", yes)
            turns.pass_ms(20)
    assert changes == []
    set_pin("plug", True)
    turns.pass_ms(200)
    assert changes == [True]


def test_pins_that_stay_cost_a_look_in_a_second(turns, inputs):
    set_pin("plug", True)
    turns.pass_ms(1000)
    turns.taken = 0
    turns.pass_ms(60000)
    assert turns.taken <= 2 * 61  # of each task


def test_a_pin_that_hums_costs_no_more_than_its_looks(turns, inputs):
    import machine

    turns.pass_ms(1000)
    interrupts = []
    irq = machine.Pin.irq

    def counted(pin, handler):
        irq(pin, handler and (lambda p: (interrupts.append(p.number), handler(p))))

    machine.Pin.irq = counted
    for _ in range(500):
        for yes in (True, False):
            set_pin("pilot", yes)
            turns.pass_ms(1)
    assert len(interrupts) <= 110
    assert turns.taken <= 250
    set_pin("pilot", True)
    turns.pass_ms(60)
    assert inputs.requesting(5)


@pytest.mark.parametrize("every_ms", [1, 10, 30, 50])
def test_a_pin_that_hums_hides_no_change_of_another(turns, inputs, every_ms):
    """A contactor that stays closed without a plug would have the next car on this one's bill."""
    set_pin("plug", True)
    inputs.present(5, *CARD)
    turns.pass_ms(1000)
    for yes in (False, True):
        set_pin("plug", yes)
        for ms in range(0, 200, every_ms):
            set_pin("pilot", ms // every_ms % 2 == 0)
            turns.pass_ms(every_ms)
        assert inputs.plugged(5) == yes
        assert inputs.identification(5) is None


def test_the_watcher_wakes_for_an_identification_and_for_a_stop(turns, inputs):
    event = asyncio.Event()
    inputs.watch(5, event)
    set_pin("plug", True)
    turns.pass_ms(60)
    for action in (lambda: inputs.present(5, *CARD), lambda: inputs.request_stop(5, "L")):
        event.clear()
        action()
        assert event.is_set()
    assert inputs.identification(5) == CARD
    assert inputs.stop_request(5) == "L"


def test_drawing_the_plug_forgets_who_was_there(turns, inputs):
    set_pin("plug", True)
    turns.pass_ms(60)
    inputs.present(5, *CARD)
    inputs.request_stop(5, "L")
    set_pin("plug", False)
    turns.pass_ms(60)
    assert inputs.identification(5) is None
    assert inputs.stop_request(5) == ""


def test_a_card_shown_before_the_plug_waits_for_it_a_minute(turns, inputs):
    inputs.present(5, *CARD)
    turns.pass_ms(59000)
    assert inputs.identification(5) == CARD
    set_pin("plug", True)
    turns.pass_ms(3600000)
    assert inputs.identification(5) == CARD


def test_a_card_without_a_plug_is_not_the_next_drivers(turns, inputs):
    inputs.present(5, *CARD)
    turns.pass_ms(60100)
    set_pin("plug", True)
    turns.pass_ms(60)
    assert inputs.plugged(5)
    assert inputs.identification(5) is None


def test_a_stop_without_a_plug_does_not_end_the_next_session(turns, inputs):
    inputs.request_stop(5, "R")
    set_pin("plug", True)
    turns.pass_ms(60)
    assert inputs.stop_request(5) == ""


def test_contactors_open_at_once_and_close_one_by_one(bench):
    pins = bench.load("pins")
    import machine

    contactor = pins.PinContactor({1: machine.Pin(14), 2: machine.Pin(15)})
    contactor.close(2)
    contactor.open(2)
    assert bench.chip.names() == [("pin", 14, 0), ("pin", 15, 0), ("pin", 15, 1), ("pin", 15, 0)]
