"""Lateness from outside: the grid found on the wire, erases told apart, the firmware checked."""

import pytest

from tools.emulate.lateness import Sample, erases, samples, self_reported_off_s
from tools.emulate.lives import lives

FIRST, SECOND = 2, 3
READ = "0204004800020000"


def boot(t_s=0.0, by="power"):
    return {"event": "boot", "t_s": t_s, "busy_s": 0, "number": 1, "by": by}


def modbus(asked_s, unit=FIRST, lasts_s=0.08, request=READ):
    answered_s = None if lasts_s is None else asked_s + lasts_s
    return {"event": "modbus", "t_s": asked_s + 0.01, "busy_s": 0.0, "unit": unit,
            "request": request, "answer": "", "asked_s": asked_s,
            "answered_s": answered_s}  # fmt: skip


def flash(t_s, what="erase", ms=45.0):
    return {"event": "flash", "t_s": t_s, "what": what, "address": 0, "ms": ms}


def status(t_s, late_max_ms):
    return {"event": "console", "t_s": t_s, "text": '{"late_max_ms": %d}' % late_max_ms}


def seconds(late_s, phase_s=0.2):
    """Both meters, second after second; the first is so late each time."""
    events = [boot()]
    for second, late in enumerate(late_s, 1):
        first_s = second + phase_s + late
        events += [modbus(first_s), modbus(first_s + 0.1, SECOND)]
    return events


def found(events, ended_s=None):
    """(turn, lateness in ms, erase in ms) of each sample of the only life."""
    end_s = ended_s if ended_s is not None else events[-1]["t_s"]
    (life,) = lives(events, end_s)
    every = samples(life, FIRST, erases(events))
    return sorted(
        (round(s.turn_s, 3), round(1000 * s.late_s), round(1000 * s.erase_s)) for s in every
    )


def test_the_grid_is_the_first_requests_or_a_little_earlier():
    rows = found(seconds([0.003, 0.0, 0.13, 0.001]))
    assert rows[0::2] == [(1.2, 3, 0), (2.2, 0, 0), (3.2, 130, 0), (4.2, 1, 0)]


def test_what_is_very_late_is_not_early():
    rows = found(seconds([0.0, 0.001, 0.89, 0.0, 0.002]))
    assert (3.2, 890, 0) in rows and all(ms < 30 for _, ms, _ in rows if ms != 890)


def test_the_grid_is_the_same_though_most_are_late():
    rows = found(seconds([0.03, 0.0, 0.5, 0.6, 0.5]))
    assert [ms for _, ms, _ in rows[0::2]] == [30, 0, 500, 600, 500]


def test_a_later_meters_turn_comes_with_the_end_of_the_answer_before():
    events = [boot(), modbus(1.2), modbus(1.28 + 0.15, SECOND), modbus(2.2)]
    assert found(events)[1] == (1.28, 150, 0)


def test_what_the_firmware_asks_beside_the_reading_is_no_sample_but_delays_none():
    events = [boot(), modbus(1.2), modbus(1.3), modbus(1.4, SECOND), modbus(1.5, SECOND)]
    assert found([*events, modbus(2.2)]) == [(1.2, 0, 0), (1.38, 20, 0), (2.2, 0, 0)]


def test_erases_are_told_apart_from_programs_and_only_their_part_counts():
    late = [boot(), modbus(1.2), modbus(1.3, SECOND), modbus(2.32), modbus(3.2)]
    assert (2.2, 120, 45) in found([*late, flash(2.21)])
    assert (2.2, 120, 25) in found([*late, flash(2.18)])
    assert (2.2, 120, 0) in found([*late, flash(2.1), flash(2.21, "program", 0.4)])


def test_a_grid_point_that_was_passed_over_is_late_by_more_than_a_second():
    events = [boot(), modbus(1.2), modbus(1.3, SECOND), modbus(3.25), modbus(4.2)]
    assert (2.2, 1050, 0) in found(events)


def test_so_is_one_that_the_end_of_the_life_cut_off():
    events = seconds([0.0, 0.0])
    assert found(events, 3.9)[-1] == (3.2, 700, 0)
    assert found(events, 3.1)[-1][0] == 2.28


def test_a_life_without_a_sample_has_none():
    assert found([boot()], 0.9) == []


@pytest.mark.parametrize(("said_ms", "off_ms"), [(130, 0), (131, 1), (20, 110), (400, 270)])
def test_a_firmware_that_misjudges_its_lateness_is_found_out(said_ms, off_ms):
    events = [*seconds([0.0, 0.13, 0.0]), status(2.0, 0), status(3.5, said_ms)]
    (life,) = lives(events, 4.0)
    assert round(1000 * self_reported_off_s(life, FIRST)) == off_ms


def test_one_that_is_always_late_by_the_same_is_found_out():
    """On the wire it is on time; its own clock knows better."""
    events = [*seconds([0.3, 0.3, 0.3]), status(3.9, 300)]
    (life,) = lives(events, 4.0)
    assert max(ms for _, ms, _ in found(events)) < 30
    assert self_reported_off_s(life, FIRST) == pytest.approx(0.3)


def test_the_first_reading_is_the_first_whole_answer_with_the_energy():
    identity = "0203fc0000020000"
    events = [
        boot(10.0), modbus(11.0, request=identity), modbus(11.2, lasts_s=None), modbus(11.4),
    ]  # fmt: skip
    (life,) = lives(events, 12.0)
    assert life.first_reading_s({FIRST: 72}) == pytest.approx(1.48)
    (life,) = lives(events, 11.45)  # the answer was still on its way
    assert life.first_reading_s({FIRST: 72}) is None


def test_lives_end_with_the_power_and_begin_with_the_boot():
    cut = {"event": "power cut", "t_s": 2.0}
    first, second = lives([boot(), modbus(1.2), cut, boot(2.3, "reset"), modbus(3.5)], 4.0)
    assert (first.began_s, first.ended_s, first.by_power) == (0.0, 2.0, True)
    assert (second.began_s, second.ended_s, second.by_power) == (2.3, 4.0, False)
    assert [len(life.exchanges) for life in (first, second)] == [1, 1]


def test_a_samples_lateness_is_from_its_turn():
    assert Sample(1.0, 1.25, 0.0).late_s == 0.25
