"""A bus of the configuration is a serial line or a host; what is wrong with it is a sentence."""

import unittest

from scripted_line import ScriptedLine, answering, bus_on, reply, run, use

from wattseal.core import config, modbus_tcp
from wattseal.drivers import modbus_lines
from wattseal.drivers.modbus_bus import ModbusBus
from wattseal.drivers.modbus_lines import open_buses
from wattseal.drivers.modbus_request import read


def rows(*buses):
    raw = {
        "version": 1, "buses": list(buses),
        "connectors": [
            {"id": n + 1, "bus": n, "meter": "sdm630"} for n in range(len(buses))
        ],
        "broker": {"host": "b", "tls": "plain-text-accepted"},
    }  # fmt: skip
    return config.load(raw, ("sdm630",)).buses


def problem(buses, has_network=True):
    try:
        open_buses(rows(*buses), [None] * len(buses), has_network)
    except config.ConfigError as fault:
        return "; ".join(fault.problems)
    return ""


class TestBuses(unittest.TestCase):
    def setUp(self):
        bus_on(ScriptedLine())  # stands in for time

    def test_lines_go_to_those_without_a_host_in_their_order(self):
        lines = [answering([(9, reply(1, 4, n, n))]) for n in (1, 2)]
        over_tcp = {"host": "192.0.2.7"}
        buses = open_buses(rows({"baud": 19200}, over_tcp, {}), lines, True)
        self.assertEqual([isinstance(bus, ModbusBus) for bus in buses], [True] * 3)
        for bus, value in ((buses[0], 1), (buses[2], 2)):
            use(lines[value - 1])
            self.assertEqual(bytes(run(read(bus, 1, 4, 0, 1, 500))), bytes([value] * 2))
        self.assertTrue(modbus_tcp.NUMBERED and buses[1]._framing is modbus_tcp)

    def test_the_gap_is_three_and_a_half_characters(self):
        for baud, gap_ms in ((1200, 33), (2400, 17), (9600, 5), (19200, 3), (115200, 2)):
            self.assertEqual(modbus_lines.gap_ms(baud), gap_ms)

    def test_a_host_is_an_address(self):
        self.assertEqual(problem([{"host": "10.0.0.255", "port": 1502}]), "")
        for host in ("meter.local", "10.0.0.256", "1.2.3.4.5", "1.2.3. 4", "10.0.0.-1", "a.b.c.d",
                     "10.0.0.01"):  # fmt: skip
            told = problem([{}, {"host": host}])
            self.assertTrue(told.startswith("buses[1].host must be an IPv4 address"), host)
        for host, port in (("", 502), ("1.2.3", 502), ("192.0.2.7", 0), ("192.0.2.7", 70000)):
            with self.assertRaises(config.ConfigError):
                rows({"host": host, "port": port})

    def test_a_board_without_a_network_says_so(self):
        told = problem([{"host": "10.0.0.1"}], has_network=False)
        self.assertTrue("no network of its own" in told)
        self.assertEqual(problem([{}], has_network=False), "")

    def test_its_meters_need_no_common_line_settings(self):
        class Row:
            def __init__(self, *line):
                self.line = line

        raw = {
            "version": 1, "buses": [{"host": "10.0.0.1"}],
            "connectors": [
                {"id": 1, "meter": "slow"}, {"id": 2, "meter": "quick"},
            ],
            "broker": {"host": "b", "tls": "plain-text-accepted"},
        }  # fmt: skip
        models = {"slow": Row(2400, "E", 2, 33), "quick": Row(9600, "N", 1, 5)}
        loaded = config.load(raw, tuple(models), models)
        self.assertEqual([row.unit for row in loaded.connectors], [33, 5])
        self.assertEqual((loaded.buses[0].host, loaded.buses[0].port), ("10.0.0.1", 502))
