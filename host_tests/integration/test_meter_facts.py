"""The rows of the firmware against the collected register facts, where those lie beside the tree.

An extra: without the facts the golden vectors alone judge the rows.
"""

import json
from fractions import Fraction

import interpreters
import pytest

from wattseal.core.models import MODELS

FACTS = interpreters.ROOT.parent / "shared/data/meters.json"
ENTRIES = {
    "sdm630": "eastron_sdm630_v2", "sdm120": "eastron_sdm120", "b21": "abb_a_b_series",
    "b23": "abb_a_b_series", "b24": "abb_a_b_series", "em330": "carlo_gavazzi_em300",
    "em340": "carlo_gavazzi_em300", "em540": "carlo_gavazzi_em300",
    "em580": "carlo_gavazzi_em580", "iem3155": "schneider_iem3000",
}  # fmt: skip
ENERGY = {"em330": "energy_import_int_kwh", "em340": "energy_import_int_kwh",
          "em540": "energy_import_64"}  # fmt: skip
pytestmark = pytest.mark.skipif(not FACTS.exists(), reason="../shared is not here")


def entry(key):
    meters = json.loads(FACTS.read_text())["meters"]
    return next(meter for meter in meters if meter["id"] == ENTRIES[key])


def told(register, milli=1000):
    """(address, kind, order, factor to milli-units) as the facts have it."""
    kind = register["type"].replace("s", "i", 1)
    order = "CDAB" if kind.endswith("_le") else "ABCD"
    factor = Fraction(str(register["scale"])) * milli
    return register["addr"], kind.removesuffix("_le"), order, factor


def ours(field):
    return field[1], field[2], field[3], Fraction(field[4], field[5])


@pytest.mark.parametrize("key", sorted(MODELS))
def test_a_row_is_what_the_facts_say(key):
    facts, row = entry(key), MODELS[key]
    registers = facts["registers"]
    assert facts["vendor"] == row.vendor
    assert any(row.model in model for model in facts["models"])
    assert ours(row.energy) == told(registers[ENERGY.get(key, "energy_import")])
    assert ours(row.power) == told(registers["power_total"])
    if row.decimals:
        assert ours(row.decimals) == told(registers["energy_import_dec_wh"])
    assert row.energy[0] == row.power[0] == facts["read_fc"]
    for field, name in ((row.serial, "serial_number"), (row.firmware, "firmware")):
        assert field[:2] == (facts[name]["fc"], facts[name]["addr"])
        kind = facts[name]["type"]
        assert field[2] == ("text" if kind == "ascii" else kind)
        assert field[2] != "text" or field[3] == facts[name]["regs"]
    assert row.max_registers <= facts["max_regs_per_read"]["value"]
    if "timing" in facts:
        assert row.latency_ms >= facts["timing"]["reply_max_ms"]
