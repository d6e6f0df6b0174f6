"""The rows of the firmware against the collected register facts, where those lie beside the tree.

An extra: without the facts the golden vectors alone judge the rows.
"""

import json
from fractions import Fraction

import interpreters
import pytest

from wattseal.core import detect_mains
from wattseal.core.models import MODELS

FACTS = interpreters.ROOT.parent / "shared/data/meters.json"
ENTRIES = {
    "sdm630": "eastron_sdm630_v2", "sdm120": "eastron_sdm120", "sdm230": "eastron_sdm230",
    "sdm72": "eastron_sdm72d_m", "sdm72v2": "eastron_sdm72dm_v2",
    "b21": "abb_a_b_series", "b23": "abb_a_b_series", "b24": "abb_a_b_series",
    "em111": "carlo_gavazzi_em100", "em112": "carlo_gavazzi_em100",
    "em330": "carlo_gavazzi_em300", "em340": "carlo_gavazzi_em300",
    "em540": "carlo_gavazzi_em300", "em580": "carlo_gavazzi_em580",
    "em24": "carlo_gavazzi_em24_rs485", "em24e1": "carlo_gavazzi_em24_e1",
    "iem3155": "schneider_iem3000", "pro1": "inepro_pro", "pro380": "inepro_pro",
    "we516": "orno_we516_517", "we517": "orno_we516_517",
    "pzem004t": "peacefair_pzem", "pzem016": "peacefair_pzem", "wm3m4": "iskra_wm3m4",
    "gnm3d": "garo_gnm3", "dtsu666": "chint_dtsu666", "pac2200": "siemens_pac2200",
    "ds100": "bg_ds100", "finder7m38": "finder_7m38", "dvh4013": "dzg_dvh4013",
    "dsz15d": "eltako_dsz", "mpm3pm": "bernecker_mpm3pm", "dmg610": "lovato_dmg610",
}  # fmt: skip
SPLIT = ("energy_import_int_kwh", "energy_import_dec_wh")
# What the register of the billing energy is called where it is not energy_import
ENERGY = {
    "em111": SPLIT, "em112": SPLIT, "em330": SPLIT, "em340": SPLIT,
    "em540": ("energy_import_64",), "pzem004t": ("energy_total",), "pzem016": ("energy_total",),
}  # fmt: skip
POWER = {"dvh4013": ("power_import", "power_export")}
ORDER_CODE = {"em24e1": "EM24"}  # the facts have order codes
# Decided against the facts' largest read, or where they have none: single values and no more
SMALLER = {"sdm72": 10, "sdm72v2": 10}
UNKNOWN_MOST = 4
pytestmark = pytest.mark.skipif(not FACTS.exists(), reason="../shared is not here")


def meters():
    return json.loads(FACTS.read_text())["meters"]


def entry(key):
    return next(meter for meter in meters() if meter["id"] == ENTRIES[key])


def told(register, milli=1000):
    """(address, kind, order, factor to milli-units) as the facts have it."""
    kind = register["type"].split()[0].replace("s", "i", 1).replace("T", "t")
    order = "CDAB" if kind.endswith("_le") else "ABCD"
    factor = Fraction(str(register["scale"])) * milli
    return register["addr"], kind.removesuffix("_le"), order, factor


def ours(field):
    return field[1], field[2], field[3], abs(Fraction(field[4], field[5]))


def test_every_meter_of_high_confidence_has_a_row():
    high = {meter["id"] for meter in meters() if meter["confidence"] == "high"}
    assert high <= set(ENTRIES.values())


def test_every_row_is_in_the_facts():
    assert sorted(ENTRIES) == sorted(MODELS)


