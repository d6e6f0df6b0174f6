"""The time server in a configuration: optional, one sentence for what is wrong, no second key."""

import unittest

from wattseal.core import config

NTP = {"host": "192.0.2.7"}


def load(**parts):
    raw = {
        "version": 1,
        "connectors": [{"id": 1, "meter": "sdm630"}],
        "broker": {"host": "b.example", "tls": "plain-text-accepted"},
    }
    raw.update(parts)
    return config.load(raw, ("sdm630",))


def problems(ntp):
    try:
        load(ntp=ntp)
    except config.ConfigError as fault:
        return fault.problems
    return []


class TestNtp(unittest.TestCase):
    def test_nobody_is_asked_unless_it_is_told_whom(self):
        self.assertEqual(load().ntp, None)

    def test_the_port_is_the_usual_one(self):
        ntp = load(ntp=NTP).ntp
        self.assertEqual((ntp.host, ntp.port), ("192.0.2.7", 123))
        self.assertEqual(load(ntp={"host": "time.example", "port": 1123}).ntp.port, 1123)

    def test_what_is_wrong_is_one_sentence(self):
        for ntp, sentence in (
            ({}, "ntp.host is missing"),
            ("192.0.2.7", "ntp must be an object"),
            (None, "ntp must be an object"),
            ({"host": ""}, "ntp.host must be a text of 1 to 253 characters"),
            ({"host": "x", "port": 0}, "ntp.port must be a whole number from 1 to 65535"),
            ({"host": "x", "every_s": 5}, "ntp.every_s is not a key that is known"),
        ):
            self.assertEqual(problems(ntp), [sentence])
