"""Priced sessions, exact to the last digit of every figure: lines, VAT, limits, payable, flags."""

import json
import unittest

import vectors
from priced_sessions import segments

from wattseal.core.pricing.loading import load
from wattseal.core.pricing.session_price import Pricing

TARIFFS = vectors.load("pricing_tariffs.json")["tariffs"]
CASES = vectors.load("pricing_sessions.json")["cases"]


def tariff(name):
    return load(json.dumps(TARIFFS[name]).encode())


def by_rate(rows):
    return {str(rate): amount for rate, amount in rows}


class TestSessions(unittest.TestCase):
    def test_every_session(self):
        self.assertEqual(len(CASES), 53)
        for case in CASES:
            self.price(case)

    def price(self, case):
        names, tariffs = [case[2]], [tariff(case[2])]
        pricing = Pricing(tariffs[0], case[3])
        for segment, name in segments(case):
            if name and name not in names:
                names.append(name)
                tariffs.append(tariff(name))
            pricing.add(segment, name and tariffs[names.index(name)])
        cost = pricing.cost()
        lines = [line[:5] + [names[number] for number in line[5:]] for line in cost.lines]
        self.assertEqual(lines, case[5], case[0])
        found = (cost.net, by_rate(cost.vat), cost.gross, cost.limit or None, cost.payable)
        self.assertEqual(list(found), case[6:11], case[0])
        self.assertEqual([cost.payable_net, by_rate(cost.payable_vat)], case[11:13], case[0])
        rates = [rate for rate, _ in cost.vat]
        self.assertEqual(rates, sorted(rates))
        self.assertEqual(set(cost.flags), set(case[13]), case[0])


if __name__ == "__main__":
    unittest.main()
