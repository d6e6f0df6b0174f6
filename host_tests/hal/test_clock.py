"""Time on a chip: ticks across their wrap, the RTC in either epoch, and what it may be called."""

import asyncio
import sys

import pytest

from wattseal.core.clock_state import BUILT_UTC_S

DAY_MS = 86400000
NOW_UTC_S = 1800000000  # 2027-01-15 08:00:00


def test_counts_from_zero_whatever_the_ticks_are(bench):
    bench.power_up(ticks_ms=123456)
    assert bench.load("ticks").Ticks().now_ms() == 0


def test_never_wraps_and_never_steps_back(bench):
    """A year is 29 wraps of 2^30 ms."""
    chip = bench.power_up(ticks_ms=(1 << 30) - 5000)
    ticks = bench.load("ticks").Ticks()
    last = ticks.now_ms()
    for step in range(1, 366):
        chip.advance(DAY_MS)
        assert ticks.now_ms() == step * DAY_MS > last
        last = ticks.now_ms()


def test_is_right_to_the_millisecond_across_the_wrap(bench):
    chip = bench.power_up(ticks_ms=(1 << 30) - 3)
    ticks = bench.load("ticks").Ticks()
    seen = []
    for _ in range(6):
        chip.advance(1)
        seen.append(ticks.now_ms())
    assert seen == [1, 2, 3, 4, 5, 6]


def clock(bench, **settings):
    bench.power_up(**settings)
    return bench.load("clock").RtcClock(sys.modules["machine"].RTC())


@pytest.mark.parametrize("epoch", [1970, 2000])
def test_reads_the_rtc_whatever_epoch_the_port_has(bench, epoch):
    it = clock(bench, epoch=epoch, rtc_utc_s=NOW_UTC_S)
    assert it.utc_ms() == NOW_UTC_S * 1000
    bench.chip.advance(1234)
    assert it.utc_ms() == NOW_UTC_S * 1000 + 1234
    assert it.state() == "I"


@pytest.mark.parametrize(
    ("epoch", "rtc_utc_s"),
    [(2000, 946684800), (1970, 1609459200), (1970, 0)],
    ids=["ESP32 after power-on", "RP2 after power-on", "RTC not running"],
)
def test_an_rtc_that_was_never_set_is_unknown(bench, epoch, rtc_utc_s):
    assert clock(bench, epoch=epoch, rtc_utc_s=rtc_utc_s).state() == "U"


@pytest.mark.parametrize("epoch", [1970, 2000])
def test_a_time_that_is_set_reaches_the_rtc_in_its_own_fields(bench, epoch):
    it = clock(bench, epoch=epoch, rtc_utc_s=BUILT_UTC_S)
    it.set_utc_ms(NOW_UTC_S * 1000 + 789, synchronised=True)
    assert it.utc_ms() == NOW_UTC_S * 1000 + 789
    assert it.state() == "S"
    # a Friday: 4, counted from Monday
    assert bench.chip.names() == [("rtc.datetime", (2027, 1, 15, 4, 8, 0, 0, 0))]


def test_a_time_told_by_hand_is_informative(bench):
    it = clock(bench)
    it.set_utc_ms(NOW_UTC_S * 1000, synchronised=False)
    assert it.state() == "I"


def test_a_source_that_tells_nonsense_is_not_called_synchronised(bench):
    it = clock(bench)
    it.set_utc_ms(1000, synchronised=True)
    assert it.state() == "U"


def test_synchronised_is_so_for_a_day(bench):
    it = clock(bench)
    it.set_utc_ms(NOW_UTC_S * 1000, synchronised=True)
    bench.chip.advance(DAY_MS)
    assert it.state() == "S"
    bench.chip.advance(1)
    assert it.state() == "I"


def test_a_time_below_the_floor_is_unknown_and_shown_as_it_is(bench):
    it = clock(bench, rtc_utc_s=NOW_UTC_S)
    it.raise_floor(NOW_UTC_S + 1)
    assert (it.state(), it.utc_ms()) == ("U", NOW_UTC_S * 1000)
    bench.chip.advance(1000)
    assert it.state() == "I"
    bench.power_up(rtc_utc_s=NOW_UTC_S)
    again = bench.load("clock").RtcClock(sys.modules["machine"].RTC(), NOW_UTC_S + 1)
    assert again.state() == "U"


def test_setting_the_time_does_not_move_the_monotonic_clock(bench):
    it = clock(bench, rtc_utc_s=NOW_UTC_S)
    bench.chip.advance(5000)
    it.set_utc_ms((NOW_UTC_S - 86400) * 1000, synchronised=True)
    assert it.now_ms() == 5000


def test_sleeps_until_its_deadline_and_not_longer(bench):
    it = clock(bench)
    asyncio.run(it.sleep_until(1500))
    assert it.now_ms() == 1500
    asyncio.run(it.sleep_until(1000))
    assert it.now_ms() == 1500


def test_a_sleep_of_a_month_is_cut_into_naps_that_asyncio_can_hold(bench):
    it = clock(bench)
    naps = []
    nap = bench.chip.asyncio.sleep_ms

    async def watched(ms):
        naps.append(ms)
        await nap(ms)

    bench.chip.asyncio.sleep_ms = watched
    asyncio.run(it.sleep_until(30 * DAY_MS))
    assert it.now_ms() == 30 * DAY_MS
    assert max(naps) <= 3600000
