"""What a configuration leaves open about its lines is as the meters on them are delivered."""

import unittest

from wattseal.core import config


class Row:
    """What a configuration needs of a model."""

    def __init__(self, *line):
        self.line = line


ROWS = {
    "slow": Row(2400, "E", 2, 33), "quick": Row(115200, "N", 1, 5),
    "half": Row(2400, None, None, None), "untold": Row(None, None, None, None),
}  # fmt: skip


def load(meters, bus=None, lines=True, **more):
    """`meters`: a model for each connector, or a dict of its keys."""
    connectors = []
    for number, meter in enumerate(meters, 1):
        row = {"id": number, "unit": number} if isinstance(meter, str) else {"id": number}
        row.update({"meter": meter} if isinstance(meter, str) else meter)
        connectors.append(row)
    raw = {
        "version": 1, "connectors": connectors,
        "broker": {"host": "b", "tls": "plain-text-accepted"},
    }  # fmt: skip
    if bus is not None:
        raw["buses"] = bus if isinstance(bus, list) else [bus]
    return config.load(raw, tuple(ROWS), ROWS if lines else None)


def line(bus):
    return (bus.baud, bus.parity, bus.stop_bits)


def problems(*arguments):
    try:
        load(*arguments)
    except config.ConfigError as fault:
        return fault.problems
    return []


class TestLines(unittest.TestCase):
    def test_are_the_meters_where_the_configuration_says_nothing(self):
        for bus in (None, {}):
            self.assertEqual(line(load(["slow"], bus).buses[0]), (2400, "E", 2))
            self.assertEqual(line(load(["quick", "quick"], bus).buses[0]), (115200, "N", 1))

    def test_are_the_configurations_where_it_says_something(self):
        self.assertEqual(line(load(["slow"], {"baud": 9600}).buses[0]), (9600, "E", 2))
        self.assertEqual(line(load(["slow"], {"parity": "N"}).buses[0]), (2400, "N", 2))
        whole = {"baud": 1200, "parity": "O", "stop_bits": 1}
        self.assertEqual(line(load(["slow"], whole).buses[0]), (1200, "O", 1))

    def test_are_9600_8n1_where_no_document_says_anything(self):
        for loaded in (load(["untold"]), load(["slow"], lines=False)):
            self.assertEqual(line(loaded.buses[0]), (9600, "N", 1))
        self.assertEqual(line(load(["half"]).buses[0]), (2400, "N", 1))

    def test_a_meter_that_tells_nothing_does_not_contradict(self):
        self.assertEqual(line(load(["untold", "slow"]).buses[0]), (2400, "E", 2))
        self.assertEqual(line(load(["half", "slow"]).buses[0]), (2400, "E", 2))

    def test_meters_that_contradict_each_other_need_a_word(self):
        found = problems(["slow", "quick"])
        self.assertEqual(len(found), 3)
        self.assertEqual(
            found[0],
            "buses[0].baud is missing, and its meters are delivered with 2400 and 115200",
        )
        for name in ("baud", "parity", "stop_bits"):
            self.assertTrue(any("buses[0]." + name in text for text in found))
        whole = {"baud": 9600, "parity": "N", "stop_bits": 1}
        self.assertEqual(problems(["slow", "quick"], whole), [])

    def test_each_bus_goes_by_its_own_meters(self):
        meters = [{"meter": "slow", "bus": 1}, {"meter": "quick", "bus": 0}]
        loaded = load(meters, [{}, {}])
        self.assertEqual(line(loaded.buses[0]), (115200, "N", 1))
        self.assertEqual(line(loaded.buses[1]), (2400, "E", 2))

    def test_a_bus_without_a_meter_is_9600_8n1(self):
        self.assertEqual(line(load(["slow"], [{}, {}]).buses[1]), (9600, "N", 1))

    def test_none_is_no_setting(self):
        self.assertEqual(len(problems(["slow"], {"baud": None})), 1)

    def test_an_unknown_meter_is_told_and_nothing_else(self):
        found = problems([{"meter": "abacus"}, {"meter": "abacus", "unit": 2}])
        self.assertEqual(len(found), 2)
        self.assertTrue("half, quick, slow, untold" in found[0])


class TestUnits(unittest.TestCase):
    def test_are_the_meters_where_the_configuration_says_nothing(self):
        self.assertEqual(load([{"meter": "slow"}]).connectors[0].unit, 33)
        self.assertEqual(load([{"meter": "slow", "unit": 4}]).connectors[0].unit, 4)
        self.assertEqual(load([{"meter": "untold"}]).connectors[0].unit, 1)
        self.assertEqual(load([{"meter": "slow"}], lines=False).connectors[0].unit, 1)

    def test_two_that_come_with_the_same_are_found(self):
        found = problems([{"meter": "slow"}, {"meter": "slow"}])
        self.assertEqual(found, ["connectors[1].unit 33 is used twice on bus 0"])

    def test_two_buses_to_one_host_are_one_line(self):
        meters = [{"meter": "slow"}, {"meter": "slow", "bus": 1}]
        host = {"host": "10.0.0.5"}
        found = problems(meters, [host, dict(host, port=502)])
        self.assertEqual(found, ["connectors[1].unit 33 is used twice on 10.0.0.5, port 502"])
        for other in ({"host": "10.0.0.6"}, dict(host, port=503), {}):
            self.assertEqual(problems(meters, [host, other]), [])
        meters[1]["unit"] = 34
        self.assertEqual(problems(meters, [host, host]), [])
