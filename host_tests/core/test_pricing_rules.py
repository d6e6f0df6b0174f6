"""Rules of pricing one by one: rounding, shares, reservations, switches, faults."""

import json
import unittest

import vectors

from wattseal.core.pricing.loading import load
from wattseal.core.pricing.rounding import apportion, half_away
from wattseal.core.pricing.session_price import Pricing, PricingError, Segment

VECTORS = vectors.load("pricing_tariffs.json")
BEGIN_S = 1774742400  # 2026-03-29 00:00 UTC, an hour before Berlin's clocks go forward


def tariff(name, **changes):
    return load(json.dumps(dict(VECTORS["tariffs"][name], **changes)).encode())


def cost(of, *rows, **more):
    """`rows`: (from, to, state, mwh, whether the clock was trusted)."""
    pricing = Pricing(of, BEGIN_S, **more)
    for begin_s, end_s, state, mwh, trusted in rows:
        segment = Segment(BEGIN_S + begin_s, BEGIN_S + end_s, state, mwh)
        segment.trusted = trusted
        pricing.add(segment)
    return pricing.cost()


def shape(of):
    """(element, dimension, quantity) of each line."""
    return [tuple(line[:3]) for line in of.lines]


class TestRounding(unittest.TestCase):
    def test_half_away_from_zero(self):
        for numerator, denominator, expected in VECTORS["rounding"]:
            self.assertEqual(half_away(numerator, denominator), expected)

    def test_parts_by_largest_remainder(self):
        for parts, total, unit, expected in VECTORS["apportion"]:
            names = sorted(parts)
            shares = apportion([(name, parts[name]) for name in names], total, unit)
            self.assertEqual(dict(zip(names, shares)), expected)
            self.assertEqual(sum(shares), total)
        self.assertEqual(apportion([("a", 5), ("b", -5)], 0, 10), [0, 0])
        self.assertEqual(apportion([("a", -33), ("b", -67)], -100, 10), [-30, -70])
        halves = [("a", 1), ("b", 1)], [("a", -1), ("b", -1)]
        self.assertEqual(
            [apportion(halves[0], 1, 1), apportion(halves[1], -1, 1)], [[1, 0], [-1, 0]]
        )


class TestRules(unittest.TestCase):
    def test_a_reservation_that_was_used_or_expired(self):
        hold = (-900, 0, "R", 0, True)
        drive = (0, 60, "C", 1000000, True)
        fees = tariff("ocpi17")
        self.assertEqual(shape(cost(fees, hold, drive))[:1], [(1, "T", 1200)])
        expired = cost(fees, hold, expired=True)
        self.assertEqual(shape(expired), [(0, "F", 1), (1, "T", 1200)])
        self.assertEqual(expired.net, 40000 + 6667)
        self.assertEqual(shape(cost(tariff("ocpi18"), hold, expired=True)), [(0, "T", 1200)])

    def test_a_reservation_has_a_step_of_its_own(self):
        steps = [
            {"pc": [{"d": "T", "p": 3600, "s": 600}], "re": {"rsv": "R"}},
            {"pc": [{"d": "T", "p": 3600, "s": 1000}, {"d": "P", "p": 3600, "s": 700}]},
        ]
        rows = (-100, 0, "R", 0, True), (0, 100, "C", 0, True), (100, 200, "P", 0, True)
        of = tariff("ocpi17", el=steps)
        self.assertEqual(shape(cost(of, *rows)), [(0, "T", 600), (1, "T", 100), (1, "P", 700)])
        self.assertEqual(shape(cost(of, *rows[:2])), [(0, "T", 600), (1, "T", 1000)])

    def test_a_cap_limits_one_line(self):
        day = [{"pc": [{"d": "P", "p": 60000, "cap": 100000, "v": 19000}]}]
        found = cost(tariff("block", el=day), (0, 7200, "P", 0, True), (7200, 7300, "C", 0, True))
        self.assertEqual(found.lines, [[0, "P", 7200, 60000, 100000]])

    def test_the_cost_can_be_asked_again_and_again(self):
        pricing = Pricing(tariff("ocpi10"), BEGIN_S)
        for number in range(3):
            begin_s = BEGIN_S + 100 * number
            pricing.add(Segment(begin_s, begin_s + 100, "P", 1))
            for _ in range(2):
                self.assertEqual(shape(pricing.cost())[1:], [(0, "P", 900), (0, "E", 1000)])

    def test_another_tariff_must_fit_the_first(self):
        pricing = Pricing(tariff("v1"), BEGIN_S)
        segment = Segment(BEGIN_S, BEGIN_S + 60, "C", 1000)
        for changes in ({"cur": "CHF"}, {"tax": "excl"}, {"inc": 500}):
            with self.assertRaises(PricingError):
                pricing.add(segment, tariff("v2", **changes))
        pricing.add(segment, tariff("v2"))
        pricing.add(segment, tariff("v1"))
        self.assertEqual(
            [line[1:3] + line[5:] for line in pricing.cost().lines],
            [["E", 1000, 1], ["E", 1000]],
        )

    def test_segments_that_no_session_has(self):
        for begin_s, end_s, state, mwh in ((1, 0, "C", 0), (0, 1, "C", -1), (0, 1, "Q", 0)):
            with self.assertRaises(PricingError):
                Segment(begin_s, end_s, state, mwh)


