"""A tariff in words: what a driver reads is what is charged, and it fits the record."""

import json
import unittest

import vectors

from wattseal.core.pricing.loading import load
from wattseal.core.pricing.tariff_text import amount, heading, text

TARIFFS = vectors.load("pricing_tariffs.json")["tariffs"]
TEXTS = {
    "incl": "0.49 EUR/kWh; incl. VAT",
    "shell": "0.50 GBP/kWh; 0.29 GBP/session; plus VAT",
    "idle": "0.49 EUR/kWh; parking 0.10 EUR/min (idle from 15 min); incl. VAT",
    "block": "0.59 EUR/kWh; charging 0.00 EUR/min (22:00-08:00); "
    "charging 0.10 EUR/min in steps of 60 s up to 12.00 (session from 240 min); "
    "parking 0.00 EUR/min (22:00-08:00); "
    "parking 0.10 EUR/min in steps of 60 s up to 12.00 (session from 240 min); incl. VAT",
    "tier": "0.30 EUR/kWh (below 20 kWh); 0.45 EUR/kWh; plus VAT",
    "ocpiP": "0.20 EUR/kWh (below 16 kW); 0.35 EUR/kWh (below 32 kW); 0.50 EUR/kWh; plus VAT",
    "ocpi1": "charging 2.00 EUR/h in steps of 60 s; plus VAT",
    "ocpi6": "0.25 EUR/kWh; 0.50 EUR/session; max 10.00 net; max 11.00 gross; plus VAT",
    "ocpi17": "0.25 EUR/kWh; charging 2.00 EUR/h in steps of 600 s (reserved); "
    "4.00 EUR/session (reservation expired); 0.50 EUR/session; plus VAT",
    "neg": "-0.05 EUR/kWh; no VAT",
    "jpy": "65.00 JPY/kWh; incl. VAT",
    "kwd": "0.0255 KWD/kWh; no VAT",
    "nightfri": "parking 1.00 EUR/h (Fri, 00:00-06:00 and 22:00-24:00); no VAT",
    "dates": "0.20 EUR/kWh (from 2026-12-24, before 2026-12-27); 0.40 EUR/kWh; no VAT",
}
RESTRICTED = (
    ({"dow": 31}, "Mon-Fri"),
    ({"dow": 96}, "Sat+Sun"),
    ({"dow": 5}, "Mon+Wed"),
    ({"dow": 127}, "Mon-Sun"),
    ({"e0": 1250000, "e1": 2000000}, "from 1.25 kWh, below 2 kWh"),
    ({"e1": 1}, "below 0.000001 kWh"),
    ({"s0": 90}, "session from 1:30 min"),
    ({"a0": 32000}, "from 32 A"),
    ({"p1": 3700}, "below 3.7 kW"),
    ({"d0": 0}, "from 1970-01-01"),
    ({"d1": 20513}, "before 2026-03-01"),
    ({"d1": 21243}, "before 2028-02-29"),
)


def tariff(**changes):
    return load(json.dumps(dict(TARIFFS["incl"], **changes)).encode())


class TestText(unittest.TestCase):
    def test_tariffs(self):
        for name, words in TEXTS.items():
            found = text(load(json.dumps(TARIFFS[name]).encode()))
            self.assertEqual(found, words, name)

    def test_restrictions(self):
        for restrictions, words in RESTRICTED:
            letter = "T" if "a0" in restrictions else "E"
            of = tariff(el=[{"pc": [{"d": letter, "p": 1}], "re": restrictions}])
            self.assertTrue("(%s)" % words in text(of), (words, text(of)))

    def test_amounts(self):
        for e4, words in ((0, "0.00"), (1, "0.0001"), (-1250, "-0.125"), (1000000, "100.00")):
            self.assertEqual(amount(e4), words)

    def test_heading(self):
        self.assertEqual(heading(tariff()), "incl/0 971423c68662a4fb 0.49 EUR/kWh; incl. VAT")
        told = tariff(ver=7, text="Friday 22-06 ends at midnight")
        digits = told.identity[:16]
        self.assertEqual(
            heading(told),
            "incl/7 %s 0.49 EUR/kWh; incl. VAT; Friday 22-06 ends at midnight" % digits,
        )

    def test_a_long_one_is_cut_to_250_characters(self):
        room = 250 - len(heading(tariff(text="x")))
        self.assertEqual(len(heading(tariff(text="x" * 160))), 250 - room + 159)
        price = {"pc": [{"d": "P", "p": 1}], "re": {"i0": 100}}
        long = tariff(el=[dict(price, re={"i0": n}) for n in range(1, 17)])
        self.assertEqual(len(heading(long)), 250)
        self.assertTrue(heading(long).endswith("..."))


if __name__ == "__main__":
    unittest.main()
