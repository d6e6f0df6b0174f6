"""A configuration file without a word on its serial line gets that of the meters it names."""

import json
import unittest

import scratch_folder

from wattseal.drivers import config_file


class TestMeterLines(unittest.TestCase):
    def setUp(self):
        self.folder = scratch_folder.on_host()

    def tearDown(self):
        scratch_folder.remove(self.folder)

    def load(self, meter, **bus):
        raw = {
            "version": 1, "buses": [bus], "connectors": [{"id": 1, "meter": meter}],
            "broker": {"host": "b", "tls": "plain-text-accepted"},
        }  # fmt: skip
        with open(self.folder + "/config.json", "w") as file:
            json.dump(raw, file)
        loaded = config_file.load(self.folder + "/config.json")
        line = loaded.buses[0]
        return line.baud, line.parity, line.stop_bits, loaded.connectors[0].unit

    def test_is_as_the_vendor_delivers_it(self):
        for meter, line in (
            ("sdm630", (9600, "N", 1, 1)), ("sdm120", (2400, "N", 1, 1)),
            ("we516", (9600, "E", 1, 1)), ("wm3m4", (115200, "N", 1, 33)),
            ("iem3155", (19200, "N", 1, 1)), ("b23", (9600, "N", 1, 1)),
        ):  # fmt: skip
            self.assertEqual(self.load(meter), line)

    def test_the_file_goes_before(self):
        self.assertEqual(self.load("sdm120", baud=9600), (9600, "N", 1, 1))
