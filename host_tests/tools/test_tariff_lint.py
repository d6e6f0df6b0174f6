"""tools.tariff lint: the device's verdict always, every reason, and what is likely not meant."""

import copy
import json
import random
import tempfile
from pathlib import Path

import pytest
import tariff_command as tariffs
import vectors
from hypothesis import given, settings
from hypothesis import strategies as some

from tools.tariff.lint import lint
from wattseal.core.pricing.loading import load
from wattseal.core.pricing.tariff import TariffError

NOW_S = 1795910400  # 2026-11-29
VECTORS = vectors.load("pricing_tariffs.json")
GOOD = list(VECTORS["tariffs"].values())


def device(text):
    """Why a device refuses it; what no record can show is told here once more."""
    try:
        tariff = load(text)
    except TariffError as fault:
        return str(fault)
    if "|" in tariff.values.get("text", ""):
        return "text"
    currents = [key for e in tariff.elements for key in e.get("re", {}) if key[0] == "a"]
    return "current" if currents else ""


FOUR_TEXT = json.dumps(tariffs.four())


def linted(values, folder):
    return lint(tariffs.written(folder, values), NOW_S)


@pytest.fixture
def run(capsys, monkeypatch):
    return lambda *arguments: tariffs.main(capsys, monkeypatch, "lint", *arguments)


def test_the_shipped_tariffs_are_taken_without_a_warning(run):
    files = sorted(tariffs.SHIPPED.glob("*.json"))
    assert len(files) == 3
    for path in files:
        found = lint(path, NOW_S)
        assert found["accepted"] and found["warnings"] == [] and found["bytes"] < 4096
        assert found["hash"] == load(path.read_bytes()).identity
    status, out, err = run(*files)
    assert (status, err) == (0, "") and out.count(": accepted\n") == 3
    assert "size    483 of 4096 bytes, 391 in canonical form" in out


def test_the_refusals_of_the_vectors(tmp_path):
    for why, values in VECTORS["reject"]:
        for whole in (values, {"tz": "UTC0", "inc": 100, **values}):
            found = linted(whole, tmp_path)
            text = json.dumps(whole).encode()
            assert not found["accepted"], why
            assert found["refusals"][0]["what"] == device(text), why
            assert all(row["todo"] != "mend it" for row in found["refusals"]), why


def test_the_good_ones_of_the_vectors(tmp_path):
    for values in GOOD:
        found = linted(values, tmp_path)
        assert found["accepted"] == (device(json.dumps(values).encode()) == "")


def mutated(seed):
    """A tariff of the vectors with up to three things changed in it, or in its text."""
    chance = random.Random(seed)
    values = copy.deepcopy(chance.choice(GOOD))
    pool = (0, -1, 1, 127, 10**15, "", "E", "R", "x|y", "a\\b", [], {}, [{}], {"a0": 1}, None, 0.5)
    for _ in range(chance.choice((0, 1, 1, 1, 2, 3))):
        owners, left = [], [values]
        while left:
            owner = left.pop()
            rows = owner.values() if isinstance(owner, dict) else owner
            left += [row for row in rows if isinstance(row, (dict, list))]
            owners += [owner] if owner else []
        if not owners:
            break
        owner = chance.choice(owners)
        places = list(owner) if isinstance(owner, dict) else list(range(len(owner)))
        place = chance.choice(places)
        way = chance.randrange(4)
        if way == 0:
            del owner[place]
        elif way == 1 and isinstance(owner, dict):
            name = chance.choice(
                ("t0", "a0", "i0", "dow", "cap", "min", "v", "el x", "z" * 30, "")
            )
            owner[name] = chance.choice(pool)
        else:
            owner[place] = copy.deepcopy(chance.choice([*pool, *(owner[p] for p in places)]))
    text = bytearray(json.dumps(values).encode())
    if chance.random() < 0.1:
        text[chance.randrange(len(text))] = chance.randrange(256)
    return bytes(text)


@settings(max_examples=150, deadline=None)
@given(some.integers(0, 1 << 32))
def test_the_verdict_is_the_devices_for_any_tariff(seed):
    text = mutated(seed)
    said = device(text)
    with tempfile.TemporaryDirectory() as folder:
        found = linted(text, Path(folder))
    assert found["accepted"] == (not said)
    assert bool(found["refusals"]) == bool(said)
    if said not in ("", "text", "current") and ": unknown key" not in said:
        assert found["refusals"][0]["what"] == said


def test_reasons_are_at_the_places_of_the_file(tmp_path):
    bad = {"pc": [{"d": "Q", "p": 1}, {"d": "E", "p": "x"}], "re": {"soc": 1}}
    told = [
        row["what"]
        for row in linted(tariffs.four(el=[bad, tariffs.element("E")]), tmp_path)["refusals"]
    ]
    assert told == [
        "el[0].re.soc: unknown key", "el[0].pc[0].d: none of E, T, P and F",
        "el[0].pc[1].p is not a whole number from -999999999 to 999999999",
    ]  # fmt: skip


def test_a_key_of_any_kind_has_a_place(tmp_path):
    for name, place in (("el x", "el x"), ("", "the empty key"), ("z" * 30, "z" * 20)):
        (told,) = linted(tariffs.four(**{name: 1}), tmp_path)["refusals"]
        assert told["place"] == place and told["what"].endswith(": unknown key")


def test_every_number_that_is_none_is_said(tmp_path):
    values = tariffs.four(ver=None, text="50 \u20ac", inc=0)
    values["el"][1]["pc"][0]["p"] = 0.49
    found = linted(json.dumps(values, indent=1).encode(), tmp_path)["refusals"]
    assert found[0]["what"].startswith("no JSON of a tariff, byte ")
    assert found[0]["place"] == "line 3, column 9"
    assert [row["what"] for row in found[1:]] == [
        "text: a text with an escape, or not in ASCII",
        "el[1].pc[0].p: 0.49 is no whole number of up to 16 digits",
        "inc is not a whole number from 1 to 1000000",
    ]


