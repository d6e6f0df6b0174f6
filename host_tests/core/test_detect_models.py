"""Which model a meter is: sure only by its own code; what cannot be is said in plain words."""

import unittest

from wattseal.core import detect_mains, detect_models
from wattseal.core.models import MODELS
from wattseal.core.reading import Identity


class TestWeigh(unittest.TestCase):
    def weigh(self, key, told):
        return detect_models.weigh(MODELS[key], told)

    def test_its_own_code_makes_sure(self):
        for key, told in (("sdm630", "112"), ("sdm630", "121"), ("b23", "B23"), ("em340", "341")):
            self.assertEqual(self.weigh(key, told), detect_models.SURE)

    def test_no_code_rules_out(self):
        for key, told in (("sdm630", ""), ("sdm230", ""), ("em540", "0")):
            self.assertEqual(self.weigh(key, told), detect_models.NO)

    def test_another_code_counts_where_no_row_has_it(self):
        for key, told in (("sdm630", "32"), ("b23", "B24")):
            self.assertEqual(self.weigh(key, told), detect_models.UNLISTED)

    def test_a_code_that_no_document_has_leaves_it_open(self):
        self.assertEqual(self.weigh("sdm230", "43"), detect_models.MAYBE)

    def test_a_name_in_the_code_makes_sure(self):
        self.assertEqual(self.weigh("iem3155", "iEM3155"), detect_models.SURE)
        self.assertEqual(self.weigh("wm3m4", "WM3M4C"), detect_models.SURE)
        self.assertEqual(self.weigh("iem3155", "iEM3255"), detect_models.MAYBE)

    def test_without_a_code_it_may_be_anything(self):
        self.assertEqual(self.weigh("pzem016", ""), detect_models.MAYBE)

    def test_codes_of_two_rows_are_the_known_ones_alone(self):
        owners = {}
        for key in MODELS:
            row = MODELS[key]
            for code in row.codes:
                owners.setdefault((row.code, code), []).append(key)
        shared = sorted([keys for keys in owners.values() if len(keys) > 1])
        self.assertEqual(shared[-1], ["em340", "gnm3d"])
        self.assertTrue(all(keys == ["em111", "em112"] for keys in shared[:-1]))

    def test_a_name_counts_with_its_vendor_alone(self):
        said = {0: b"Schneider Electric", 1: b"iEM3155 "}
        self.assertTrue(detect_models.names(MODELS["iem3155"], said))
        self.assertFalse(detect_models.names(MODELS["iem3155"], {0: b"X", 1: b"iEM3155"}))
        self.assertFalse(detect_models.names(MODELS["em340"], said))
        self.assertFalse(detect_models.names(MODELS["em340"], {}))


class TestMains(unittest.TestCase):
    def test_the_limits(self):
        problems = detect_models.mains_problems
        for good in ((230000, 50000), (80001, 45001), (299999, 64999), (None, None)):
            self.assertEqual(problems(*good), [])
        self.assertEqual(problems(80000, 50000), ["its voltage reads 80.0 V, not 80 to 300 V"])
        self.assertEqual(problems(0, 0)[1], "its frequency reads 0.0 Hz, not 45 to 65 Hz")
        self.assertEqual(problems(-1500, None), ["its voltage reads -1.5 V, not 80 to 300 V"])
        self.assertEqual(len(problems(300000, 65000)), 2)

    def test_only_models_that_show_none_have_none(self):
        without = [key for key in MODELS if detect_mains.fields(key)[0] is None]
        self.assertEqual(without, ["sdm72"])
        without = [key for key in MODELS if detect_mains.fields(key)[1] is None]
        self.assertEqual(sorted(without), ["dsz15d", "sdm72"])
        self.assertEqual(detect_mains.fields("abacus"), (None, None))


class TestFound(unittest.TestCase):
    def setUp(self):
        self.found = detect_models.Found(7)
        self.found.models = ["em340", "gnm3d"]
        self.found.identity = Identity("4711", "2")

    def test_what_is_not_sure_is_taken_only_as_configured(self):
        self.assertEqual(self.found.model("gnm3d"), "gnm3d")
        self.assertEqual(self.found.model("sdm630"), "")
        self.assertEqual(self.found.model(), "")
        said = detect_models.sentence(self.found)
        self.assertTrue("could be em340 or gnm3d" in said and "4711" in said, said)

    def test_what_is_sure_is_taken_whatever_is_configured(self):
        self.found.models, self.found.sure = ["sdm630"], True
        self.assertEqual(self.found.model("gnm3d"), "sdm630")
        self.assertEqual(detect_models.sentence(self.found), "unit 7: sdm630, serial number 4711")

    def test_a_problem_forbids_it(self):
        self.found.sure, self.found.problems = True, ["it smokes"]
        self.assertEqual(self.found.model("gnm3d"), "")
        self.assertTrue("not accepted: it smokes" in detect_models.sentence(self.found))