@pytest.mark.parametrize("key", sorted(MODELS))
def test_a_row_measures_what_the_facts_say(key):
    facts, row = entry(key), MODELS[key]
    registers = facts["registers"]
    assert row.vendor == facts["vendor"]
    assert any(ORDER_CODE.get(key, row.model) in model for model in facts["models"])
    for fields, names in (
        (row.energy, ENERGY.get(key, ("energy_import",))),
        (row.power, POWER.get(key, ("power_total",))),
    ):
        if key == "pac2200" and fields is row.energy:  # the facts have tariff 1 alone
            first, second = map(ours, fields)
            assert second == (first[0] + 4, *first[1:])
            fields = fields[:1]
        assert [ours(field) for field in fields] == [told(registers[name]) for name in names]
        assert {field[0] for field in fields} == {facts["read_fc"]}
    if row.exponent:
        assert registers["energy_import"]["type"].endswith("10^s16@%d" % row.exponent[1])
        assert row.exponent[0] == facts["read_fc"] and row.exponent[2] == "i16"


@pytest.mark.parametrize("key", sorted(MODELS))
def test_a_row_tells_who_a_meter_is_as_the_facts_say(key):
    facts, row = entry(key), MODELS[key]
    for field, name in ((row.serial, "serial_number"), (row.firmware, "firmware")):
        if facts[name] is None:
            assert field is None
            continue
        assert field[:2] == (facts[name]["fc"], facts[name]["addr"])
        kind = facts[name]["type"].split()[0]
        if "hex digits" in facts[name]["type"]:
            kind = "hex"
        assert field[2] == ("text" if kind == "ascii" else kind)
        assert field[2] != "text" or field[3] == facts[name]["regs"]
    known = facts["identification"]
    if row.code is None:  # none, function 43, or an address that nobody has checked
        assert known is None or "addr" not in known or "UNCHECKED" in known["note"]
        return
    assert row.code[:2] == (known["fc"], known["addr"])
    values = known.get("values", {})
    if row.code[2] == "text":
        assert row.codes in ((), (row.model,))
    elif row.code[0] == 3 and values:
        accepted = {int(value, 0) for value, what in values.items() if names(key, what)}
        assert set(row.codes) == accepted
    else:
        assert row.codes == ()


def names(key, what):
    """Whether the facts' word for a code is a row's meter."""
    model = entry(key)["vendor"] == "Carlo Gavazzi" and key.startswith("em1") and "EM1xx"
    return (model or ORDER_CODE.get(key) or MODELS[key].model.split("-")[0].rstrip("M")) in what


@pytest.mark.parametrize("key", sorted(MODELS))
def test_a_row_asks_and_talks_as_the_facts_say(key):
    facts, row = entry(key), MODELS[key]
    most = facts["max_regs_per_read"]["value"] or UNKNOWN_MOST
    assert row.max_registers == SMALLER.get(key, most)
    timing = facts.get("timing", {})
    assert row.latency_ms >= max(timing.get("reply_max_ms", 0), timing.get("needs_timeout_ms", 0))
    assert row.confirmed == (facts["confidence"] == "high")
    line = facts["serial_defaults"] or {"unit": facts.get("tcp", {}).get("unit")}
    assert row.line == tuple(line.get(name) for name in ("baud", "parity", "stop_bits", "unit"))
    told_codes = facts.get("invalid_values", {})
    for kind, code in row.invalid:
        if told_codes:  # else those of a sister, or what its kinds have for it: see the rows
            assert told_codes[kind.replace("i", "s")].startswith("0x%X" % code)
    gaps = [quirk for quirk in facts.get("quirks", []) if "silent interval" in quirk]
    assert bool(gaps) <= (row.min_gap_ms >= 100)


@pytest.mark.parametrize("key", sorted(MODELS))
def test_the_mains_are_where_the_facts_say(key):
    """What commissioning looks at: voltage in mV, frequency in mHz."""
    facts = entry(key)
    for field, name in zip(detect_mains.fields(key), ("voltage_l1", "frequency"), strict=True):
        register = facts["registers"].get(name)
        assert (field is None) == (register is None)
        if field is not None:
            iskra = {"t5": "t6"}  # the same without a sign
            address, kind, order, factor = told(register)
            assert ours(field) == (address, iskra.get(kind, kind), order, factor)
            assert field[0] == facts["read_fc"]
