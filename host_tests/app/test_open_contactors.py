"""Energy behind a contactor that is to be open is counted once a stretch, and nothing else is."""

import unittest

from wattseal.console.signs.contactors import Contactors

LOOKS = 60  # in a span


class Reading:
    energy_wh = 1000


class Place:
    """A connector, its demand, and its meter's point."""

    def __init__(self):
        self.session, self.free, self.parked, self.faults_in_row = None, False, False, 0
        self.heart = self.point = self
        self.latest = Reading()


class Firmware:
    def __init__(self, count):
        self.connectors = [Place() for _ in range(count)]
        self.journal = self
        self.counters = {}


class OpenContactorsTest(unittest.TestCase):
    def setUp(self):
        self.firmware = Firmware(2)
        self.place = self.firmware.connectors[0]
        self.contactors = Contactors(self.firmware)

    def spans(self, count, wh, each=lambda look: None):
        """So many spans, in each of which the register rises by `wh` at the third look."""
        for look in range(count * LOOKS):
            if look % LOOKS == 2:
                self.place.latest.energy_wh += wh
            each(look)
            self.contactors.look()
        return self.firmware.counters.get("contactor_stuck", 0)

    def test_a_welded_one_is_counted_once_a_stretch(self):
        self.assertEqual(self.spans(2, 900), 0)
        self.assertEqual(self.spans(20, 900), 1)
        self.assertEqual(self.spans(2, 0), 1)
        self.assertEqual(self.spans(3, 60), 2)

    def test_it_is_seen_behind_a_car_that_stays_as_well(self):
        self.place.free, self.place.parked = True, True
        self.assertEqual(self.spans(3, 900), 1)

    def test_it_is_seen_behind_a_car_whose_start_is_refused_again_and_again(self):
        def refused(look):
            self.place.idle = look % 7 == 0  # a try, and the rest behind it
            self.place.resting = not self.place.idle

        self.assertEqual(self.spans(3, 900, refused), 1)

    def test_a_session_with_a_record_or_without_is_none(self):
        self.place.session = self
        self.assertEqual(self.spans(10, 900), 0)
        self.place.session, self.place.free = None, True
        self.assertEqual(self.spans(10, 900), 0)

        def one_short(look):
            self.place.free = look % LOOKS == 2  # within a span

        self.assertEqual(self.spans(10, 900, one_short), 0)

    def test_a_charger_s_own_load_and_a_coarse_register_s_step_are_none(self):
        self.assertEqual(self.spans(50, 49), 0)
        for _ in range(5):
            self.assertEqual(self.spans(1, 1000) + self.spans(1, 0), 0)

    def test_a_register_that_goes_back_or_ahead_once_is_none(self):
        for wh in (-900, 10**9, -(10**9)):
            self.assertEqual(self.spans(2, 0) + self.spans(1, wh) + self.spans(2, 0), 0)

    def test_a_meter_that_was_away_or_has_not_answered_yet_is_none(self):
        def away(look):
            self.place.faults_in_row = look >= LOOKS

        self.assertEqual(self.spans(5, 900, away), 0)
        self.place.latest, self.place.faults_in_row = None, 0
        for _ in range(3 * LOOKS):
            self.contactors.look()
        self.assertEqual(self.firmware.counters, {})


if __name__ == "__main__":
    unittest.main()