class TestLimits(unittest.TestCase):
    def used(self, energy_wh, prices, tax, **limits):
        of = tariff("ocpi12", tax=tax, el=[{"pc": prices}], **limits)
        found = cost(of, (0, 60, "C", 1000 * energy_wh, True))
        return found.net, found.gross, found.vat

    def test_a_few_watt_hours_have_the_vat_of_many(self):
        price = {"d": "E", "p": 3000, "v": 19000}
        for energy_wh in (1, 2, 3, 5, 8, 50):
            found = self.used(energy_wh, [price], "excl", min={"net": 50000})
            self.assertEqual(found, (50000, 59500, [[19000, 9500]]), energy_wh)
            found = self.used(energy_wh, [price], "incl", min={"gross": 50000})
            self.assertEqual(found, (42017, 50000, [[19000, 7983]]), energy_wh)

    def test_several_rates_keep_their_proportion(self):
        prices = [{"d": "E", "p": 3000, "v": 20000}, {"d": "F", "p": 3, "v": 10000}]
        found = self.used(1, prices, "excl", min={"net": 10000})
        self.assertEqual(found, (10000, 11500, [[10000, 500], [20000, 1000]]))
        found = self.used(1, prices, "incl", min={"gross": 10000})
        self.assertEqual(found, (8712, 10000, [[10000, 455], [20000, 833]]))

    def test_from_nothing_the_limit_has_a_rate_of_its_own(self):
        price = {"d": "E", "p": 400, "v": 19000}
        for least, gross in (({"net": 50000, "v": 19000}, 59500), ({"net": 50000}, 50000)):
            self.assertEqual(self.used(1, [price], "excl", min=least)[:2], (50000, gross))
        found = self.used(0, [price], "excl", min={"net": 50000, "v": 19000}, max={"gross": 59499})
        self.assertEqual(found[:2], (49999, 59499))  # the other limit keeps to it

    def test_amounts_of_two_signs_are_no_proportion(self):
        prices = [{"d": "F", "p": 100}, {"d": "E", "p": -95000, "v": 19000}]
        least = {"net": 5000, "v": 7000}
        self.assertEqual(self.used(1, prices, "excl", min=least), (5000, 5350, [[19000, 0]]))

    def test_what_is_below_zero_in_a_sum_above_it_is_none_either(self):
        prices = [{"d": "F", "p": 50000, "v": 19000}, {"d": "E", "p": -2500}]
        found = self.used(19960, prices, "excl", min={"net": 10000, "v": 19000})
        self.assertEqual(found, (10000, 11900, [[19000, 0]]))
        prices = [{"d": "E", "p": 10000, "v": 20000}, {"d": "F", "p": -30000}]
        found = self.used(10000, prices, "excl", min={"net": 71000, "v": 20000})
        self.assertEqual(found, (71000, 90000, [[20000, 0]]))  # no minimum makes it cheaper
        prices = [{"d": "E", "p": 100000, "v": 7000}, {"d": "F", "p": -300000, "v": 20000}]
        found = self.used(10000, prices, "excl", max={"net": 690000, "v": 20000})
        self.assertEqual(found[:2], (690000, 710000))  # and no maximum dearer
        prices = [{"d": "F", "p": -50000, "v": 19000}, {"d": "E", "p": -2500, "v": 0}]
        found = self.used(30000, prices, "excl", min={"gross": 20000})
        self.assertEqual(found, (20000, 20000, [[0, 0], [19000, 0]]))


