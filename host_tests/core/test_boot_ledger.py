"""The boot ledger: three bad lives in a row lead to safe mode, or thirty that the power ended."""

import unittest

from wattseal.core.boot_ledger import HEALTHY, UTC_AT, Ledger, begin, decode, encode, healthy, plan


def reboot(ledger, by_power=False):
    """The next life, through the bytes."""
    ledger = decode(encode(ledger))
    begin(ledger, by_power)
    return ledger


def lives(count, by_power=False):
    """The one after `count` that ended too soon."""
    ledger = reboot(Ledger())
    for _ in range(count):
        ledger = reboot(ledger, by_power)
    return ledger


class TestLedger(unittest.TestCase):
    def test_bytes_hold_every_field(self):
        fields = (4000000000, 3, 2, 29, HEALTHY, 4294967295)
        ledger = decode(encode(Ledger(*fields)))
        told = (
            ledger.boots, ledger.resets, ledger.bad, ledger.dark, ledger.state, ledger.utc_s,
        )  # fmt: skip
        self.assertEqual(told, fields)

    def test_the_time_stands_where_it_is_said_to_be(self):
        blob = encode(Ledger(utc_s=0x12345678))
        self.assertEqual(blob[UTC_AT:], b"\x78\x56\x34\x12")

    def test_odd_bytes_are_a_fresh_ledger(self):
        good = encode(Ledger(9))
        for blob in (None, b"", good[:-1], good + b"x"):
            self.assertEqual(decode(blob).boots, 0)

    def test_the_fourth_boot_of_a_crash_loop_is_safe(self):
        self.assertEqual([lives(n).safe for n in range(5)], [False, False, False, True, True])
        self.assertTrue(lives(600).safe)

    def test_the_first_boot_is_no_reset(self):
        ledger = lives(2)
        self.assertEqual((ledger.boots, ledger.resets), (3, 2))

    def test_a_cut_is_no_reset_and_thirty_in_a_row_are_a_bad_supply(self):
        self.assertFalse(lives(29, by_power=True).safe)
        ledger = lives(30, by_power=True)
        self.assertTrue(ledger.safe)
        self.assertEqual((ledger.boots, ledger.resets), (31, 0))
        self.assertTrue(lives(1000, by_power=True).safe)

    def test_a_cut_among_bad_lives_heals_nothing(self):
        ledger = lives(2)
        for _ in range(5):
            ledger = reboot(ledger, by_power=True)
        self.assertFalse(ledger.safe)
        self.assertTrue(reboot(ledger).safe)

    def test_a_healthy_life_ends_both_rows(self):
        ledger = lives(29, by_power=True)
        ledger = reboot(reboot(ledger))
        healthy(ledger)
        for by_power in (True, False, False):  # what ended first had been healthy
            ledger = reboot(ledger, by_power)
            self.assertFalse(ledger.safe)
        self.assertTrue(reboot(ledger).safe)

    def test_cuts_that_are_days_apart_never_add_up(self):
        ledger = Ledger()
        for _ in range(1000):
            ledger = reboot(ledger, by_power=True)
            healthy(ledger)
        self.assertEqual((ledger.dark, ledger.bad, ledger.safe), (0, 0, False))

    def test_health_in_safe_mode_does_not_end_it(self):
        for by_power, count in ((False, 3), (True, 30)):
            ledger = lives(count, by_power)
            healthy(ledger)
            self.assertTrue(reboot(ledger).safe)
            self.assertTrue(reboot(ledger, by_power=True).safe)

    def test_one_bad_try_of_the_normal_mode_leads_back(self):
        for by_power, count in ((False, 3), (True, 30)):
            ledger = lives(count, by_power)
            resets = ledger.resets
            plan(ledger)
            ledger = reboot(ledger)
            self.assertEqual((ledger.safe, ledger.resets), (False, resets))
            self.assertTrue(reboot(ledger, by_power).safe)

    def test_a_planned_end_is_neither_bad_nor_unexpected(self):
        ledger = reboot(Ledger())
        for _ in range(9):
            plan(ledger)
            ledger = reboot(ledger)
        self.assertEqual((ledger.bad, ledger.resets, ledger.boots), (0, 0, 10))
