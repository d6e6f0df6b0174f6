"""The idle detector: what it sees in traces of samples, and the values of a site."""

import unittest

import vectors

from wattseal.core import config
from wattseal.core.idle import IdleDetector
from wattseal.core.reading import Reading
from wattseal.core.settings import Section


def site(**other):
    row = Section()
    row.idle_below_w, row.idle_after_s, row.idle_gap_s = 200, 300, 60
    row.charging_from_w, row.charging_after_s = 500, 30
    for key, value in other.items():
        setattr(row, key, value)
    return row


def changes(samples, where=None):
    """[[at_s, state]] of a trace; that it charges in the beginning is no change."""
    detector = IdleDetector(where or site())
    state, found = "C", []
    for from_s, step_s, count, power_w, offering in samples:
        for at_s in range(from_s, from_s + step_s * count, step_s):
            was = state
            state = detector.state(Reading(0, power_w, 1000 * at_s + 4711, 0, "S"), offering)
            if state != was:
                found.append([at_s, state])
    return found


class TestTraces(unittest.TestCase):
    def test_every_change_is_stamped_when_it_is_sure(self):
        for trace in vectors.load("idle.json")["traces"]:
            self.assertEqual(changes(trace["samples"]), trace["changes"], trace["name"])

    def test_thresholds_and_times_are_the_sites(self):
        trace = [[0, 1, 10, 900, True], [10, 1, 20, 1100, True]]
        where = site(idle_below_w=1000, idle_after_s=5, charging_from_w=1100, charging_after_s=7)
        self.assertEqual(changes(trace, where), [[5, "P"], [17, "C"]])
        self.assertEqual(changes([[0, 3, 9, 0, True]], site(idle_after_s=6, idle_gap_s=2)), [])

    def test_no_wait_at_all_changes_with_the_sample(self):
        where = site(idle_after_s=0, charging_after_s=0)
        trace = [[0, 1, 2, H, True] for H in (7200, 3, 7200)]
        for i, part in enumerate(trace):
            part[0] = 2 * i
        self.assertEqual(changes(trace, where), [[2, "P"], [4, "C"]])


def loaded(**more):
    connector = {"id": 1, "meter": "sdm630"}
    connector.update(more)
    broker = {"host": "b.example", "tls": "plain-text-accepted"}
    raw = {"version": 1, "connectors": [connector], "broker": broker}
    return config.load(raw, ("sdm630",)).connectors[0]


def problems(**more):
    try:
        loaded(**more)
    except config.ConfigError as fault:
        return fault.problems
    return []


class TestIdleConfig(unittest.TestCase):
    def test_without_a_word_parking_is_300_s_below_200_w_and_charging_30_s_from_500_w(self):
        trace = [[0, 10, 31, 199, True], [310, 10, 2, 500, True], [370, 10, 3, 500, True]]
        self.assertEqual(changes(trace, loaded()), [[300, "P"], [340 + 30, "C"]])
        trace[2][0] = 381  # 61 s without a sample
        self.assertEqual(changes(trace, loaded()), [[300, "P"]])

    def test_takes_those_of_the_site(self):
        trace = [[0, 10, 4, 999, True], [40, 10, 4, 1000, True]]
        row = loaded(idle_below_w=1000, idle_after_s=20, charging_from_w=1000, charging_after_s=10)
        self.assertEqual(changes(trace, row), [[20, "P"], [50, "C"]])

    def test_refuses_what_cannot_tell_the_two_apart(self):
        for key, value in (
            ("idle_below_w", 0),
            ("charging_from_w", 199),
            ("idle_after_s", -1),
            ("charging_after_s", True),
            ("idle_gap_s", 1),
        ):
            found = problems(**{key: value})
            self.assertEqual(len(found), 1)
            self.assertTrue(key in found[0], found)
