"""A connector with an S0 meter: what its configuration needs, and what goes into the record."""

import unittest

from wattseal.core import config, models, pulse_model


def s0(**more):
    connector = {"id": 1, "meter": "s0", "imp_per_kwh": 1000, "serial": "4711"}
    connector.update(more)
    broker = {"host": "b.example", "tls": "plain-text-accepted"}
    return {"version": 1, "connectors": [connector], "broker": broker}


def problems(raw):
    try:
        config.load(raw, ("sdm630",))
    except config.ConfigError as fault:
        return fault.problems
    return []


def row(**more):
    return config.load(s0(**more), ("sdm630",)).connectors[0]


class TestPulseConfig(unittest.TestCase):
    def test_takes_one_with_constant_and_serial(self):
        self.assertEqual((row().imp_per_kwh, row().pulse_ms), (1000, 10))

    def test_wants_both(self):
        raw = s0()
        del raw["connectors"][0]["imp_per_kwh"]
        self.assertTrue("imp_per_kwh is missing" in problems(raw)[0])
        self.assertTrue("serial is missing" in problems(s0(serial=""))[0])

    def test_knows_the_ranges(self):
        for key, bad in (("imp_per_kwh", (0, 1000001, True)), ("pulse_ms", (0, 33))):
            for value in bad:
                self.assertEqual(len(problems(s0(**{key: value}))), 1)

    def test_refuses_a_width_that_swallows_pulses(self):
        # 22 kW at 8,000 imp/kWh are 49 pulses a second: 20.5 ms for pulse and rest
        self.assertEqual(problems(s0(imp_per_kwh=8000)), [])
        self.assertTrue("pulse_ms 10 is too long" in problems(s0(imp_per_kwh=8200))[0])
        self.assertEqual(problems(s0(imp_per_kwh=8200, pulse_ms=9)), [])

    def test_refuses_pulses_too_few_to_tell_charging_from_parking(self):
        # 500 W at 48 imp/kWh are a pulse in 150 s, and two in the wait of 300 s
        self.assertEqual(problems(s0(imp_per_kwh=48)), [])
        self.assertTrue("idle_after_s 300 is too short" in problems(s0(imp_per_kwh=47))[0])
        self.assertEqual(problems(s0(imp_per_kwh=47, idle_after_s=307)), [])
        self.assertEqual(len(problems(s0(idle_after_s=0))), 1)

    def test_has_no_place_on_a_bus(self):
        raw = s0()
        raw["connectors"] += [
            {"id": 2, "meter": "s0", "imp_per_kwh": 1, "serial": "1", "idle_after_s": 14400},
            {"id": 3, "meter": "sdm630"},
        ]
        self.assertEqual(problems(raw), [])
        raw["connectors"][1]["id"] = 1
        self.assertTrue("used twice" in problems(raw)[0])

    def test_one_serial_number_is_of_one_meter(self):
        raw = s0()
        raw["connectors"].append(dict(raw["connectors"][0], id=2))
        self.assertEqual(
            problems(raw), ["connectors[1].serial '4711' is another S0 meter's as well"]
        )
        raw["connectors"][1]["serial"] = "4712"
        self.assertEqual(problems(raw), [])

    def test_the_record_tells_constant_and_width_and_its_hash_covers_them(self):
        self.assertEqual(pulse_model.model(row()).model, "S0 1000 imp/kWh, 10 ms")
        hashes = {
            models.model_hash(pulse_model.model(row(**more)))
            for more in ({}, {"imp_per_kwh": 999}, {"pulse_ms": 9}, {"serial": "other"})
        }
        self.assertEqual(len(hashes), 3)

    def test_a_step_of_the_register_is_a_pulse_rounded_up(self):
        for imp_per_kwh, step_mwh in ((1000, 1000), (3, 333334), (1, 1000000), (800, 1250)):
            model = pulse_model.model(row(imp_per_kwh=imp_per_kwh, idle_after_s=14400))
            self.assertEqual(model.step_mwh(10**12), step_mwh)
