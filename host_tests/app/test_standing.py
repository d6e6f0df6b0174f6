"""Power beside a register that stands is counted once a stretch, and nothing else is."""

import unittest

from wattseal.console.signs.standing import Standing
from wattseal.core.gate import Gate
from wattseal.core.pulses import PulsePower

LOOKS = 720  # an hour


class Reading:
    energy_wh, power_w = 1000, 0

    @property
    def energy_mwh(self):
        return self.energy_wh * 1000


class Place:
    """A connector and its meter's point."""

    def __init__(self):
        self.faults_in_row, self.latest = 0, Reading()
        self.judge = Gate(22000, lambda energy_mwh: 10000)
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

    def test_a_step_of_10_kwh_takes_ten_of_them(self):
        self.place.judge = Gate(22000, lambda energy_mwh: 10000000)
        self.assertEqual(self.hours(9, 11000), 0)
        self.assertEqual(self.hours(0.2, 11000), 1)

    def test_the_power_that_fades_behind_a_slow_meters_last_pulse_is_none(self):
        """At 1 imp/kWh it comes to 3.3 kWh until nothing is known any more."""
        self.place.judge = Gate(22000, lambda energy_mwh: 1000000)
        power, pulse_ms = PulsePower(1), 3600000 // 11
        for pulse in range(3):
            power.pulses(1, pulse * pulse_ms)
        self.place.latest.energy_wh += 3000
        for look in range(2 * LOOKS):
            self.place.latest.power_w = power.power_w(2 * pulse_ms + 5000 * look)
            self.standing.look()
        self.assertEqual(self.place.latest.power_w, 0)
        self.assertEqual(self.firmware.counters, {})

    def test_400_kw_fit_a_small_int(self):
        self.assertEqual(self.hours(0.1, 400000), 1)


if __name__ == "__main__":
    unittest.main()
