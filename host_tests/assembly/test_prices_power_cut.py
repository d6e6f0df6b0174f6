"""The power is cut in a session that has a price: by which tariff it is priced, and what for."""

import json
import unittest

from charge_point import play
from four_elements import TEXT, VALUES
from priced_point import NIGHT_S, PricedPoint, computed_anew

OTHER = json.dumps(dict(VALUES, ver=4)).encode()


class TestPowerCut(unittest.TestCase):
    def cut(self, text, kept=True, seconds=1500):
        """The payload of a session that was cut while it parked, under `text` from then on."""

        async def scenario(point):
            await point.begun()
            await point.seconds(30)
            point.inputs.show(1, pilot=False)
            await point.seconds(seconds)
            if not kept:
                point.checkpoints.blobs.clear()
            point.tariff_text = text
            await point.restart()
            await point.seconds(5)
            self.payload = point.payload(1)
            self.begun = point.payload(0)

        play(scenario, PricedPoint(NIGHT_S - 3600))
        self.assertEqual(self.payload["RD"][-1]["TX"], "P")
        self.assertEqual(self.payload["TT"], self.begun["TT"])
        return self.payload

    def test_energy_is_billed_and_time_is_not(self):
        for kept in (True, False):
            payload = self.cut(TEXT, kept)
            self.assertEqual(payload["XC"], computed_anew(payload))
            letters = "".join([line[1] for line in payload["XC"]["lines"]])
            self.assertEqual(letters, "EF")
            self.assertEqual(payload["XC"]["flags"], ["time_not_billable"])

    def test_another_tariff_prices_nothing_that_began_under_the_first(self):
        for text in (OTHER, None):
            for kept in (True, False):
                self.assertEqual(self.cut(text, kept)["XC"], {"flags": ["tariff_gone"]})

    def test_what_began_before_its_tariff_was_valid_has_no_price_though_it_is_by_then(self):
        begin_s = NIGHT_S - 3600
        text = json.dumps(dict(VALUES, valid=[begin_s + 60, begin_s + 10**6])).encode()

        async def scenario(point):
            await point.begun()
            await point.seconds(600)
            await point.restart()
            await point.seconds(5)
            payload = point.payload(1)
            self.assertEqual(payload["XC"], {"flags": ["tariff_not_valid"]})
            self.assertEqual(payload["XC"], computed_anew(payload, text))
            self.assertEqual(payload["TT"], point.payload(0)["TT"])

        play(scenario, PricedPoint(begin_s, text))

    def test_what_began_without_a_tariff_has_no_price(self):
        async def scenario(point):
            await point.begun()
            point.tariff_text = TEXT
            await point.restart()
            await point.seconds(5)
            self.assertFalse("XC" in point.payload(1) or "TT" in point.payload(1))
            self.assertTrue("TT" in point.payload(2))  # the car is still there

        play(scenario, PricedPoint(NIGHT_S, None))


if __name__ == "__main__":
    unittest.main()
