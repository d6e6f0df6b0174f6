"""A new configuration takes the place of the old one whole, or not at all; a key of the curve."""

import json
import os
import unittest

import scratch_folder
from four_elements import TEXT
from signed_commands import PUBLIC_HEX

from wattseal.core.settings import ConfigError
from wattseal.drivers import config_file, config_replace
from wattseal.drivers.durable import write_durably

WIFI = {"ssid": "s", "password": "p"}


def text(**parts):
    raw = {
        "version": 1,
        "connectors": [{"id": 1, "meter": "sdm630"}],
        "broker": {"host": "b", "tls": "plain-text-accepted"},
    }
    raw.update(parts)
    return json.dumps(raw).encode()


class ConfigReplaceTest(unittest.TestCase):
    def setUp(self):
        self.folder = scratch_folder.on_host()
        self.path = self.folder + "/config.json"
        with open(self.path, "wb") as file:
            file.write(text(wifi=WIFI))
        self.now = config_file.load(self.path)

    def tearDown(self):
        config_replace.write_durably = write_durably
        scratch_folder.remove(self.folder)

    def replace(self, new, has_gateway=False):
        config_replace.replace(self.folder, new, self.now, has_gateway)

    def put(self, tariff):
        with open(self.folder + "/t.json", "wb") as file:
            file.write(tariff)

    def refused(self, part, new, has_gateway=False):
        try:
            self.replace(new, has_gateway)
        except ConfigError as fault:
            self.assertTrue(part in str(fault), fault)
            self.assertFalse("config.json.new" in os.listdir(self.folder))
            self.assertEqual(config_file.load(self.path).status_s, 60)
        else:
            self.fail("was taken")

    def test_a_good_one(self):
        new = text(wifi=WIFI, status_s=5, command_key=PUBLIC_HEX, ntp={"host": "192.0.2.7"})
        self.replace(new)
        with open(self.path, "rb") as file:
            self.assertEqual(file.read(), new)
        self.assertEqual(os.listdir(self.folder), ["config.json"])
        self.assertEqual(config_file.load(self.path).command_key, PUBLIC_HEX)

    def test_what_the_next_start_would_not_take(self):
        self.refused("status_s must be", text(wifi=WIFI, status_s=-1))
        self.refused("not JSON", b"}")
        self.refused("not ", b"\xff\xfe")

    def test_a_tariff_that_is_there_and_good(self):
        new = text(wifi=WIFI, tariff="t.json")
        self.refused("t.json cannot be read", new)
        self.put(TEXT[:-1])
        self.refused("t.json is refused", new)
        self.put(TEXT)
        self.replace(new)
        self.assertEqual(config_file.load(self.path).tariff, "t.json")

    def test_what_the_board_may_not_have(self):
        s0 = [{"id": 1, "meter": "s0", "imp_per_kwh": 1000, "serial": "S1"}]
        two = [{"id": n, "meter": "sdm630", "unit": n} for n in (1, 2)]
        self.refused("another kind of network", text())
        self.refused("more serial lines", text(wifi=WIFI, buses=[{}, {}], connectors=two[:1]))
        for other in (two, s0, two[1:], [dict(two[0], meter="sdm120")]):
            self.refused("another id, meter, bus or unit", text(wifi=WIFI, connectors=other))
        over_tcp = [{"host": "192.0.2.20"}]
        self.refused("buses[0].host: this board has no", text(buses=over_tcp, wifi=WIFI), True)
        self.refused("buses[0].host: no IPv4", text(buses=[{"host": "meter-1"}], wifi=WIFI))
        self.refused("no network", text(wifi=WIFI, ntp={"host": "192.0.2.7"}), True)

    def test_a_key_is_a_point_of_the_curve(self):
        for key in ("", "00" * 64, PUBLIC_HEX[:-1], PUBLIC_HEX[:-1] + "0", "x" * 128, 5, None,
                    PUBLIC_HEX + "00", PUBLIC_HEX[:64] + "ff" * 32):  # fmt: skip
            self.refused("command_key must be", text(wifi=WIFI, command_key=key))

    def test_a_full_flash_leaves_the_old_one(self):
        def fails(file, data):
            file.write(data[: len(data) // 2])
            raise OSError(28)

        config_replace.write_durably = fails
        with self.assertRaises(OSError):
            self.replace(text(wifi=WIFI, status_s=5))
        self.assertEqual(os.listdir(self.folder), ["config.json"])
        self.assertEqual(config_file.load(self.path).status_s, 60)
