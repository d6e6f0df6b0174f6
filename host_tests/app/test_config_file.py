"""The configuration from its file: whatever is wrong is one sentence with the path in it."""

import unittest

import scratch_folder

from wattseal.core.settings import ConfigError
from wattseal.drivers import config_file

GOOD = (
    b'{"version": 1, "connectors": [{"id": 1, "meter": "sdm630"}], '
    b'"broker": {"host": "b", "tls": "plain-text-accepted"}}'
)


class ConfigFileTest(unittest.TestCase):
    def setUp(self):
        self.folder = scratch_folder.on_host()
        self.path = self.folder + "/config.json"

    def tearDown(self):
        scratch_folder.remove(self.folder)

    def load(self, raw):
        with open(self.path, "wb") as file:
            file.write(raw)
        return config_file.load(self.path)

    def problem(self, raw):
        try:
            self.load(raw)
        except ConfigError as fault:
            return fault.problems[0]
        self.fail("was taken")
        return ""

    def test_loads_a_good_one(self):
        self.assertEqual(self.load(GOOD).connectors[0].meter, "sdm630")

    def test_a_missing_file_is_named(self):
        with self.assertRaises(ConfigError):
            config_file.load(self.path)

    def test_what_cannot_be_read_is_one_sentence_with_the_path(self):
        for raw, part in (
            (b"", "is not JSON"),
            (b"}", "is not JSON"),
            (b"\xff\xfe", "is not "),
            (GOOD + b" " * 8192, "is longer than 8192 bytes"),
        ):
            problem = self.problem(raw)
            self.assertTrue(self.path in problem and part in problem, problem)

    def test_a_folder_of_that_name_is_not_called_missing(self):
        try:
            config_file.load(self.folder)
        except ConfigError as fault:
            self.assertTrue("cannot be read" in fault.problems[0])
        else:
            self.fail("was taken")

    def test_a_flash_that_fails_is_not_the_configuration_s_fault(self):
        def fails(path):
            raise OSError(5, "")  # CPython has an errno of two alone

        self.load(GOOD)
        config_file.open = fails
        try:
            config_file.load(self.path)
        except OSError as fault:
            self.assertEqual(fault.errno, 5)
        else:
            self.fail("was taken")
        finally:
            del config_file.open

    def test_half_a_file_is_refused(self):
        # MicroPython 1.25 takes an object that was never closed; then its keys are missing
        for size in range(1, len(GOOD) - 30, 7):
            self.assertTrue(self.problem(GOOD[:size]))

    def test_what_is_wrong_in_it_is_told_as_ever(self):
        problem = self.problem(GOOD.replace(b"sdm630", b"abacus"))
        self.assertTrue("abacus" in problem and self.path in problem)

    def test_plain_text_needs_no_certificate(self):
        self.assertEqual(config_file.tls_context(self.folder, self.load(GOOD).broker), None)
