"""Which fault is told of when there are several, on every interpreter."""

import unittest

from wattseal.core import faults


class FaultsTest(unittest.TestCase):
    def test_a_number_is_class_and_place(self):
        self.assertEqual(faults.number("unread"), 11)
        self.assertEqual(faults.number("key_refused"), 14)
        self.assertEqual(faults.number("statistics_no_room"), 37)

    def test_what_is_only_counted_or_unknown_has_none(self):
        for code in ("bus_timeout", "starts_refused", "", "unrea", "nread", "unread=", "a b"):
            self.assertEqual(faults.number(code), 0, code)

    def test_the_worst_is_the_lowest_and_of_equals_the_first(self):
        codes = ["bus_timeout", "offline", "bad_frames", "lost", "key_unrestored"]
        self.assertEqual(faults.worst(codes), "bad_frames")
        self.assertEqual(faults.worst(codes + ["full", "unread"]), "unread")
        self.assertEqual(faults.worst(["bus_timeout", "torn_tails"]), "")
        self.assertEqual(faults.worst([]), "")


if __name__ == "__main__":
    unittest.main()
