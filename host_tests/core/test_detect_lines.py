"""Where meters are looked for: all that they are delivered with first, nothing twice, bounded."""

import unittest

from wattseal.core import detect_lines
from wattseal.core.models import MODELS


class TestLines(unittest.TestCase):
    def test_every_line_once_and_every_baud_and_format(self):
        lines = list(detect_lines.lines())
        self.assertEqual(len(lines), 32)
        self.assertEqual(len(set(lines)), 32)
        for baud in (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200):
            for form in (("N", 1), ("E", 1), ("O", 1), ("N", 2)):
                self.assertTrue((baud,) + form in lines)

    def test_as_every_model_is_delivered_comes_first(self):
        likely = list(detect_lines.lines())[: detect_lines.likely()]
        for key in MODELS:
            baud, parity, stop_bits, unit = MODELS[key].line
            self.assertTrue(unit is None or unit in detect_lines.USUAL_UNITS, key)
            fitting = [
                line
                for line in likely
                if baud in (None, line[0])
                and parity in (None, line[1])
                and stop_bits in (None, line[2])
            ]
            self.assertTrue(fitting, key)

    def test_the_configured_line_comes_before_all(self):
        odd = (4800, "E", 1)
        self.assertEqual(list(detect_lines.lines((odd,)))[:2], [odd, (9600, "N", 1)])
        self.assertEqual(detect_lines.likely((odd,)), detect_lines.likely() + 1)
        self.assertEqual(detect_lines.likely(((9600, "N", 1),)), detect_lines.likely())
        self.assertEqual(len(list(detect_lines.lines((odd,)))), 32)

    def test_as_people_write_it(self):
        self.assertEqual(detect_lines.text((9600, "N", 1)), "9600 8N1")


class TestUnits(unittest.TestCase):
    def test_the_configured_ones_first_and_none_twice(self):
        self.assertEqual(detect_lines.units((7, 33)), [7, 33, 1, 2])


class TestTime(unittest.TestCase):
    def test_patience_is_longer_than_the_slowest_model_takes(self):
        slowest_ms = max([MODELS[key].latency_ms for key in MODELS])
        self.assertTrue(slowest_ms < detect_lines.PATIENT_MS)

    def test_a_request_on_a_slow_line_has_time_to_get_out(self):
        # eight characters of eleven bits at 1200 baud take 73 ms
        self.assertTrue(detect_lines.wait_ms((1200, "E", 1), False) >= 73 + 120)
        self.assertTrue(detect_lines.wait_ms((115200, "N", 1), False) <= 125)

    def test_a_late_reply_leads_back_to_the_unit_that_was_asked(self):
        for line in detect_lines.lines():
            step_ms = detect_lines.wait_ms(line, False)
            for late_ms in range(0, detect_lines.PATIENT_MS, 50):
                asked_now = 100 + late_ms // step_ms
                self.assertTrue(100 in detect_lines.again(line, asked_now))
        self.assertEqual(detect_lines.again((9600, "N", 1), 2)[0], 1)

    def test_a_search_that_finds_nobody_ends_within_half_an_hour(self):
        self.assertTrue(1200000 < detect_lines.worst_ms() < 1800000)
