"""The boot ledger: three bad lives in a row lead to safe mode, or thirty that the power ended."""

import unittest

from wattseal.core import boot_ledger
from wattseal.core.boot_ledger import begin, encode, is_safe

RESETS, BAD = 1, 2


class Device:
    """What its flash holds over its lives."""

    def __init__(self):
        self.blob = None
        self.boot()

    def boot(self, by_power=False):
        self.ledger, self.was_planned = begin(self.blob, by_power)
        self.blob = encode(self.ledger)
        return self

    def lives(self, count, by_power=False):
        """So many that end too soon."""
        for _ in range(count):
            self.boot(by_power)
        return self

    def healthy(self):
        self.blob = boot_ledger.healthy(self.ledger)

    def plan(self):
        self.blob = boot_ledger.planned(self.ledger)

    @property
    def safe(self):
        return is_safe(self.ledger)


class TestLedger(unittest.TestCase):
    def test_bytes_hold_every_field(self):
        fields = [4000000000, 3, 2, 29, 1, 4294967295]
        ledger, _ = begin(encode(fields), True)
        self.assertEqual(ledger, [4000000001, 3, 2, 29, 0, 4294967295])

    def test_the_time_stands_where_it_is_said_to_be(self):
        blob = encode([0, 0, 0, 0, 0, 0x12345678])
        self.assertEqual(blob[boot_ledger.UTC_AT :], b"\x78\x56\x34\x12")

    def test_odd_bytes_are_a_fresh_ledger(self):
        good = encode([9, 9, 9, 9, 9, 9])
        for blob in (None, b"", good[:-1], good + b"x"):
            self.assertEqual(begin(blob, False), ([1, 0, 0, 0, 0, 0], False))

    def test_the_fourth_boot_of_a_crash_loop_is_safe(self):
        safe = [Device().lives(n).safe for n in range(5)]
        self.assertEqual(safe, [False, False, False, True, True])
        device = Device().lives(600)
        self.assertEqual((device.safe, device.ledger[BAD]), (True, 255))

    def test_the_first_boot_is_no_reset(self):
        self.assertEqual(Device().lives(2).ledger[:BAD], [3, 2])

    def test_a_cut_is_no_reset_and_thirty_in_a_row_are_a_bad_supply(self):
        self.assertFalse(Device().lives(29, by_power=True).safe)
        device = Device().lives(30, by_power=True)
        self.assertEqual((device.safe, device.ledger[:BAD]), (True, [31, 0]))
        self.assertTrue(Device().lives(1000, by_power=True).safe)

    def test_a_cut_among_bad_lives_heals_nothing(self):
        device = Device().lives(2).lives(5, by_power=True)
        self.assertFalse(device.safe)
        self.assertTrue(device.boot().safe)

    def test_a_healthy_life_ends_both_rows(self):
        device = Device().lives(29, by_power=True).lives(2)
        device.healthy()
        for by_power in (True, False, False):  # what ended first had been healthy
            self.assertFalse(device.boot(by_power).safe)
        self.assertTrue(device.boot().safe)

    def test_cuts_that_are_days_apart_never_add_up(self):
        device = Device()
        for _ in range(1000):
            device.boot(by_power=True).healthy()
        self.assertEqual(device.boot().ledger, [1002, 1, 0, 0, 0, 0])

    def test_health_in_safe_mode_does_not_end_it(self):
        for by_power, count in ((False, 3), (True, 30)):
            device = Device().lives(count, by_power)
            device.healthy()
            self.assertTrue(device.boot().safe)
            self.assertTrue(device.boot(by_power=True).safe)

    def test_one_bad_try_of_the_normal_mode_leads_back(self):
        for by_power, count in ((False, 3), (True, 30)):
            device = Device().lives(count, by_power)
            resets = device.ledger[RESETS]
            device.plan()
            device.boot()
            self.assertEqual((device.safe, device.was_planned), (False, True))
            self.assertEqual(device.ledger[RESETS], resets)
            self.assertTrue(device.boot(by_power).safe)

    def test_a_planned_end_is_neither_bad_nor_unexpected(self):
        device = Device()
        for _ in range(9):
            device.plan()
            device.boot()
        self.assertEqual(device.ledger, [10, 0, 0, 0, 0, 0])
