"""What a session's price is when there is none: it has a record all the same, which says why."""

import asyncio
import json
import unittest

from four_elements import TEXT, VALUES

from wattseal.app.prices import Prices
from wattseal.core.pricing.loading import load
from wattseal.core.pricing.priced_session import PricedSession
from wattseal.core.reading import Reading

BEGIN_S = 1795035600


def valid(begin_s, end_s):
    return json.dumps(dict(VALUES, valid=[begin_s, end_s])).encode()


def ended(prices, begin_s=BEGIN_S):
    session = prices.begin("5e55", 1, Reading(10**9, 0, 0, 1000 * begin_s, "S"))
    session.observe(Reading(10**9, 0, 1000, 1000 * begin_s + 1000, "S"), "C")
    session.end(Reading(10**9 + 2000, 0, 9000, 1000 * begin_s + 9000, "S"), "L")
    return session


class TestPrices(unittest.TestCase):
    def test_a_session_that_begins_outside_of_its_tariffs_time_has_no_price(self):
        for text, priced in (
            (TEXT, True),
            (valid(BEGIN_S, BEGIN_S + 1), True),  # to its end, whatever it passes
            (valid(BEGIN_S + 1, BEGIN_S + 2), False),
            (valid(BEGIN_S - 1, BEGIN_S), False),
        ):
            prices = Prices(load(text), "four")
            session = ended(prices)
            self.assertEqual(session.tariff_text, "four")
            self.assertEqual(isinstance(session, PricedSession), priced)
            cost = asyncio.run(prices.cost(session))
            if priced:
                self.assertEqual(cost["flags"], [])
                self.assertTrue(cost["lines"])
            else:
                self.assertEqual(cost, {"flags": ["tariff_not_valid"]})

    def test_a_heap_that_is_too_full_costs_the_price_and_no_record(self):
        prices = Prices(load(TEXT), "four")
        session = ended(prices)
        # the others: a module in a flash that has gone bad
        for fault in (MemoryError, ImportError, OSError, SyntaxError, KeyError):

            def fails(*_, fault=fault):
                raise fault

            from wattseal.core.pricing import record_cost  # here: whoever prices drops it

            whole, record_cost.steps = record_cost.steps, fails
            try:
                self.assertEqual(asyncio.run(prices.cost(session)), {"flags": ["not_priced"]})
            finally:
                record_cost.steps = whole
        self.assertEqual(asyncio.run(prices.cost(session))["flags"], [])  # nothing stayed of it

    def test_what_no_session_has_is_not_priced(self):
        prices = Prices(load(TEXT), "four")
        session = ended(prices)
        for offset_s in (5, 3):  # runs backwards
            session._segments.append(offset_s, 1, "C")
        self.assertEqual(asyncio.run(prices.cost(session)), {"flags": ["not_priced"]})


if __name__ == "__main__":
    unittest.main()
