"""The simulated S0 meter gives each pulse once, bounces and all, as a counter sees it."""

from tools.sim_pulse import IMP_PER_KWH, SimPulseMeter
from wattseal.hal.unix_pulses import SimCounter


def test_what_it_gives_is_what_a_counter_counts():
    meter, counter = SimPulseMeter(1, "4711"), SimCounter(10)
    for energy_mwh in (0, 9_999, 10_000, 19_999, 1_234_567, 99_999_999):
        meter.energy_mwh = energy_mwh
        for levels in meter.levels():
            assert len(levels) < 480  # with what stands round it in a message of 512 bytes
            counter.play(levels)
        assert counter.count() == meter.given == energy_mwh * IMP_PER_KWH // 1_000_000
        assert meter.served_energy_mwh() == energy_mwh // 10_000 * 10_000
    assert list(meter.levels()) == []


def test_without_the_filter_the_bounces_would_count():
    meter, counter = SimPulseMeter(1, "4711"), SimCounter(1)
    meter.energy_mwh = 10_000_000
    for levels in meter.levels():
        counter.play(levels)
    assert counter.count() > meter.given * 1.5
