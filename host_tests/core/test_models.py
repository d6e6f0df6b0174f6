"""The table of meters: well formed, every row with its vector, the same hash everywhere."""

import os
import sys
import unittest

import vectors

from wattseal.core import models, registers
from wattseal.core.models import MODELS, Model, model_hash

FIRST_RELEASE = (
    "b21", "b23", "b24", "em330", "em340", "em540", "em580", "iem3155", "sdm120", "sdm630",
)  # fmt: skip
MODELS_ON_FILE = [name[:-5] for name in os.listdir(vectors.path("meters"))]
FACTS = (
    "key", "vendor", "model", "energy", "power", "max_registers", "serial", "firmware", "code",
    "codes", "line", "rollover_mwh", "latency_ms", "min_gap_ms", "invalid", "exponent", "beside",
    "confirmed",
)  # fmt: skip


def every():
    return [MODELS[key] for key in MODELS]


def fields(row):
    """Every place that is read, but the model's code."""
    found = row.energy + row.power + (row.exponent, row.serial, row.firmware)
    return [field for field in found if field]


def count(field):
    return field[3] if field[2] in ("text", "hex") else registers.KINDS[field[2]][0]


def span(parts):
    """(function, registers) of the one read of these fields."""
    start = min([field[1] for field in parts])
    return parts[0][0], max([field[1] + count(field) for field in parts]) - start


def changed(**facts):
    row = MODELS["em340"]
    every = {name: getattr(row, name) for name in FACTS}
    every.update(facts)
    return Model(**every)


class TestCatalogue(unittest.TestCase):
    def test_has_the_models_of_the_first_release_and_twenty_at_the_least(self):
        for key in FIRST_RELEASE:
            self.assertTrue(key in MODELS, key)
        self.assertTrue(len(list(MODELS)) >= 20)

    def test_every_row_has_its_vector_and_every_vector_its_row(self):
        self.assertEqual(sorted(MODELS_ON_FILE), sorted(MODELS))

    def test_the_index_names_the_module_of_each(self):
        for key in MODELS:
            self.assertEqual(MODELS[key].key, key)

    def test_what_nobody_knows_is_refused(self):
        for key in ("", "abacus", "SDM630", "eastron", " ", "\n"):
            self.assertFalse(key in list(MODELS))
            with self.assertRaises(KeyError):
                MODELS[key]


class TestForget(unittest.TestCase):
    def loaded(self):
        return [name for name in sys.modules if name.startswith("wattseal.core.models.")]

    def test_only_the_vendor_that_is_used_is_loaded_and_it_goes_again(self):
        models.forget(sys.modules)
        self.assertEqual(self.loaded(), [])
        self.assertEqual(len(list(MODELS)), len(MODELS_ON_FILE))
        self.assertEqual(self.loaded(), [])
        row = MODELS["wm3m4"]
        self.assertEqual(self.loaded(), ["wattseal.core.models.iskra"])
        models.forget(sys.modules)
        self.assertEqual(self.loaded(), [])
        self.assertFalse(hasattr(models, "iskra"))
        self.assertEqual(row.line, (115200, "N", 1, 33))
        self.assertEqual(model_hash(MODELS["wm3m4"]), model_hash(row))
        self.assertTrue(models.MODELS is MODELS and "wattseal.core.models" in sys.modules)


class TestTable(unittest.TestCase):
    def test_every_field_is_well_formed(self):
        for row in every():
            for field in fields(row) + ([row.code] if row.code else []):
                self.assertTrue(field[0] in (3, 4) and 0 <= field[1] <= 0xFFFF)
                if field[2] in ("text", "hex"):
                    self.assertTrue(0 < field[3] <= row.max_registers)
                else:
                    self.assertTrue(field[2] in registers.KINDS)
                    self.assertTrue(sorted(field[3]) == list("ABCD"))
                    self.assertTrue(field[4] and field[5] > 0)
            for kind, code in row.invalid:
                self.assertTrue(0 <= code < 1 << 16 * registers.KINDS[kind][0])
            self.assertTrue(0 < row.max_registers <= 125 and row.latency_ms > 0)
            self.assertTrue(0 <= row.min_gap_ms < 1000 and row.rollover_mwh >= 0)

    def test_a_line_is_one_that_a_bus_can_have(self):
        for row in every():
            baud, parity, stop_bits, unit = row.line
            self.assertTrue(baud in (None, 1200, 2400, 4800, 9600, 19200, 38400, 115200))
            self.assertTrue(parity in (None, "N", "E", "O"))
            self.assertTrue(stop_bits in (None, 1, 2))
            self.assertTrue(unit is None or 1 <= unit <= 247)

    def test_every_read_is_one_that_the_meter_answers(self):
        for row in every():
            parts = row.energy + ((row.exponent,) if row.exponent else ())
            self.assertTrue(span(parts)[1] + row.beside <= row.max_registers, row.key)
            self.assertTrue(span(row.power)[1] <= row.max_registers, row.key)
            for group in (parts, row.power):
                self.assertEqual(len({field[0] for field in group}), 1)

    def test_no_other_reply_of_a_meter_is_as_long_as_that_of_its_energy(self):
        """A late reply of any other register cannot pass for the energy."""
        for row in every():
            parts = row.energy + ((row.exponent,) if row.exponent else ())
            both = parts + row.power
            together = parts[0][0] == row.power[0][0] and span(both)[1] <= row.max_registers
            function, size = span(both) if together else span(parts)
            energy = (function, size if together else size + row.beside)
            others = [span((field,)) for field in (row.serial, row.firmware, row.code) if field]
            if not together:
                others.append(span(row.power))
            self.assertFalse(energy in others, row.key)

    def test_codes_are_those_of_their_kind(self):
        row = MODELS["b23"]
        self.assertEqual(row.invalid_codes("i32"), (0x7FFFFFFF,))
        self.assertEqual(row.invalid_codes("u64"), (0xFFFFFFFFFFFFFFFF,))
        self.assertEqual(row.invalid_codes("f32"), ())

    def test_a_meter_that_needs_silence_says_so(self):
        self.assertEqual(MODELS["sdm72v2"].min_gap_ms, 100)
        self.assertEqual(MODELS["sdm630"].min_gap_ms, 0)


