"""The unix port's clock: the world's word, a server's, and the host's own."""

import unittest

from wattseal.core.clock_state import BUILT_UTC_S
from wattseal.hal.unix import UnixClock

LATER_MS = BUILT_UTC_S * 1000 + 3600000000


class TestUnixClock(unittest.TestCase):
    def setUp(self):
        self.clock = UnixClock()

    def test_the_hosts_own_clock_is_informative_at_best(self):
        self.assertTrue(self.clock.state() in ("I", "U"))  # "U": a host before the build date

    def test_a_server_sets_it_and_the_ticks_go_on(self):
        before_ms = self.clock.now_ms()
        self.clock.set_utc_ms(LATER_MS, True)
        self.assertEqual(self.clock.state(), "S")
        self.assertTrue(0 <= self.clock.utc_ms() - LATER_MS < 5000)
        self.assertTrue(0 <= self.clock.now_ms() - before_ms < 5000)

    def test_a_person_sets_it(self):
        self.clock.set_utc_ms(LATER_MS, False)
        self.assertEqual(self.clock.state(), "I")

    def test_below_the_floor_it_is_unknown(self):
        self.clock.set_utc_ms(LATER_MS, True)
        self.clock.raise_floor(LATER_MS // 1000 + 60)
        self.assertEqual(self.clock.state(), "U")
        self.assertTrue(not self.clock.is_possible(LATER_MS))

    def test_the_worlds_time_stays_synchronised_however_fast_it_runs(self):
        self.clock.set(LATER_MS, 1000000000)
        self.clock.skip(90 * 86400000)
        self.assertEqual(self.clock.state(), "S")