class TestFaults(unittest.TestCase):
    def test_a_missed_boundary_costs_the_cheapest_with_vat(self):
        energy = {"d": "E", "p": 3000, "v": 20000}
        other = {"d": "E", "p": 3100, "v": 7000}
        of = tariff("ocpi8", el=[{"pc": [energy], "re": {"s1": 60}}, {"pc": [other]}])
        found = cost(of, (0, 120, "C", 1000000, True))
        self.assertEqual((shape(found), found.flags), ([(1, "E", 1000000)], ["boundary_missed"]))
        found = cost(of, (0, 60, "C", 1000000, True), (60, 120, "C", 0, True))
        self.assertEqual((shape(found), found.flags), ([(0, "E", 1000000)], []))

    def test_of_equal_prices_the_first_is_taken_and_free_is_free(self):
        energy = {"pc": [{"d": "E", "p": 100}]}
        early = {"pc": [{"d": "E", "p": 100}], "re": {"s1": 60}}
        row = (0, 120, "C", 1000000, True)
        self.assertEqual(shape(cost(tariff("only", el=[early, energy]), row)), [(0, "E", 1000000)])
        found = cost(tariff("only", el=[early]), row)
        self.assertEqual((found.lines, found.flags), ([], ["boundary_missed"]))

        early["pc"][0]["p"] = 0
        self.assertEqual(shape(cost(tariff("only", el=[early]), row)), [(0, "E", 1000000)])

    def test_a_flat_price_comes_once_also_without_a_clock(self):
        rows = (0, 60, "C", 0, False), (60, 90, "C", 0, False), (90, 99, "C", 0, True)
        self.assertEqual(shape(cost(tariff("v1"), *rows)), [(0, "F", 1)])

    def test_an_untrusted_clock(self):
        """No time, the cheapest energy of the week, and its idle time counts from anew."""
        both = ["time_not_billable", "clock_untrusted"]
        found = cost(tariff("night"), (43200, 46800, "C", 1000000, False))
        self.assertEqual((shape(found), found.flags), ([(0, "E", 1000000)], both))
        found = cost(tariff("susp"), (0, 60, "C", 0, False), (60, 90, "S", 0, False))
        self.assertEqual((found.lines, found.flags), ([], both))
        self.assertEqual(cost(tariff("susp"), (0, 9, "S", 0, False)).flags, both[1:])
        rows = (0, 900, "P", 0, True), (900, 960, "P", 0, False), (960, 1900, "P", 0, True)
        self.assertEqual(shape(cost(tariff("idle"), *rows)), [(1, "P", 40)])

    def test_a_week_that_is_covered_is_never_free(self):
        day, night = {"t0": 360, "t1": 1320}, {"t0": 1320, "t1": 360}
        prices = [
            {"pc": [{"d": "E", "p": 300}], "re": dict(day, d1=30000)},
            {"pc": [{"d": "E", "p": 500}], "re": day},
            {"pc": [{"d": "E", "p": 400}], "re": night},
        ]
        row = (0, 60, "C", 1000000, False)
        self.assertEqual(shape(cost(tariff("only", el=prices), row)), [(0, "E", 1000000)])
        self.assertEqual(shape(cost(tariff("only", el=prices[1:]), row)), [(1, "E", 1000000)])
        self.assertEqual(shape(cost(tariff("only", el=prices[:1]), row)), [])


if __name__ == "__main__":
    unittest.main()
