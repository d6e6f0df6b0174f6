"""The table of meters: well formed, every row with its vector, the same hash everywhere."""

import os
import unittest

import vectors

from wattseal.core import models, registers
from wattseal.core.models import MODELS, Model, model_hash


def shape(field):
    count = field[3] if field[2] == "text" else registers.KINDS[field[2]][0]
    return field[0], count


def changed(**facts):
    row = MODELS["em340"]
    every = {
        name: getattr(row, name)
        for name in (
            "key", "vendor", "model", "energy", "power", "serial", "firmware", "max_registers",
            "latency_ms", "invalid", "decimals", "beside",
        )
    }  # fmt: skip
    every.update(facts)
    return Model(**every)


class TestTable(unittest.TestCase):
    def test_has_the_models_of_the_first_release(self):
        self.assertEqual(
            sorted(MODELS),
            ["b21", "b23", "b24", "em330", "em340", "em540", "em580", "iem3155", "sdm120",
             "sdm630"],
        )  # fmt: skip

    def test_every_row_has_its_vector_and_every_vector_its_row(self):
        files = sorted([name[:-5] for name in os.listdir(vectors.path("meters"))])
        self.assertEqual(files, sorted(MODELS))

    def test_every_field_is_well_formed(self):
        for row in MODELS.values():
            for field in [row.energy, row.power, row.serial, row.firmware] + (
                [row.decimals] if row.decimals else []
            ):
                self.assertTrue(field[0] in (3, 4) and 0 <= field[1] <= 0xFFFF)
                if field[2] == "text":
                    self.assertTrue(0 < field[3] <= row.max_registers)
                else:
                    self.assertTrue(field[2] in registers.KINDS)
                    self.assertTrue(sorted(field[3]) == list("ABCD"))
                    self.assertTrue(field[4] > 0 and field[5] > 0)
            for kind, code in row.invalid:
                self.assertTrue(0 <= code < 1 << 16 * registers.KINDS[kind][0])
            self.assertTrue(0 < row.max_registers <= 125 and row.latency_ms > 0)

    def test_no_other_reply_of_a_meter_is_as_long_as_that_of_its_energy(self):
        """A late reply of any other register cannot pass for the energy."""
        for row in MODELS.values():
            if row.decimals:
                energy = (row.energy[0], 4)
            else:
                energy = (row.energy[0], shape(row.energy)[1] + row.beside)
            others = [shape(field) for field in (row.power, row.serial, row.firmware)]
            if row.key != "sdm630":  # energy and power in one reply
                self.assertFalse(energy in others, row.key)

    def test_codes_are_those_of_their_kind(self):
        row = MODELS["b23"]
        self.assertEqual(row.codes("i32"), (0x7FFFFFFF,))
        self.assertEqual(row.codes("u64"), (0xFFFFFFFFFFFFFFFF,))
        self.assertEqual(row.codes("f32"), ())


class TestHash(unittest.TestCase):
    def test_is_the_same_on_every_interpreter(self):
        for key, row in MODELS.items():
            self.assertEqual(model_hash(row).hex(), vectors.load("meters/%s.json" % key)["hash"])

    def test_is_of_text_that_every_interpreter_writes_alike(self):
        facts = ("a", 1, -1, 1 << 30, 1 << 31, 1 << 63, (1 << 64) - 1, None, ("x",), ())
        self.assertEqual(
            repr(facts),
            "('a', 1, -1, 1073741824, 2147483648, 9223372036854775808, 18446744073709551615, "
            "None, ('x',), ())",
        )
        for row in MODELS.values():
            for text in (row.key, row.vendor, row.model):
                self.assertTrue(all(32 <= ord(c) < 127 and c not in "'\"\\" for c in text))

    def test_covers_all_that_decides_what_a_reading_means(self):
        row = MODELS["em340"]
        known = {model_hash(other) for other in MODELS.values()}
        self.assertEqual(len(known), len(MODELS))
        for facts in (
            {"key": "x"}, {"vendor": "x"}, {"model": "x"}, {"decimals": None}, {"invalid": ()},
            {"energy": row.energy[:4] + (1, 1)}, {"energy": (3,) + row.energy[1:]},
            {"power": row.power[:3] + (registers.BIG,) + row.power[4:]},
            {"decimals": row.decimals[:5] + (2,)}, {"serial": (3, 0x5000, "text", 8)},
            {"firmware": (3, 0x303) + row.firmware[2:]},
        ):  # fmt: skip
            known.add(model_hash(changed(**facts)))
        self.assertEqual(len(known), len(MODELS) + 11)
        self.assertEqual(model_hash(changed()), model_hash(row))
        self.assertEqual(model_hash(changed(latency_ms=9, max_registers=9)), model_hash(row))
        self.assertTrue(models is not None)
