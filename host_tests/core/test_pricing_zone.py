"""Local time by POSIX rules: every change of the clock in ten zones, and rules that are none."""

import unittest

import sample
import vectors

from wattseal.core.pricing.zone_rule import ZoneError, read

ZONES = vectors.load("pricing_zones.json")
STEP_S = 1000003  # a prime: 11 days and some
FAR_S = 9000000000
NO_RULES = (
    "", "Europe/Berlin", "CET", "CE-1", "CET-1CEST", "CET-25", "CET-1CEST,M3.5.0",
    "CET-1CEST,M3.5.0,M10.5", "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M0.5.0,M10.5.0",
    "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.0.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0",
    "CET-1CEST,J60,J300", "CET-1CEST,59,299", "CET-1CEST,M3.5.0,M10.5.0/168",
    "CET-1CEST,M3.5.0,M10.5.0/3 ", "CET-1:60", "CET-1:00:30", "<+0>", "<+01-1",
    "UTC0,M3.5.0,M10.5.0",
    "CET-1CEST,M3.5.0,M10.5.0,M1.1.1", "CET--1", "CET-1CEST;M3.5.0;M10.5.0", "A" * 64 + "0",
)  # fmt: skip


def known(zone, utc_s):
    offset_s = None
    for first_s, then_s in zip(zone["from"], zone["offset_s"]):
        if first_s <= utc_s:
            offset_s = then_s
    return offset_s


def refused(rule):
    try:
        read(rule)
    except ZoneError as fault:
        return str(fault)
    return ""


class TestZone(unittest.TestCase):
    def test_the_second_before_and_after_every_change(self):
        for zone in ZONES["zones"]:
            local = read(zone["rule"])
            for utc_s in zone["from"][1:]:
                for t in (utc_s - 1, utc_s, utc_s + 1):
                    self.assertEqual(local.offset_s(t), known(zone, t), (zone["iana"], t))

    def test_between_the_changes_in_any_order(self):
        for zone in ZONES["zones"]:
            local = read(zone["rule"])
            begin = zone["from"][0]  # no small integer: none of a 32-bit board's ranges holds it
            steps = list(range((ZONES["until"] - begin) // STEP_S))
            for step in sample.of(steps[::2] + steps[1::2][::-1], 20):
                t = begin + step * STEP_S
                self.assertEqual(local.offset_s(t), known(zone, t), (zone["iana"], t))

    def test_the_next_change(self):
        for zone in ZONES["zones"]:
            local = read(zone["rule"])
            at = zone["from"][0]
            for utc_s in zone["from"][1:]:
                self.assertEqual(local.next_change(at, FAR_S), utc_s, zone["iana"])
                self.assertEqual(local.next_change(utc_s - 1, utc_s + 7), utc_s)
                self.assertEqual(local.next_change(at, utc_s - 1), utc_s - 1)
                at = utc_s
            if len(zone["from"]) == 1:
                self.assertEqual(local.next_change(at, FAR_S), FAR_S)

    def test_times_before_midnight_and_beyond_a_day(self):
        nuuk = read("<-02>2<-01>,M3.5.0/-1,M10.5.0/0")  # 2026: from 03-29 01:00 UTC to 10-25
        self.assertEqual(nuuk.next_change(1772323200, FAR_S), 1774746000)
        self.assertEqual(nuuk.next_change(1774746000, FAR_S), 1792890000)
        gaza = read("EET-2EEST,M3.4.4/50,M10.4.4/50")  # Saturday behind the fourth Thursday, 02:00
        self.assertEqual(gaza.next_change(1772323200, FAR_S), 1774656000)

    def test_what_is_no_rule_is_refused(self):
        for rule in NO_RULES:
            self.assertTrue(refused(rule), rule)


if __name__ == "__main__":
    unittest.main()
