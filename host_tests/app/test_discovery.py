"""What Home Assistant is told of a connector: where values come from, and when they are old."""

import json
import unittest

from wattseal.app import discovery


class TestDiscovery(unittest.TestCase):
    def setUp(self):
        self.told = json.loads(discovery.config("w1234", "0.3", 2, 10000))
        self.components = self.told["cmps"]

    def test_the_topic_names_device_and_connector(self):
        topic = discovery.topic("w1234", 2)
        self.assertEqual(topic, b"homeassistant/device/w1234/2/config")

    def test_it_has_what_home_assistant_requires(self):
        self.assertEqual(self.told["dev"]["ids"], ["w1234"])
        self.assertEqual(self.told["o"], {"name": "Wattseal", "sw": "0.3"})
        for component in self.components.values():
            self.assertEqual(component["p"], "sensor")
        ids = [component["uniq_id"] for component in self.components.values()]
        self.assertEqual(len(set(ids)), 4)

    def test_two_connectors_share_the_device_and_no_entity(self):
        other = json.loads(discovery.config("w1234", "0.3", 1, 10000))
        self.assertEqual(other["dev"], self.told["dev"])
        self.assertEqual(set(other["cmps"]) & set(self.components), set())
        ids = {c["uniq_id"] for c in other["cmps"].values()}
        self.assertEqual(ids & {c["uniq_id"] for c in self.components.values()}, set())

    def test_values_are_those_of_live_and_expire(self):
        self.assertEqual(self.told["stat_t"], "wattseal/v1/w1234/live/2")
        self.assertEqual(self.told["avty_t"], "wattseal/v1/w1234/status")
        for component in self.components.values():
            self.assertEqual(component["exp_aft"], 31)

    def test_it_fits_a_packet_of_the_usual_length(self):
        longest = discovery.config("w0123456789abcde", "10.20.30", 99, 3600000, "EUR")
        self.assertTrue(len(longest) < 1900, len(longest))
