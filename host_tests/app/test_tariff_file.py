"""A tariff from its file; whatever is wrong is one sentence that names the file."""

import json
import unittest

import scratch_folder
from four_elements import TEXT, VALUES

from wattseal.core.settings import ConfigError
from wattseal.drivers import tariff_file


class TariffFileTest(unittest.TestCase):
    def setUp(self):
        self.folder = scratch_folder.on_host()

    def tearDown(self):
        scratch_folder.remove(self.folder)

    def load(self, raw):
        with open(self.folder + "/t.json", "wb") as file:
            file.write(raw)
        return tariff_file.load(self.folder, "t.json")

    def problem(self, raw):
        try:
            self.load(raw)
        except ConfigError as fault:
            return str(fault)
        self.fail("was taken")
        return ""

    def test_loads_a_good_one(self):
        self.assertEqual(self.load(TEXT).values["id"], "four")

    def test_a_missing_file_is_named(self):
        with self.assertRaises(ConfigError):
            tariff_file.load(self.folder, "t.json")

    def test_what_is_refused_is_one_sentence_with_the_path(self):
        element = {"pc": [{"d": "P", "p": 1}], "re": {"a0": 16000}}
        bars = json.dumps(dict(VALUES, text="a|b")).encode()
        amperes = json.dumps(dict(VALUES, el=[VALUES["el"][0], element])).encode()
        many = [{"pc": [{"d": letter, "p": 1} for letter in "EPTF"], "re": {"s1": i + 1}}
                for i in range(6)]  # fmt: skip
        self.load(json.dumps(dict(VALUES, tax="none", el=many)).encode())
        many.append({"pc": [{"d": "E", "p": 1}]})
        lines = json.dumps(dict(VALUES, tax="none", el=many)).encode()
        for raw, part in (
            (lines, "el: more than 24 prices"),
            (b"", "is refused: no JSON of a tariff, byte 0"),
            (TEXT + b" " * 4096, "more than 4096 bytes"),
            (TEXT.replace(b"CET-1", b"1"), "tz: no name of a zone"),
            (TEXT.replace(b'"EUR"', b'"EURO"'), "cur is not a text"),
            (bars, "text: | ends a part of a record"),
            (amperes, "el[1].re: no record tells the current"),
        ):
            problem = self.problem(raw)
            self.assertTrue(problem.startswith("tariff: %s/t.json is refused: " % self.folder))
            self.assertTrue(part in problem, problem)


if __name__ == "__main__":
    unittest.main()
