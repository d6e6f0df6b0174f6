"""Power beside a register that stands is counted once a stretch, and nothing else is."""

import unittest

from wattseal.console.signs.standing import Standing

LOOKS = 720  # an hour


class Reading:
    energy_wh, power_w = 1000, 0


class Place:
    """A connector and its meter's point."""

    def __init__(self):
        self.faults_in_row, self.latest = 0, Reading()
        self.point = self


class Firmware:
    def __init__(self, count):
        self.connectors = [Place() for _ in range(count)]
        self.journal = self
        self.counters = {}


class StandingTest(unittest.TestCase):
    def setUp(self):
        self.firmware = Firmware(2)
        self.place = self.firmware.connectors[0]
        self.standing = Standing(self.firmware)

    def hours(self, count, power_w, wh=0, every=1):
        """So many hours of that power; the register rises by `wh` at each `every`th look."""
        self.place.latest.power_w = power_w
        for look in range(int(count * LOOKS)):
            if look % every == every - 1:
                self.place.latest.energy_wh += wh
            self.standing.look()
        return self.firmware.counters.get("meter_stands", 0)

    def test_it_is_counted_once_until_the_register_moves(self):
        self.assertEqual(self.hours(0.17, 11000), 0)
        self.assertEqual(self.hours(0.03, 11000), 1)
        self.assertEqual(self.hours(24, 11000), 1)
        self.assertEqual(self.hours(0.5, 11000, 10), 1)
        self.assertEqual(self.hours(1, 11000), 2)

    def test_wires_the_wrong_way_round_are_the_same(self):
        self.assertEqual(self.hours(0.2, -11000), 1)

    def test_several_short_sessions_add_up(self):
        for _ in range(5):
            self.hours(0.1, 3700)
            self.assertEqual(self.hours(10, 0), 0)
        self.hours(0.1, 3700)
        self.assertEqual(self.hours(1, 0), 1)

    def test_a_register_that_goes_on_is_none_however_coarse(self):
        self.assertEqual(self.hours(3, 22000, 10, 1), 0)
        self.assertEqual(self.hours(3, 11000, 1000, 66), 0)

    def test_standby_and_a_silent_meter_are_none(self):
        self.assertEqual(self.hours(100, 199), 0)
        self.place.faults_in_row = 1
        self.assertEqual(self.hours(3, 11000), 0)
        self.place.latest = None
        self.standing.look()

    def test_400_kw_fit_a_small_int(self):
        self.assertEqual(self.hours(0.1, 400000), 1)


if __name__ == "__main__":
    unittest.main()
