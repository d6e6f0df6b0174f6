"""Mutated streams from a broker (support/mqtt_faults), a sample; and that the harness sees."""

import unittest

import mqtt_faults
from mqtt_faults import GOOD, Inside, cases, wrong_with


class TestMutatedStreams(unittest.TestCase):
    def test_a_sample_of_them(self):
        ((what, tried, wrong),) = cases(600)
        self.assertEqual((what, tried, wrong), ("mutated streams", 600, []))

    def test_good_packets_get_where_they_belong(self):
        inside = Inside()
        for packet in GOOD[1:]:
            self.assertEqual(wrong_with(inside, packet, 7), "")
        self.assertEqual(inside.acks._upto, 4)
        self.assertTrue(inside.words.ignored >= 3)


class TestTheHarness(unittest.TestCase):
    def setUp(self):
        self.inside = Inside()

    def test_it_sees_an_exception_that_nobody_declared(self):
        def on_message(topic, payload, retained):
            raise KeyError(topic)

        self.inside._incoming._on_message = on_message
        self.assertIn("KeyError", wrong_with(self.inside, GOOD[5], 100))

    def test_it_sees_a_false_acknowledgement(self):
        self.inside.acks.take(99)
        self.assertIn("99 acknowledged", wrong_with(self.inside, GOOD[4], 100))

    def test_it_sees_what_a_packet_takes(self):
        told = [0, mqtt_faults.MOST_BYTES + 1, 0, 0]
        self.inside.heap._told = lambda: told.pop(0)
        self.assertIn("bytes made", wrong_with(self.inside, GOOD[4], 100))
