"""Configuration: valid ones load with defaults, and every fault is reported at once."""

import unittest

import vectors

from wattseal.core import config

MODELS = ("sdm630", "sdm120")
METER = "connectors[0].meter"


def good():
    return {
        "version": 1,
        "connectors": [{"id": 1, "meter": "sdm630"}],
        "broker": {"host": "b.example", "tls": "plain-text-accepted"},
    }


def problems(raw):
    try:
        config.load(raw, MODELS)
    except config.ConfigError as fault:
        return fault.problems
    return []


class TestConfig(unittest.TestCase):
    def test_fills_in_the_defaults(self):
        loaded = config.load(good(), MODELS)
        self.assertEqual(loaded.ack, "receiver")
        self.assertEqual(loaded.buses[0].baud, 9600)
        self.assertEqual(loaded.connectors[0].unit, 1)
        self.assertEqual(loaded.broker.port, 8883)
        self.assertEqual(loaded.wifi, None)
        self.assertEqual(loaded.when_full, "refuse")

    def test_reports_every_fault_with_its_place(self):
        raw = good()
        raw["version"] = 2
        raw["speling"] = 1
        raw["connectors"] = [{"meter": "sdm630", "unit": 300}]
        raw["broker"]["keepalive_s"] = True
        found = problems(raw)
        self.assertEqual(len(found), 5)
        text = "\n".join(found)
        for part in ("version", "speling", "connectors[0].id", "connectors[0].unit", "broker.kee"):
            self.assertTrue(part in text, part)

    def test_a_full_journal_may_be_free_and_nothing_else(self):
        raw = good()
        raw["when_full"] = "free"
        self.assertEqual(config.load(raw, MODELS).when_full, "free")
        raw["when_full"] = "bill"
        self.assertTrue("when_full must be one of: refuse, free" in problems(raw)[0])

    def test_home_assistant_is_off_and_shows_live_values(self):
        raw = good()
        self.assertEqual(config.load(raw, MODELS).home_assistant, "off")
        raw["home_assistant"] = "on"
        self.assertTrue("set live_ms" in problems(raw)[0])
        raw["live_ms"] = 10000
        self.assertEqual(config.load(raw, MODELS).home_assistant, "on")

    def test_refuses_what_is_not_an_object(self):
        for raw in (None, [], 3, "x"):
            self.assertEqual(len(problems(raw)), 1)

    def test_refuses_unknown_meters_and_names_the_known_ones(self):
        raw = good()
        raw["connectors"][0]["meter"] = "abacus"
        self.assertTrue("sdm120, sdm630" in problems(raw)[0])

    def test_an_unknown_meter_is_told_beside_other_faults_and_once(self):
        raw = good()
        raw["led"] = "red"
        raw["connectors"][0]["meter"] = "abacus"
        self.assertEqual([told.split(" ")[0] for told in problems(raw)], ["led", METER])
        for meter in (None, 7, [], ""):
            raw["connectors"] = [{"id": 1, "meter": meter}, "sdm630", {"id": 2, "meter": "s0"}]
            found = [told.split(" ")[0] for told in problems(raw)]
            self.assertEqual(found, ["led", METER, "connectors[1]"])

    def test_refuses_two_connectors_on_one_address_or_id(self):
        raw = good()
        raw["connectors"] = [{"id": 1, "meter": "sdm630"}, {"id": 1, "meter": "sdm630"}]
        self.assertEqual(len(problems(raw)), 2)

    def test_keys_in_slots_need_no_sealing_key(self):
        raw = good()
        raw["id_mode"] = "slots"
        self.assertEqual(problems(raw), [])
        raw["sealing_key"] = vectors.load("capsule.json")["back_end_key"]
        self.assertTrue("take sealing_key out" in problems(raw)[0])

    def test_records_are_kept_for_ninety_days_or_as_many_as_are_named(self):
        raw = good()
        self.assertEqual(config.load(raw, MODELS).keep_days, 90)
        for days, wrong in ((0, 0), (1, 0), (3650, 0), (-1, 1), (3651, 1), ("90", 1)):
            raw["keep_days"] = days
            self.assertEqual(len(problems(raw)), wrong)

    def test_a_record_stays_for_as_long_as_its_key(self):
        raw = good()
        raw["id_mode"] = "slots"
        for days, wrong in ((0, 0), (1, 1), (7, 1), (8, 0)):
            raw["keep_days"] = days
            self.assertEqual(len(problems(raw)), wrong)

    def test_plain_text_needs_the_explicit_word(self):
        raw = good()
        del raw["broker"]["tls"]
        self.assertTrue("plain-text-accepted" in problems(raw)[0])

    def test_a_certificate_of_its_own_needs_its_key_and_the_key_a_certificate(self):
        for keys in (("cert",), ("key",)):
            raw = good()
            for key in keys:
                raw["broker"][key] = "file.der"
            self.assertEqual(
                problems(raw), ["broker.cert and broker.key belong together: name both, or none"]
            )
        raw = good()
        raw["broker"].update({"ca_next": "n.der", "cert": "c.der", "key": "k.der"})
        self.assertEqual(problems(raw), [])

    def test_a_host_is_a_name_or_an_address(self):
        """Anything else goes to a chip's own look-up, which outlasts an RP2040's watchdog."""
        for host in ("b", "broker.local", "a_b.c-1.", "1a.2", "10.0.0.1", "255.255.255.255"):
            raw = good()
            raw["broker"]["host"], raw["ntp"] = host, {"host": host}
            self.assertEqual(problems(raw), [], host)
        for host in ("192.168.1.256", "10.0.0.1.5", "192.168.1", ":", "::1", "10.0.0.1:1883",
                     "192.168.1.20.", "broker.lan:8883", "192.168.1.020", "a b", "a..b", ".",
                     "mqtt://b", "x" * 64):  # fmt: skip
            raw = good()
            raw["broker"]["host"], raw["ntp"] = host, {"host": host}
            told = problems(raw)
            self.assertEqual(
                [one.split(" ")[0] for one in told], ["broker.host", "ntp.host"], host
            )
            self.assertTrue("must be a name, such as broker.local, or an IPv4 address" in told[0])

    def test_a_password_needs_a_user_and_a_user_no_password(self):
        raw = good()
        raw["broker"]["password"] = "p"
        told = "broker.password is of no user; give broker.user, or leave it out"
        self.assertEqual(problems(raw), [told])
        for user, password in (("u", "p"), ("u", ""), ("", "")):
            raw["broker"].update({"user": user, "password": password})
            self.assertEqual(problems(raw), [])

    def test_refuses_text_that_would_break_a_record(self):
        for text in ("DE*1|x", "caf\u00e9", "a\nb", 'a"b', "a\\b"):
            raw = good()
            raw["connectors"][0]["evse_id"] = text
            self.assertEqual(len(problems(raw)), 1)
