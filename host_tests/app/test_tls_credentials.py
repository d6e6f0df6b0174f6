"""The TLS context as the configuration asks for it: how strict it is, and each file's faults."""

import os
import unittest

import scratch_folder
import tls_module
from tls_module import GCM_128, GCM_256, WEAK, Context, Tls, der

from wattseal.core.settings import ConfigError
from wattseal.drivers import config_file, tcp_stream, tls_credentials


class Broker:
    tls, ca, ca_next, cert, key = "required", "ca.der", "", "", ""


def failing(name, number):
    """An `open` that fails for the file `name`."""

    def opened(path, mode):
        if path.endswith("/" + name):
            raise OSError(number, "")  # CPython has an errno of two alone
        return open(path, mode)

    return opened


class TlsCredentialsTest(unittest.TestCase):
    def setUp(self):
        self.folder = scratch_folder.on_host()
        self.broker = Broker()
        self.real = tls_module.put()
        Context.compiled_in = WEAK + (GCM_256, GCM_128)

    def tearDown(self):
        tls_module.take_back(self.real)
        scratch_folder.remove(self.folder)

    def put(self, name, raw):
        with open(self.folder + "/" + name, "wb") as file:
            file.write(raw)

    def context(self):
        return config_file.tls_context(self.folder, self.broker)

    def problem(self):
        try:
            self.context()
        except ConfigError as fault:
            self.assertEqual(len(fault.problems), 1)
            return fault.problems[0]
        self.fail("was taken")
        return ""

    def mutual(self):
        self.broker.cert, self.broker.key = "own.der", "own.key"
        self.put("ca.der", der(b"ca", long=True))
        self.put("own.der", der(b"cert", long=True))
        self.put("own.key", der(b"key"))

    def test_verifies_by_the_ca_and_offers_only_what_is_strong_and_compiled_in(self):
        self.put("ca.der", der(b"ca", long=True))
        context = self.context()
        self.assertEqual(context.protocol, Tls.PROTOCOL_TLS_CLIENT)
        self.assertEqual(context.verify_mode, Tls.CERT_REQUIRED)
        self.assertTrue(context.verify_callback is tcp_stream.lists_hosts)
        self.assertEqual(sorted(context.suites), sorted([GCM_256, GCM_128]))
        self.assertEqual(context.authorities, [der(b"ca", long=True)])
        self.assertEqual(context.own, None)

    def test_both_slots_go_in(self):
        self.broker.ca_next = "next.der"
        self.put("ca.der", der(b"ca"))
        self.put("next.der", der(b"next"))
        self.assertEqual(self.context().authorities, [der(b"next"), der(b"ca")])

    def test_its_own_certificate_and_key_go_in(self):
        self.mutual()
        self.assertEqual(self.context().own, (der(b"cert", long=True), der(b"key")))

    def test_a_key_that_outlasts_an_rp2040_s_watchdog_is_refused(self):
        """The sizes are OpenSSL's: P-521 in PKCS #8; RSA of 1024 bits in PKCS #1."""
        self.mutual()
        self.put("own.key", b"\x30\x81\xee" + bytes(238))
        self.assertEqual(len(self.context().own[1]), 241)
        self.put("own.key", b"\x30\x82\x02\x5c" + bytes(604))
        self.assertTrue("/own.key is an RSA key" in self.problem())

    def test_an_image_without_the_suites_or_without_tls_is_told_so(self):
        self.put("ca.der", der(b"ca"))
        Context.compiled_in = WEAK
        self.assertTrue("no ECDHE suite with AES-GCM" in self.problem())

    def test_each_file_that_is_missing_is_named_with_its_setting(self):
        for name, setting in (("ca", "ca"), ("own", "cert"), ("own", "key")):
            self.mutual()
            path = name + (".key" if setting == "key" else ".der")
            os.remove(self.folder + "/" + path)
            problem = self.problem()
            self.assertTrue(self.folder + "/" + path + " is missing" in problem, problem)
            self.assertTrue("broker.%s names it" % setting in problem, problem)
        self.mutual()
        self.broker.ca_next = "next.der"
        self.assertTrue("broker.ca_next names it" in self.problem())

    def test_each_file_in_pem_is_named_with_what_to_do(self):
        for path, command in (("ca.der", "x509"), ("own.der", "x509"), ("own.key", "pkey")):
            self.mutual()
            self.put(path, b"-----BEGIN SOMETHING-----\n")
            problem = self.problem()
            self.assertTrue(self.folder + "/" + path + " is in PEM" in problem, problem)
            self.assertTrue("openssl %s -outform DER" % command in problem, problem)

    def test_a_flash_that_fails_is_not_the_configuration_s_fault(self):
        """Of a file that is there and cannot be read nobody says that it is missing."""
        self.mutual()
        for name in ("ca.der", "own.der", "own.key"):
            for number in (5, 84):  # EIO; what LittleFS says of damage
                tls_credentials.open = failing(name, number)
                try:
                    if number == 84:
                        self.assertTrue("/%s cannot be read (error 84)" % name in self.problem())
                    else:
                        with self.assertRaises(OSError):
                            self.context()
                finally:
                    del tls_credentials.open

    def test_each_file_that_is_damaged_is_named(self):
        whole = der(b"ca", long=True)
        two = whole + whole
        rows = [b"", b"0", whole[:-1], whole + b"x", two, bytes(300), b"\x30\x84" + bytes(300)]
        rows += [der(b"x" * 5000, long=True), der(b"bad", long=True), der(b"bad")]
        for path, kind in (("ca.der", "certificate"), ("own.der", "certificate"),
                           ("own.key", "private key")):  # fmt: skip
            for raw in rows:
                self.mutual()
                self.put(path, raw)
                problem = self.problem()
                self.assertTrue("/%s is no %s in DER" % (path, kind) in problem, problem)


class ListsHostsTest(unittest.TestCase):
    def test_a_certificate_needs_a_list_of_hosts_an_authority_s_does_not(self):
        oid = b"\x06\x03\x55\x1d\x11"
        for raw in (oid, b"x" + oid, oid + b"x", b"\x55" * 9 + oid + b"\x1d"):
            self.assertEqual(tcp_stream.lists_hosts(memoryview(raw), 0), 0)
        for raw in (b"", b"\x55", oid[1:], oid[:-1], b"\x06\x03\x55\x1d\x13", b"\x55" * 9):
            self.assertTrue(tcp_stream.lists_hosts(memoryview(raw), 0) < 0)
            self.assertEqual(tcp_stream.lists_hosts(memoryview(raw), 1), 0)


if __name__ == "__main__":
    unittest.main()
