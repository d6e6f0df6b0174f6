"""The prices of an emulated run: computed anew from the records, and judged."""

import json
from types import SimpleNamespace

import pytest
from four_elements import TEXT

from tools.emulate.price_rows import rows
from tools.stored import Stored
from tools.tariff_files import keep
from wattseal.core import ocmf
from wattseal.core.entry import Entry
from wattseal.core.pricing import record_cost
from wattseal.core.pricing.json_text import write
from wattseal.core.pricing.loading import load

HEAD = ocmf.Head("Wattseal", "w1", "0", "E", "S", "1", "", "EVSEID", "1")
WHO = ocmf.Identification(True, "VERIFIED", ["RFID_NONE"], "LOCAL", "00ff")
BEGIN_MS = 1795032000000
SEGMENTS = [[0, 8000, "C"]]


@pytest.fixture
def folder(tmp_path):
    canonical = bytearray()
    write(load(TEXT).values, canonical.extend)
    keep(tmp_path, load(TEXT).identity, bytes(canonical))
    return tmp_path


def played(folder, *costs):
    records = {}
    for number, cost in enumerate(costs, 1):
        entries = [
            Entry(BEGIN_MS, "S", "B", 1000, "", "G"),
            Entry(BEGIN_MS + 600_000, "S", "L", 9000, "", "G"),
        ]
        cost = cost or record_cost.of(load(TEXT), entries, SEGMENTS)
        text = ocmf.payload(HEAD, number, WHO, entries, [("XS", SEGMENTS), ("XC", cost)])
        record = ocmf.frame(text, "00")
        records[number] = Stored(number, "session", 1, f"session {number}", record, [])
    return SimpleNamespace(
        receiver=SimpleNamespace(records=records, device="w1", folder=folder)
    )  # fmt: skip


def told(*arguments):
    found = rows(*arguments)
    return {row.key: row.value for row in found}, [row.key for row in found if row.fault]


def test_what_is_priced_right_misses_nothing(folder):
    values, missed = told(played(folder, None, None), TEXT)
    assert missed == []
    assert (values["priced"], values["price_equal"]) == (2, 2)
    assert values["payable_e4"] == 2 * 52200  # 8 kWh and the start


def test_a_record_without_a_price_is_missed_with_its_reason(folder):
    values, missed = told(played(folder, None, {"flags": ["tariff_gone"]}), TEXT)
    assert missed == ["priced", "price_equal"]
    assert values["flag_tariff_gone"] == 1


def test_another_amount_is_missed(folder):
    cost = json.loads(ocmf.split(played(folder, None).receiver.records[1].ocmf)[0])["XC"]
    assert told(played(folder, {**cost, "pay": cost["pay"] + 100}), TEXT)[1] == ["price_equal"]


def test_a_tariff_that_was_not_the_given_one_is_missed(folder):
    other = TEXT.replace(b'"ver": 3', b'"ver": 4')
    assert told(played(folder, None), other)[1] == ["other_tariffs"]


def test_a_tariff_that_was_never_published_is_missed(tmp_path):
    assert told(played(tmp_path, None), TEXT)[1] == ["price_equal"]
