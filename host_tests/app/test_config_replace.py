"""A new configuration takes the place of the old one whole, or not at all; a key of the curve."""

import json
import os
import unittest

import scratch_folder
from four_elements import TEXT
from signed_commands import PUBLIC_HEX

from wattseal.core.settings import ConfigError
from wattseal.drivers import config_file, config_kept, config_replace
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
        self.assertEqual(config_file.load(self.path).command_key, PUBLIC_HEX)
        self.assertEqual(len(os.listdir(self.folder)), 2)
        with open(config_kept.find(self.folder, config_kept.OLD), "rb") as file:
            self.assertEqual(file.read(), text(wifi=WIFI))

    def test_the_one_that_was_good_is_kept_over_some_that_have_not_shown_it(self):
        for n in (5, 6, 6):
            self.replace(text(wifi=WIFI, status_s=n))
            with open(config_kept.find(self.folder, config_kept.OLD), "rb") as file:
                self.assertEqual(file.read(), text(wifi=WIFI))
            self.assertEqual(len(os.listdir(self.folder)), 2)

    def test_an_old_file_of_something_else_stays(self):
        with open(self.folder + "/tariffs.old", "wb") as file:
            file.write(b"mine")
        self.assertEqual(config_kept.find(self.folder, config_kept.OLD), "")
        self.assertTrue("tariffs.old" in os.listdir(self.folder))

    def test_the_same_again_is_on_no_trial(self):
        self.replace(text(wifi=WIFI))
        self.assertEqual(os.listdir(self.folder), ["config.json"])

    def test_what_is_put_there_at_the_device_is_on_no_trial(self):
        self.replace(text(wifi=WIFI, status_s=5))
        with open(self.path, "wb") as file:
            file.write(text(wifi=WIFI, status_s=7))
        self.assertEqual(config_kept.find(self.folder, config_kept.OLD), "")
        self.assertEqual(os.listdir(self.folder), ["config.json"])

    def test_one_that_is_taken_back_says_so_until_that_is_told(self):
        self.replace(text(wifi=WIFI, status_s=5))
        config_kept.take_back(self.folder, config_kept.find(self.folder, config_kept.OLD))
        self.assertEqual(config_file.load(self.path).status_s, 60)
        self.assertEqual(config_kept.find(self.folder, config_kept.OLD), "")
        self.assertTrue(config_kept.find(self.folder, config_kept.BAD))
        self.replace(text(wifi=WIFI, status_s=5))
        self.assertEqual(config_kept.find(self.folder, config_kept.BAD), "")

    def test_an_update_key_goes_only_where_that_is_said(self):
        with open(self.path, "wb") as file:
            file.write(text(wifi=WIFI, update_key=PUBLIC_HEX))
        self.now = config_file.load(self.path)
        self.refused("update_key: none", text(wifi=WIFI, status_s=5))
        self.refused("update_key must be", text(wifi=WIFI, update_key="00"))
        self.replace(text(wifi=WIFI, status_s=5, update_key=""))
        self.assertEqual(config_file.load(self.path).update_key, "")

    def test_so_does_a_command_key_without_which_nothing_can_be_sent(self):
        with open(self.path, "wb") as file:
            file.write(text(wifi=WIFI, command_key=PUBLIC_HEX))
        self.now = config_file.load(self.path)
        self.refused("command_key: none", text(wifi=WIFI, status_s=5))
        self.replace(text(wifi=WIFI, status_s=5, command_key=""))
        self.assertEqual(config_file.load(self.path).command_key, "")

    def test_a_password_of_no_user_with_which_no_start_would_come_to_anything(self):
        broker = {"host": "b", "tls": "plain-text-accepted", "password": "p"}
        self.refused("broker.password is of no user", text(wifi=WIFI, broker=broker))

    def test_what_is_to_be_done_before_is_done_only_for_a_good_one(self):
        done = []

        def ready():
            done.append(config_file.load(self.path).status_s)

        config_replace.replace(self.folder, text(wifi=WIFI, status_s=5), self.now, False, ready)
        with self.assertRaises(ConfigError):
            config_replace.replace(self.folder, text(), self.now, False, ready)
        self.assertEqual(done, [60])

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
        self.refused("buses[0].host must be an IPv4", text(buses=[{"host": "meter-1"}], wifi=WIFI))
        self.refused("no network", text(wifi=WIFI, ntp={"host": "192.0.2.7"}), True)

    def test_a_key_is_a_point_of_the_curve(self):
        for key in ("00" * 64, PUBLIC_HEX[:-1], PUBLIC_HEX[:-1] + "0", "x" * 128, 5, None,
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
