"""Sessions that have a price: over a boundary, idle, cut, and without a clock."""

import json
import unittest

from charge_point import DRAW_MWH, play
from four_elements import TEXT, VALUES
from priced_point import NIGHT_S, PricedPoint, computed_anew, entries_of

from wattseal.core import ocmf_rules

DAY, NIGHT, IDLE, START = 0, 1, 2, 3  # the tariff's elements


class TestPrices(unittest.TestCase):
    def closed(self, point):
        """The payload of the last record, whose price follows from it alone."""
        record, payload = point.records()[-1], point.payload()
        self.assertEqual(record["kind"], "session", point.log)
        self.assertEqual(ocmf_rules.check(record["ocmf"], payload), [])
        self.assertEqual(payload["XC"], computed_anew(payload))
        self.assertEqual(payload["TT"], point.payload(0)["TT"])
        self.assertTrue(payload["TT"].startswith("four/3 " + payload["XC"]["th"][:16] + " 0.59"))
        told_wh = payload["RD"][-1]["RV"] - payload["RD"][0]["RV"]
        self.assertEqual(sum([row[1] for row in payload["XS"]]), told_wh)
        self.assertEqual(self.quantity(payload, "E"), 1000 * told_wh)
        return payload

    def quantity(self, payload, letter, *elements):
        return sum(
            [
                line[2]
                for line in payload["XC"]["lines"]
                if line[1] == letter and (not elements or line[0] in elements)
            ]
        )

    def test_the_begin_record_names_the_tariff_and_has_no_cost(self):
        async def scenario(point):
            await point.begun()
            self.assertTrue(point.payload()["TT"].startswith("four/3 "))
            self.assertFalse("XC" in point.payload())

        play(scenario, PricedPoint())

    def test_a_boundary_is_passed_at_the_second_and_each_price_has_its_energy(self):
        async def scenario(point):
            await point.begun()
            await point.seconds(200)
            point.inputs.unplug(1)
            await point.seconds(3)
            payload = self.closed(point)
            entries = entries_of(payload)
            self.assertEqual("".join([e.tx for e in entries]), "BTL")
            self.assertEqual(entries[1].utc_ms, 1000 * NIGHT_S)
            day_wh = entries[1].energy_wh - entries[0].energy_wh
            self.assertEqual(self.quantity(payload, "E", DAY), 1000 * day_wh)
            self.assertTrue(55 * DRAW_MWH <= 1000 * day_wh <= 60 * DRAW_MWH)
            self.assertEqual(self.quantity(payload, "F", START), 1)
            self.assertEqual(payload["XC"]["flags"], [])
            self.assertTrue(len(point.records()[-1]["ocmf"]) <= 1875)

        play(scenario, PricedPoint())

    def test_parking_costs_from_the_end_of_its_grace(self):
        async def scenario(point):
            await point.begun()
            await point.seconds(100)
            point.inputs.show(1, pilot=False)
            await point.seconds(300 + 900 + 600)
            point.inputs.unplug(1)
            await point.seconds(3)
            payload = self.closed(point)
            letters = [reading["TX"] for reading in payload["RD"]]
            self.assertEqual("".join(letters), "BTSTL")  # the night, parked, no more grace
            parked_s, graced_s = payload["XS"][2][0], payload["XS"][3][0]
            self.assertEqual(graced_s - parked_s, 900)
            self.assertTrue(595 <= self.quantity(payload, "P", IDLE) <= 605)
            self.assertEqual(self.quantity(payload, "T"), 0)

        play(scenario, PricedPoint())

    def test_a_missing_sample_at_the_boundary_costs_no_more_than_its_gap(self):
        async def scenario(point):
            await point.begun()
            await point.seconds(50)
            point.meters[0].fault = "T"
            await point.seconds(20)
            point.meters[0].fault = ""
            await point.seconds(50)
            point.inputs.unplug(1)
            await point.seconds(3)
            payload = self.closed(point)
            self.assertEqual(payload["XC"]["flags"], ["boundary_missed"])
            day_mwh = self.quantity(payload, "E", DAY)
            self.assertTrue(48 * DRAW_MWH <= day_mwh <= 54 * DRAW_MWH, day_mwh)

        play(scenario, PricedPoint())

    def test_an_end_reading_that_comes_late_costs_no_more_than_its_gap(self):
        async def scenario(point):
            await point.begun()
            await point.seconds(53)
            point.meters[0].fault = "T"
            await point.seconds(2)
            point.inputs.unplug(1)
            await point.seconds(6)
            point.meters[0].fault = ""
            await point.seconds(3)
            payload = self.closed(point)
            self.assertEqual(payload["XC"]["flags"], ["boundary_missed"])
            self.assertTrue(self.quantity(payload, "E", DAY) >= 50 * DRAW_MWH)

        play(scenario, PricedPoint())

    def test_without_a_clock_the_cheapest_price_holds_and_no_reading_is_for_a_boundary(self):
        async def scenario(point):
            point.clock.time_state = "U"
            await point.begun()
            await point.seconds(200)
            point.inputs.unplug(1)
            await point.seconds(3)
            payload = self.closed(point)
            self.assertEqual([reading["TX"] for reading in payload["RD"]], ["B", "L"])
            self.assertEqual(self.quantity(payload, "E", DAY), 0)
            flags = ["clock_untrusted", "time_not_billable"]
            self.assertEqual(payload["XC"]["flags"], flags)

        play(scenario, PricedPoint())

    def test_after_the_third_boundary_the_segments_alone_tell(self):
        values = json.loads(TEXT)
        steps = [
            {
                "pc": [{"d": "E", "p": 1000 - i, "v": 19000}],
                "re": {"s0": 10 * i, "s1": 10 * i + 10},
            }
            for i in range(1, 8)
        ]
        values["el"][:1] = steps
        text = json.dumps(values).encode()

        async def scenario(point):
            await point.begun()
            await point.seconds(100)
            point.inputs.unplug(1)
            await point.seconds(3)
            payload = point.payload()
            self.assertEqual("".join([r["TX"] for r in payload["RD"]]), "BTTTL")
            offsets = [row[0] for row in payload["XS"]]
            self.assertEqual(offsets, [10 * i for i in range(9)])
            self.assertEqual(payload["XC"], computed_anew(payload, text))
            self.assertEqual(payload["XC"]["flags"], [])
            self.assertEqual(len(payload["XC"]["lines"]), 9)  # seven steps, the rest, the start

        play(scenario, PricedPoint(NIGHT_S, text))

    def test_three_boundaries_and_the_longest_text_fit_an_ocpp_message(self):
        values = json.loads(json.dumps(VALUES))
        values["text"] = "x" * 160

        async def scenario(point):
            await point.begun()
            await point.seconds(3 * 1000)
            point.inputs.unplug(1)
            await point.seconds(3)
            payload = point.payload()
            self.assertEqual(len(payload["TT"]), 250)
            self.assertEqual("".join([r["TX"] for r in payload["RD"]]), "BTTTL")
            self.assertTrue(len(payload["XC"]["lines"]) >= 3)
            self.assertTrue(len(point.records()[-1]["ocmf"]) <= 1875, point.records()[-1])

        values["el"][0]["re"] = {"s0": 0, "s1": 600}
        values["el"][1]["re"] = {"s0": 600, "s1": 1200}
        values["el"].append(
            {"pc": [{"d": "E", "p": 1, "v": 19000}], "re": {"s0": 1200, "s1": 1800}}
        )
        play(scenario, PricedPoint(NIGHT_S, json.dumps(values).encode()))


if __name__ == "__main__":
    unittest.main()
