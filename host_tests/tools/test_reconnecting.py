"""Pauses between connections: two clients with one name end each other's ever more seldom."""

import pytest

from tools.reconnecting import Pauses


class Clock:
    now_s = 0.0

    def __call__(self):
        return self.now_s


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def pauses(clock):
    return Pauses(0.5, 30, clock)


def lasted(pauses, clock, seconds):
    pauses.began()
    clock.now_s += seconds
    return pauses.ended()


def test_the_pause_grows_while_there_is_no_broker_and_begins_anew_after_a_connection(
    pauses, clock
):
    assert [pauses.ended() for _ in range(8)] == [1, 2, 4, 8, 16, 30, 30, 30]
    assert lasted(pauses, clock, 3600) == 0.5 and not pauses.is_elsewhere


def test_two_with_one_name_are_told_of_and_back_off(pauses, clock):
    assert lasted(pauses, clock, 0.5) == 0.5 and not pauses.is_elsewhere
    waits = [lasted(pauses, clock, wait_s) for wait_s in (0.5, 1, 2, 4, 8, 16, 30, 30)]
    assert waits == [1, 2, 4, 8, 16, 30, 30, 30] and pauses.is_elsewhere
    assert lasted(pauses, clock, 66) == 0.5 and not pauses.is_elsewhere


def test_a_broker_that_is_away_in_between_is_no_other_client(pauses, clock):
    for _ in range(5):
        lasted(pauses, clock, 1)
        pauses.ended()
        assert not pauses.is_elsewhere
