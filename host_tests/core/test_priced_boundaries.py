"""What a tariff costs a sample: one boundary computed at most, and mostly none."""

import unittest

from four_elements import TEXT

from wattseal.core.pricing import priced_session
from wattseal.core.pricing.loading import load
from wattseal.core.reading import Reading

BEGIN_MS = 1796022000000  # 2026-11-30 08:00 in Berlin
HOURS = 20


class TestBoundaries(unittest.TestCase):
    def test_a_sample_computes_one_boundary_at_most(self):
        whole, calls = priced_session.next_boundary, []

        def counted(*arguments):
            calls.append(1)
            return whole(*arguments)

        priced_session.next_boundary = counted
        try:
            first = Reading(10**9, 0, 0, BEGIN_MS, "S")
            session = priced_session.PricedSession(load(TEXT), "four", "5e55", 1, first)
            most, in_all = 0, 0
            for at_s in range(0, HOURS * 3600, 30):
                del calls[:]
                state = "P" if at_s > 10 * 3600 else "C"
                reading = Reading(10**9 + at_s, 0, at_s * 1000, BEGIN_MS + at_s * 1000, "S")
                session.observe(reading, state)
                most, in_all = max(most, len(calls)), in_all + len(calls)
        finally:
            priced_session.next_boundary = whole
        self.assertEqual(most, 1)
        # begun, turned to parking, 15 minutes of it, 22:00; the change of state and the next day's
        self.assertTrue(3 <= in_all <= 6, in_all)


if __name__ == "__main__":
    unittest.main()
