"""Pulses become energy without a rest that is lost, and power that fades when none comes."""

import unittest

import sample

from wattseal.core.pulses import Hold, PulsePower, PulseRegister, RateLimit, since

CONSTANTS = (1, 3, 7, 11, 600, 800, 999, 1000, 1600, 2000, 6400, 10000, 999983, 1000000)


class TestPulseRegister(unittest.TestCase):
    def test_every_constant_is_exact_however_the_pulses_come(self):
        for imp_per_kwh in CONSTANTS:
            register = PulseRegister(imp_per_kwh)
            total = 0
            for count in sample.of((1, 1, 2, 0, 5, 13, 1, 400, 1, 70000, 3), 11) * 7:
                register.add(count)
                total += count
                exact = total * 1000000
                self.assertEqual(register.energy_mwh, exact // imp_per_kwh)
                self.assertEqual(register.remainder, exact % imp_per_kwh)

    def test_a_thousandth_of_a_mwh_is_not_lost_in_a_billion_pulses(self):
        one, many = PulseRegister(7), PulseRegister(7)
        for _ in range(10):
            one.add(100000007)
        many.add(1000000070)
        self.assertEqual(one.energy_mwh, many.energy_mwh)
        self.assertEqual(one.energy_mwh, 1000000070 * 1000000 // 7)

    def test_goes_on_from_a_saved_register_with_its_remainder(self):
        whole, first = PulseRegister(3), PulseRegister(3)
        for _ in range(5):
            whole.add(1)
            first.add(1)
        second = PulseRegister(3, first.energy_mwh, first.remainder)
        for _ in range(4):
            whole.add(1)
            second.add(1)
        self.assertEqual(second.energy_mwh, whole.energy_mwh)
        self.assertEqual(second.energy_mwh, 3000000)

    def test_is_exact_beyond_what_a_single_float_and_a_small_integer_hold(self):
        register = PulseRegister(1000, 2**24 * 1000 * 1000 + 1)
        register.add(1)
        self.assertEqual(register.energy_mwh, 2**24 * 1000 * 1000 + 1001)


class TestSince(unittest.TestCase):
    def test_a_counter_that_overflows_is_followed(self):
        for modulus in (65536, 1 << 30, 1 << 32):
            self.assertEqual(since(5, 3, modulus), 2)
            self.assertEqual(since(0, modulus - 1, modulus), 1)
            self.assertEqual(since(2, modulus - 3, modulus), 5)
            self.assertEqual(since(7, 7, modulus), 0)


class TestPulsePower(unittest.TestCase):
    def pulses(self, imp_per_kwh, interval_ms, count, look_ms=50):
        """`count` pulses, each seen at the next look."""
        power = PulsePower(imp_per_kwh)
        for n in range(count):
            power.pulses(1, -(-n * interval_ms // look_ms) * look_ms)
        return power, (count - 1) * interval_ms

    def test_is_what_the_interval_says(self):
        # W = 3,600,000,000 / (imp/kWh x ms)
        for imp_per_kwh, interval_ms, power_w in (
            (1000, 1000, 3600),
            (1000, 164, 21951),
            (10000, 50, 7200),
            (100, 30000, 1200),
            (1, 164000, 21951),
            (1000000, 50, 72),
        ):
            power, now_ms = self.pulses(imp_per_kwh, interval_ms, 100)
            shown_w = power.power_w(now_ms)
            self.assertTrue(abs(shown_w - power_w) * 20 <= power_w, (shown_w, power_w))

    def test_is_nothing_before_the_second_pulse(self):
        power = PulsePower(1000)
        self.assertEqual(power.power_w(0), 0)
        power.pulses(1, 1000)
        self.assertEqual(power.power_w(1000), 0)
        power.pulses(1, 3000)
        self.assertEqual(power.power_w(3000), 1800)

    def test_fades_while_no_pulse_comes_and_ends_at_zero(self):
        power, now_ms = self.pulses(1000, 1000, 20)
        shown = [power.power_w(now_ms + s * 1000) for s in range(90)]
        self.assertEqual(shown[:3], [3600, 3600, 1800])
        self.assertEqual(shown[10], 360)
        for before, after in zip(shown, shown[1:]):
            self.assertTrue(after <= before)
        self.assertEqual(shown[60], 60)
        self.assertEqual(shown[61:], [0] * 29)

    def test_a_slow_meter_does_not_fall_to_zero_between_its_pulses(self):
        power, now_ms = self.pulses(1, 164000, 3)
        self.assertEqual(power.power_w(now_ms + 164000), 21951)
        self.assertTrue(power.power_w(now_ms + 10 * 164000) > 0)
        self.assertEqual(power.power_w(now_ms + 10 * 164000 + 1), 0)

    def test_pulses_after_a_pause_show_power_again(self):
        power, now_ms = self.pulses(1000, 1000, 3)
        power.pulses(1, now_ms + 3600000)
        power.pulses(1, now_ms + 3602000)
        self.assertEqual(power.power_w(now_ms + 3602000), 1800)


class TestRateLimit(unittest.TestCase):
    def feed(self, limit, hz, seconds, from_ms=0):
        """The ms of the first refusal, or None."""
        for n in range(hz * seconds):
            at_ms = from_ms + n * 1000 // hz
            if not limit.take(1, at_ms):
                return at_ms
        return None

    def test_a_full_connection_is_never_too_fast(self):
        limit = RateLimit(22000, 1000)  # 6.1 pulses a second
        self.assertEqual(self.feed(limit, 7, 300), None)

    def test_a_tenth_above_the_limit_is_found(self):
        limit = RateLimit(22000, 1000)  # 7.3 with the fifth that voltage may be high
        self.assertTrue(self.feed(limit, 8, 300) is not None)

    def test_twice_the_power_is_found_within_a_quarter_of_a_minute(self):
        at_ms = self.feed(RateLimit(22000, 1000), 13, 60)
        self.assertTrue(at_ms is not None and 10000 < at_ms < 16000, at_ms)

    def test_a_stall_of_the_processor_is_no_burst(self):
        limit = RateLimit(22000, 5000)  # 30 pulses a second
        for n in range(1, 200):
            self.assertTrue(limit.take(14, n * 450))

    def test_slow_meters_have_a_limit_as_well(self):
        limit = RateLimit(22000, 1)  # a pulse in 164 s
        self.assertEqual([limit.take(1, n * 100) for n in range(4)], [True] * 3 + [False])
        limit = RateLimit(22000, 1)
        for n in range(100):
            self.assertTrue(limit.take(1, n * 164000))

    def test_full_power_is_never_too_fast_however_few_the_pulses(self):
        for imp_per_kwh, p_max_w in ((1, 5900), (1, 1000), (2, 2900), (1, 2500)):
            limit = RateLimit(p_max_w, imp_per_kwh)
            for n in range(200):
                at_ms = n * 3600000000 // (p_max_w * imp_per_kwh)
                self.assertTrue(limit.take(1, at_ms), (imp_per_kwh, p_max_w, n))

    def test_it_is_fast_until_it_has_been_slow_again(self):
        limit = RateLimit(22000, 1000)
        for n in range(1000):
            limit.take(1, n * 10)
        self.assertTrue(limit.exceeded)
        self.assertFalse(limit.take(1, 10500))
        self.assertTrue(limit.take(1, 25000))
        self.assertFalse(limit.exceeded)


class TestHold(unittest.TestCase):
    def test_two_seconds_low_are_no_pulse(self):
        hold = Hold()
        self.assertFalse(hold.stuck(True, 1, 100))
        self.assertFalse(hold.stuck(True, 0, 2099))
        self.assertTrue(hold.stuck(True, 0, 2100))
        self.assertFalse(hold.stuck(False, 0, 2150))
        self.assertFalse(hold.stuck(True, 1, 2200))

    def test_the_longest_pulse_that_meters_give_is_one(self):
        hold = Hold()
        for n in range(100):  # 500 ms low, 500 ms high
            self.assertFalse(hold.stuck(n // 10 % 2 == 0, int(n % 20 == 0), n * 50))

    def test_a_new_pulse_was_a_release_before_it(self):
        hold = Hold()
        for n in range(100):
            self.assertFalse(hold.stuck(True, n % 2, n * 1500))
