"""A start with certificates that have rotted: mended, or without its broker; never refused."""

import os
import sys
import unittest

import scratch_folder
import tls_module
from timed_files import TimedFiles
from tls_module import der

from wattseal import drivers
from wattseal.core.settings import ConfigError
from wattseal.drivers import accepted, config_file, tls_credentials, tls_kept, tls_refused

CA, NEXT, CERT, KEY = der(b"ca", long=True), der(b"next"), der(b"cert"), der(b"key")
FILES = (("ca.der", CA), ("next.der", NEXT), ("own.der", CERT), ("own.key", KEY))
BAD = b"\x31" + CA[1:]


class Broker:
    tls, ca, ca_next, cert, key = "required", "ca.der", "next.der", "own.der", "own.key"


class TlsKeptTest(unittest.TestCase):
    def setUp(self):
        # Other tests' devices have dropped them; what is looked at here is what runs.
        for module in (accepted, tls_credentials, tls_kept, tls_refused):
            sys.modules[module.__name__] = module
            setattr(drivers, module.__name__.split(".")[-1], module)
        self.folder = scratch_folder.on_host()
        self.real = tls_module.put()
        self.files = TimedFiles(accepted)
        self.broker = Broker()
        self.said = []
        for name, raw in FILES:
            self.put(name, raw)

    def tearDown(self):
        self.files.restore()
        tls_module.take_back(self.real)
        scratch_folder.remove(self.folder)

    def put(self, name, raw):
        with open(self.folder + "/" + name, "wb") as file:
            file.write(raw)

    def start(self, safe=False):
        self.counts, self.said = {}, []
        return config_file.tls_context(
            self.folder, self.broker, self.counts, self.said.append, safe
        )  # fmt: skip

    def refused(self):
        with self.assertRaises(ConfigError):
            self.start()

    def assert_whole(self, context):
        self.assertEqual(context.authorities, [NEXT, CA])
        self.assertEqual(context.own, (CERT, KEY))

    def assert_says(self, context, words):
        """One that opens nothing."""
        self.assertTrue(isinstance(context, tls_refused.Refused))
        self.assertEqual(context.verify_mode, tls_module.Tls.CERT_REQUIRED)
        try:
            context.wrap_socket(None, server_hostname="b", do_handshake_on_connect=False)
        except OSError as fault:
            self.assertTrue("TLS: " in str(fault) and words in str(fault), fault)
        else:
            self.fail("was opened")
        self.assertTrue(len(self.said) == 1 and words in self.said[0], self.said)

    def test_each_bit_of_a_certificate_that_rots_is_put_right_and_counted(self):
        self.assert_whole(self.start())
        self.assertEqual((self.counts, self.said), ({}, []))
        for name, raw in FILES[:3]:
            for bit in range(0, 8 * len(raw), 1 if len(raw) < 20 else 97):
                rotten = bytearray(raw)
                rotten[bit // 8] ^= 1 << bit % 8
                self.put(name, rotten)
                self.assert_whole(self.start())
                self.assertEqual(self.counts, {"settings_mended": 1})
                self.assertTrue(name + " had rotted" in self.said[0])

    def test_the_private_key_gets_no_copy_and_a_rotten_one_costs_the_broker_alone(self):
        self.start()
        kept = sorted([name for name in os.listdir(self.folder) if "accepted" in name])
        self.assertEqual(kept, ["ca.der.accepted", "next.der.accepted", "own.der.accepted"])
        self.put("own.key", BAD)
        for _ in range(3):
            self.assert_says(self.start(), "/own.key is no private key in DER, or is damaged")

    def test_whatever_is_wrong_later_costs_the_broker_alone_start_after_start(self):
        self.start()
        for name, raw in (FILES[0], FILES[2]):
            self.files.changed += 1  # a person's, or of a file system that keeps no time
            self.put(name, BAD)
            for _ in range(3):
                self.assert_says(self.start(), name + " is no certificate in DER")
            os.remove(self.folder + "/" + name)
            for _ in range(3):
                self.assert_says(self.start(), name + " is missing")
            self.put(name, raw)
            self.assert_whole(self.start())

    def test_rot_on_a_flash_that_takes_no_write_costs_the_broker_at_the_most(self):
        self.start()

        def full(path, data):
            raise OSError(28, "")

        written, accepted._write = accepted._write, full
        try:
            for name in ("next.der", "own.der", "ca.der"):
                before = dict(FILES)[name]
                self.put(name, b"\x31" + before[1:])
                for _ in range(3):
                    made = self.start()
                    if name == "next.der":
                        self.assertEqual(made.authorities, [CA])
                    else:
                        self.assertTrue(isinstance(made, tls_refused.Refused))
                self.put(name, before)
        finally:
            accepted._write = written
        self.assert_whole(self.start())

    def test_one_that_was_cut_to_nothing_or_is_too_long_is_known_to_have_been_good(self):
        self.start()
        for name, raw in (FILES[0], FILES[2]):
            for wrong in (b"", b"-----BEGIN X" + bytes(9000)):
                self.files.changed += 1
                self.put(name, wrong)
                for _ in range(3):
                    self.assertTrue(isinstance(self.start(), tls_refused.Refused))
            self.put(name, raw)
            self.assert_whole(self.start())

    def test_one_file_named_twice_can_not_be_spared(self):
        self.broker.ca_next = "ca.der"
        self.start()
        self.files.changed += 1
        self.put("ca.der", BAD)
        self.assertTrue(isinstance(self.start(), tls_refused.Refused))

    def test_a_bad_next_ca_never_outweighs_a_good_one(self):
        self.start()
        self.files.changed += 1
        self.put("next.der", BAD)
        for _ in range(3):
            context = self.start()
            self.assertEqual((context.authorities, context.own), ([CA], (CERT, KEY)))
            self.assertTrue("next.der is no cert" in self.said[0] and len(self.said) == 1)
        os.remove(self.folder + "/next.der")
        self.assertEqual(self.start().authorities, [CA])

    def test_what_never_was_good_is_refused_start_after_start(self):
        for name, raw in FILES:
            for wrong in (BAD, b"-----BEGIN X", None):
                if wrong is None:
                    os.remove(self.folder + "/" + name)
                else:
                    self.put(name, wrong)
                for _ in range(3):
                    self.refused()
                self.put(name, raw)
        self.assert_whole(self.start())

    def test_a_certificate_of_its_own_that_is_new_and_bad_is_refused(self):
        self.broker.cert = self.broker.key = ""
        self.start()
        self.broker.cert, self.broker.key = "own.der", "own.key"
        self.put("own.key", BAD)
        for _ in range(2):
            self.refused()

    def test_a_flash_that_fails_is_neither(self):
        def fails(path, mode):
            raise OSError(5, "")

        self.start()
        tls_credentials.open = fails
        try:
            with self.assertRaises(OSError):
                self.start()
            for kept in ("", "/ca.der.accepted"):  # tried often enough: metering goes on
                if kept:
                    os.remove(self.folder + kept)
                self.assert_says(self.start(safe=True), "cannot be read (error 5)")
        finally:
            del tls_credentials.open

    def test_a_next_ca_that_cannot_be_read_is_spared(self):
        def fails(path, mode):
            if path[-8:] == "next.der":
                raise OSError(5, "")
            return open(path, mode)

        self.start()
        tls_credentials.open = fails
        try:
            self.assertEqual(self.start().authorities, [CA])
            self.assertEqual(self.counts, {"settings_unkept": 1})
        finally:
            del tls_credentials.open

    def test_who_only_checks_hears_what_is_wrong_and_writes_nothing(self):
        self.start()
        before = sorted(os.listdir(self.folder))
        self.put("next.der", BAD)
        with self.assertRaises(ConfigError):
            config_file.tls_context(self.folder, self.broker)
        self.assertEqual(sorted(os.listdir(self.folder)), before)


if __name__ == "__main__":
    unittest.main()