def test_a_byte_order_mark_is_called_one(tmp_path):
    told = linted(b"\xef\xbb\xbf" + json.dumps(tariffs.four()).encode(), tmp_path)["refusals"]
    assert [(row["what"], row["place"]) for row in told] == [
        ("the file begins with a byte order mark", "line 1, column 1")
    ]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (FOUR_TEXT.encode("utf-16"), "the file is no text in ASCII or UTF-8"),
        (FOUR_TEXT.encode("utf-16-le"), "the file is no text in ASCII or UTF-8"),
        (FOUR_TEXT[:-2].encode() + b", ] }", "a comma with nothing behind it"),
        (b'{"id": "a",}', "a comma with nothing behind it"),
    ],
)
def test_what_an_editor_does_to_a_file_is_called_by_its_name(tmp_path, text, what):
    assert linted(text, tmp_path)["refusals"][0]["what"] == what


@pytest.mark.parametrize(
    ("values", "todo"),
    [
        ({"cur": 5}, "write the currency's code"), ({"cur": "EURO"}, "write the currency's code"),
        ({"tax": "x"}, "write incl when"), ({"tz": ""}, "write a POSIX rule"),
        ({"el": [tariffs.element("E", t0=0, t1=1440)]}, "for midnight write 0"),
        ({"el": [{"pc": [{"d": "kWh", "p": 1}]}]}, "write E energy"),
    ],
)  # fmt: skip
def test_the_advice_is_that_of_the_key(tmp_path, values, todo):
    (told,) = linted(tariffs.four(**values), tmp_path)["refusals"]
    assert told["todo"].startswith(todo)


def test_a_letter_that_is_none_is_one_reason(tmp_path):
    (told,) = linted(json.dumps(tariffs.four(cur="EU\u20ac")).encode(), tmp_path)["refusals"]
    assert "a text with an escape, or not in ASCII" in told["what"]


def test_a_tariff_of_ocpi_is_told_the_way(tmp_path):
    given = {"id": "1", "currency": "EUR", "elements": [{"price_components": [{"price": 0.3}]}]}
    (told,) = linted(json.dumps(given).encode(), tmp_path)["refusals"]
    assert told["what"] == "this is a tariff as OCPI has it" and "from-ocpi" in told["todo"]


def test_sides_that_differ_where_there_is_no_vat_are_told(tmp_path):
    prices = [{"pc": [{"d": "E", "p": 4900}]}]
    values = tariffs.four(tax="none", el=prices, inc=0, max={"net": 1, "gross": 2})
    found = linted(values, tmp_path)["refusals"]
    assert [(row["place"], row["todo"][:19]) for row in found] == [
        ("inc", "write 100 where the"), ("max.net", "write the same for "),
    ]  # fmt: skip


def planted(name):
    """A fault of its own in the tariff of four elements, and how it is told."""
    return {
        "inc": (lambda v: v.update(inc=0), "inc is not"),
        "cur": (lambda v: v.update(cur="eur"), "cur: three"),
        "tz": (lambda v: v.update(tz="Europe/Berlin"), "tz: "),
        "key": (lambda v: v.update({"el z" * 9: 1}), "el zel zel zel zel z: unknown key"),
        "valid": (lambda v: v.update(valid=[2, 1]), "valid: it ends"),
        "min": (lambda v: v.update(min={"v": 7}), "min.v: "),
        "max": (lambda v: v.update(max={"nett": 7}), "max.nett: unknown key"),
        "text": (lambda v: v.update(text="a|b"), "text: | ends"),
        "price": (lambda v: v["el"][0]["pc"][0].update(p="1"), "el[0].pc[0].p is not"),
        "times": (lambda v: v["el"][0]["re"].update(t1=1320), "el[0].re.t1: it ends when"),
        "twice": (lambda v: v["el"][1]["pc"].append({"d": "E", "p": 1}), "el[1].pc[1].d: E comes"),
        "idle": (lambda v: v["el"][1].update(re={"i0": 5}), "el[1].re.i0 cannot restrict E"),
        "days": (lambda v: v["el"][2]["re"].update(dow=0), "el[2].re.dow is not"),
        "current": (lambda v: v["el"][2]["re"].update(a0=9), "el[2].re: no record"),
        "flat": (lambda v: v["el"][3]["pc"][0].update(cap=9), "el[3].pc[0].d: a flat"),
        "vat": (lambda v: v["el"][2]["pc"][0].update(v=-1), "el[2].pc[0].v is not"),
        "last": (lambda v: v["el"].append(tariffs.element("F")), "el[4].pc[0].d: an element"),
    }[name]


NAMES = (
    "inc", "cur", "tz", "key", "valid", "min", "max", "text", "price", "times", "days", "current",
    "vat", "twice", "last", "idle", "flat",
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(some.lists(some.sampled_from(NAMES), min_size=1, unique=True))
def test_every_reason_is_said_at_once_and_no_other(names):
    # What makes another element cover, or not, would change a reason after it.
    names = [name for name in names if not (name in ("twice", "last") and len(names) > 1)]
    values = tariffs.four()
    for name in names:
        planted(name)[0](values)
    with tempfile.TemporaryDirectory() as folder:
        told = [row["what"] for row in linted(values, Path(folder))["refusals"]]
    expected = [planted(name)[1] for name in names]
    assert len(told) == len(expected)
    assert all(any(row.startswith(begin) for row in told) for begin in expected), told