class TestStep(unittest.TestCase):
    def test_a_whole_number_steps_by_its_count(self):
        for key, step_mwh in (("b23", 10000), ("em340", 1000), ("em24", 100000), ("iem3155", 1000),
                              ("pzem016", 1000), ("ds100", 10000)):  # fmt: skip
            for energy_mwh in (0, 1000, 10**14):
                self.assertEqual(MODELS[key].step_mwh(energy_mwh), step_mwh, key)

    def test_a_float_steps_by_its_spacing_once_that_is_more_than_meters_show(self):
        """kWh of 32 bits: 15.6 Wh from 131072 kWh on; below, two decimals of a kWh."""
        row = MODELS["sdm630"]
        for kwh, step_mwh in ((0, 10000), (8192, 10000), (131071, 10000), (131072, 15625),
                              (262143, 15625), (262144, 31250), (16777216, 2000000)):  # fmt: skip
            self.assertEqual(row.step_mwh(kwh * 1000000), step_mwh, kwh)
        self.assertEqual(MODELS["finder7m38"].step_mwh(1 << 31), 10000)
        self.assertEqual(MODELS["finder7m38"].step_mwh(1000 << 31), 256000)
        self.assertEqual(MODELS["pac2200"].step_mwh(1000 << 31), 10000)

    def test_nobody_tells_the_step_of_a_counter_with_a_power_of_ten(self):
        self.assertEqual(MODELS["wm3m4"].step_mwh(0), 10000)


class TestRollover(unittest.TestCase):
    def test_is_where_a_document_has_it_and_no_guess(self):
        known = {row.key: row.rollover_mwh for row in every() if row.rollover_mwh}
        self.assertEqual(
            known,
            {"dvh4013": (1 << 32) * 1000, "pzem004t": 10**10, "pzem016": 10**10},
        )


class TestHash(unittest.TestCase):
    def test_is_the_same_on_every_interpreter(self):
        for row in every():
            expected = vectors.load("meters/%s.json" % row.key)["hash"]
            self.assertEqual(model_hash(row).hex(), expected, row.key)

    def test_is_of_text_that_every_interpreter_writes_alike(self):
        facts = ("a", 1, -1, 1 << 30, 1 << 31, 1 << 63, (1 << 64) - 1, None, ("x",), ())
        self.assertEqual(
            repr(facts),
            "('a', 1, -1, 1073741824, 2147483648, 9223372036854775808, 18446744073709551615, "
            "None, ('x',), ())",
        )
        for row in every():
            for text in (row.key, row.vendor, row.model):
                self.assertTrue(all(32 <= ord(c) < 127 and c not in "'\"\\" for c in text))

    def test_covers_all_that_decides_what_a_reading_means(self):
        row = MODELS["em340"]
        known = {model_hash(other) for other in every()}
        self.assertEqual(len(known), len(list(MODELS)))
        kwh, wh = row.energy
        power = row.power[0]
        for facts in (
            {"key": "x"}, {"vendor": "x"}, {"model": "x"}, {"energy": (kwh,)}, {"invalid": ()},
            {"energy": (kwh[:4] + (1, 1), wh)}, {"energy": ((3,) + kwh[1:], wh)},
            {"energy": (wh, kwh)}, {"energy": (kwh, wh[:5] + (2,))}, {"rollover_mwh": 1},
            {"power": (power[:3] + (registers.BIG,) + power[4:],)}, {"power": (power, power)},
            {"serial": (3, 0x5000, "text", 8)}, {"serial": None}, {"firmware": None},
            {"firmware": (3, 0x303) + row.firmware[2:]},
            {"exponent": (4, 0x399, "i16", registers.BIG, 1, 1)},
        ):  # fmt: skip
            known.add(model_hash(changed(**facts)))
        self.assertEqual(len(known), len(list(MODELS)) + 17)

    def test_leaves_out_what_only_decides_how_a_meter_is_asked(self):
        row = MODELS["em340"]
        self.assertEqual(model_hash(changed()), model_hash(row))
        self.assertEqual(
            model_hash(
                changed(
                    latency_ms=9, max_registers=9, min_gap_ms=9, beside=9, code=None, codes=(),
                    line=(None, None, None, None), confirmed=False,
                )
            ),
            model_hash(row),
        )  # fmt: skip

    def test_no_fact_of_a_row_is_forgotten_here(self):
        row = MODELS["em340"]
        kept = [name for name in dir(row) if name[0] != "_" and not callable(getattr(row, name))]
        self.assertEqual(sorted(kept), sorted(FACTS))
