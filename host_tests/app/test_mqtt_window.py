"""Packet ids and the bounds of what is in flight, over more messages than there are ids."""

import sys
import unittest

from wattseal.drivers.mqtt_window import SendWindow


class TestPacketIds(unittest.TestCase):
    def test_stays_within_one_to_65535_over_200000_messages(self):
        window = SendWindow(1, 100)
        expected = 0
        for _ in range(200000):
            expected = expected % 65535 + 1
            pid = window.take(10, None)
            if pid != expected:
                self.fail("%d instead of %d" % (pid, expected))
            window.release(pid)

    def test_skips_a_packet_id_that_is_still_in_flight(self):
        window = SendWindow(2, 100)
        self.assertEqual(window.take(1, "slow"), 1)
        for _ in range(65534):
            window.release(window.take(1, None))
        self.assertEqual(window.take(1, None), 2)
        self.assertEqual(window.release(1), "slow")

    def test_keeps_a_subscription_s_packet_id_apart(self):
        window = SendWindow(2, 100)
        self.assertEqual(window.reserve(), 1)
        for _ in range(65534):
            window.release(window.take(1, None))
        self.assertEqual(window.take(1, None), 2)
        self.assertTrue(window.is_reserved(1))
        self.assertFalse(window.holds(1))

    def test_goes_on_counting_after_a_reconnect(self):
        window = SendWindow(2, 100)
        window.take(1, None)
        window.clear()
        self.assertEqual((window.count, window.take(1, None)), (0, 2))


class TestRoom(unittest.TestCase):
    def test_bounds_the_messages(self):
        window = SendWindow(3, 1000)
        pids = [window.take(1, None) for _ in range(4)]
        self.assertEqual(pids, [1, 2, 3, 0])
        window.release(2)
        self.assertEqual(window.take(1, None), 4)

    def test_bounds_the_bytes(self):
        window = SendWindow(8, 1000)
        self.assertEqual(window.take(600, None), 1)
        self.assertEqual(window.take(401, None), 0)
        self.assertEqual(window.take(400, None), 2)
        window.release(1)
        self.assertEqual(window.take(601, None), 0)
        self.assertEqual(window.take(600, None), 3)

    def test_lets_a_message_longer_than_the_window_travel_alone(self):
        window = SendWindow(8, 1000)
        self.assertEqual(window.take(5000, None), 1)
        self.assertEqual(window.take(1, None), 0)
        window.release(1)
        self.assertEqual(window.take(1, None), 2)
        self.assertEqual(window.take(5000, None), 0)

    def test_holds_nothing_it_has_not_given(self):
        window = SendWindow(2, 100)
        for pid in (0, 1, 65535):
            self.assertFalse(window.holds(pid))

    def test_allocates_nothing(self):
        if sys.implementation.name != "micropython":
            raise unittest.SkipTest("CPython has no heap lock")
        import micropython

        window = SendWindow(8, 4096)
        micropython.heap_lock()
        try:
            for _ in range(20):
                window.release(window.take(300, None))
        finally:
            micropython.heap_unlock()
        self.assertEqual(window.take(1, None), 21)

    def test_refuses_a_window_without_room(self):
        with self.assertRaises(ValueError):
            SendWindow(0, 100)
