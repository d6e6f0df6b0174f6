"""Cars at an emulated charge point come in turn, show a card until it is taken, and leave."""

from tools.emulate.cars import Bay, Cars, Visit

PINS = (6, 7, 8, 14)
UNIT = 2


def cars(*seconds):
    visits = [Visit(str(n), 1, 1000, 11000, charge_s, 1.0) for n, charge_s in enumerate(seconds)]
    return Cars({1: Bay(PINS, UNIT, visits)})


def run(cars, board, until_s, from_s=0.0):
    """Ticks of 0.5 s; `board(t_s, inputs, lines)` may answer with the contactor's new level."""
    told = []
    t_s = from_s
    while t_s < until_s:
        inputs, lines = cars.tick(t_s)
        told += [(t_s, *pin) for pin in inputs] + [(t_s, line) for line in lines]
        level = board(t_s, inputs, lines)
        if level is not None:
            cars.output(t_s, PINS[3], level)
        t_s += 0.5
    return told


def obedient(t_s, inputs, lines):
    if any(line.startswith("present") for line in lines):
        return 1
    return 0 if (6, 1) in inputs else None


def test_a_car_charges_parks_and_leaves():
    point = cars(3.0)
    told = run(point, obedient, 10)
    assert told[:2] == [(0.0, 6, 0), (0.0, 7, 0)]
    assert told[2] == (0.5, f"present 1 ISO14443 VERIFIED {point.cards[0]}")
    assert told[3:] == [(3.5, 7, 1), (4.5, 7, 1), (4.5, 6, 1)]
    assert point.done and point.left == 1


def test_the_load_begins_with_the_contactor_and_once():
    point = cars(3.0)
    assert point.output(0.0, PINS[3], 1) == []  # nobody is there
    point.tick(0.0)
    load = {"energy_mwh": 1000, "seconds": 3.0, "power_w": 11000}
    assert point.output(1.0, PINS[3], 1) == [(UNIT, load)]
    assert point.output(1.5, PINS[3], 0) == point.output(2.0, PINS[3], 1) == []
    assert point.output(2.0, 15, 1) == []  # another connector's


def test_the_next_one_comes_after_a_gap_with_a_card_of_its_own():
    point = cars(1.0, 1.0)
    run(point, obedient, 20)
    assert point.done and len(set(point.cards)) == 2


def test_a_card_is_shown_again_until_the_contactor_closes():
    point = cars(3.0)
    told = run(point, lambda *_: None, 13)
    assert [entry[0] for entry in told if "present" in str(entry[1])] == [0.5, 4.5, 8.5, 12.5]
    assert not point.done


def test_after_a_power_cut_a_session_that_had_begun_is_not_begun_again():
    point = cars(5.0)
    run(point, obedient, 2)
    inputs = point.boot(2.0)
    assert (6, 0) in inputs and (7, 0) in inputs
    told = run(point, lambda *_: None, 30, 2.0)
    assert not any("present" in str(entry) for entry in told)
    assert point.done


def test_after_a_power_cut_a_card_that_did_nothing_is_shown_again_soon():
    point = cars(5.0)
    run(point, lambda *_: None, 1)
    point.boot(1.0)
    told = run(point, lambda *_: None, 6, 1.0)
    assert [entry[0] for entry in told if "present" in str(entry)] == [2.5]
