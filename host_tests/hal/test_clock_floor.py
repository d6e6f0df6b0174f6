"""TLS judges certificates by the RTC, which never stands below the floor; no record is told so.

The clock still calls such a time unknown, after a reset as well.
"""

import sys

import pytest

from wattseal.core.clock_state import BUILT_UTC_S

UNSET = {"RP2": (1970, 1609459200, None), "ESP32": (2000, 946684800, b"")}
KEPT_UTC_S = BUILT_UTC_S + 90 * 86400
NOW_UTC_S = BUILT_UTC_S + 100 * 86400


def started(bench, epoch, rtc_utc_s, rtc_memory):
    bench.power_up(epoch=epoch, rtc_utc_s=rtc_utc_s, rtc_memory=rtc_memory)
    return bench.load("clock").RtcClock(sys.modules["machine"].RTC())


def after_a_reset(bench, passed_s=0):
    """ESP32's RTC and its memory live through one; an RP2040's RTC and SCRATCH0 do through a soft
    one."""
    chip, kept = bench.chip, sys.modules["machine"].mem32.scratch
    bench.power_up(
        epoch=chip.epoch, rtc_utc_s=chip.rtc_utc_s + passed_s, rtc_memory=chip.rtc_memory
    )
    sys.modules["machine"].mem32.scratch = kept
    return bench.load("clock").RtcClock(sys.modules["machine"].RTC())


@pytest.fixture(params=UNSET)
def unset(request, bench):
    return started(bench, *UNSET[request.param])


def test_an_rtc_that_was_never_set_is_lifted_to_the_build_date_at_once(bench, unset):
    assert bench.chip.rtc_utc_s == BUILT_UTC_S
    assert unset.state() == "U"
    assert unset.utc_ms() < BUILT_UTC_S * 1000


def test_and_to_what_was_kept(bench, unset):
    unset.raise_floor(KEPT_UTC_S)
    assert bench.chip.rtc_utc_s == KEPT_UTC_S
    assert unset.state() == "U"


def test_the_floor_never_sets_an_rtc_back(bench):
    for epoch, _, memory in UNSET.values():
        clock = started(bench, epoch, NOW_UTC_S, memory)
        clock.raise_floor(KEPT_UTC_S)
        assert bench.chip.rtc_utc_s == NOW_UTC_S
        assert bench.chip.names() == []
        assert clock.state() == "I"


@pytest.mark.parametrize("chip", UNSET)
def test_a_lifted_time_stays_unknown_however_long_it_ran_before_a_reset(bench, chip):
    started(bench, *UNSET[chip])
    for _ in range(3):
        clock = after_a_reset(bench, 30 * 86400)
        assert clock.state() == "U"
        assert bench.chip.rtc_utc_s >= BUILT_UTC_S  # and TLS still has its date


@pytest.mark.parametrize("chip", UNSET)
def test_a_time_that_was_set_afterwards_is_informative_after_a_reset(bench, chip):
    started(bench, *UNSET[chip]).set_utc_ms(NOW_UTC_S * 1000, True)
    clock = after_a_reset(bench)
    assert (clock.state(), clock.utc_ms()) == ("I", NOW_UTC_S * 1000)


def test_a_cut_between_the_mark_and_the_rtc_leaves_it_unknown(bench):
    started(bench, *UNSET["ESP32"])
    bench.chip.rtc_utc_s = 946684800  # the RTC was never written
    assert after_a_reset(bench).state() == "U"
    assert bench.chip.rtc_utc_s == BUILT_UTC_S
