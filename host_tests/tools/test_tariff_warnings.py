"""tools.tariff lint: what is legal and likely not meant, and how the command ends."""

import hashlib
import json

import pytest
import tariff_command as tariffs
from tariff_command import element, four

from tools.tariff.lint import lint

NOW_S = 1795910400  # 2026-11-29
DAY, NIGHT = {"t0": 360, "t1": 1320}, {"t0": 1320, "t1": 360}
ENERGY = element("E")
DOUBTS = (
    ("el[0].re.dow", "each day of dow has both ends of it: 00:00-06:00 and 22:00-24:00",
     four(el=[element("E", dow=31, **NIGHT), ENERGY])),
    ("el[1]", "el[0] comes first and takes Mon-Sun 05:00-06:00 of its time",
     four(el=[element("E", **NIGHT), element("E", t0=300, t1=540), ENERGY])),
    ("el[2]", "energy: it never holds, for el[1] and those before it price all of its time",
     four(el=[element("E", **DAY), element("E", **NIGHT), element("E", dow=96)])),
    ("el[1]", "parking time: it never holds",
     four(el=[element("P", i0=60), element("P", i0=90, t0=60, t1=120), ENERGY])),
    ("el", "energy is free Mon-Sun 06:00-08:00, for no element prices it then",
     four(el=[element("E", **NIGHT), element("E", t0=480, t1=1320)])),
    ("el", "energy is free Sat+Sun 00:00-24:00", four(el=[element("E", dow=31)])),
    ("el[1].pc[0]", "a price without VAT among prices with it",
     four(el=[ENERGY, {"pc": [{"d": "F", "p": 1}]}])),
    ("tax", "no price says its VAT", four(el=[{"pc": [{"d": "E", "p": 1}]}])),
    ("el[0].pc[0].s", "pay for more than they used",
     four(el=[{"pc": [{"d": "E", "p": 1, "v": 0, "s": 500}]}])),
    ("valid", "it ended on Thu 2026-01-01 00:00 UTC", four(valid=[1, 1767225600])),
    ("valid", "until then sessions cost nothing", four(valid=[NOW_S + 1, NOW_S + 2])),
    ("max", "can fall while a session goes on",
     four(max={"net": 500000}, el=[ENERGY, {"pc": [{"d": "P", "p": 60000, "v": 7000}]}])),
    ("min", "pays it with no VAT, or", four(min={"net": 10000})),
    ("min", "VAT of no rate", four(min={"net": 10000, "gross": 11900})),
    ("text", "it says 0.59, which is no price", four(text="0.59 EUR/kWh, at night 0.39")),
    ("el[0].re.t0", "02:00-03:00 is skipped on Sun 2027-03-28",
     four(el=[element("E", t0=150, t1=360), ENERGY])),
    ("el[0].re.t1", "02:00-03:00 comes twice on Sun 2027-10-31",
     four(el=[element("E", t0=0, t1=179), ENERGY])),
    ("el[0].re.t0", "and with it all of this window",
     four(el=[element("E", t0=120, t1=180), ENERGY])),
    ("inc", "finer than the smallest unit of JPY", four(cur="JPY")),
    ("inc", "finer than the smallest unit of EUR", four(inc=1)),
    ("el", "energy is free after 10 kWh, for no", four(el=[element("E", e1=10**7)])),
    ("el", "energy is free when a session begins today", four(el=[element("E", s0=3600)])),
    ("el", "energy is free when a session begins today", four(el=[element("E", d1=20000)])),
    ("el", "energy is free from 2027-06-20, for no", four(el=[element("E", d1=20989)])),
    ("el", "energy is free Mon-Sun 06:00-22:00 after 1 h of a session",
     four(el=[element("E", s1=3600), element("E", **NIGHT)])),
    ("el", "energy is free at 22000 W and more", four(el=[element("E", p1=22000)])),
    ("el", "free after 20 kWh after 1 h of a session",
     four(el=[element("E", e1=2 * 10**7), element("E", s1=3600)])),
    ("el[0].pc[0].p", "the driver is paid 0.49 EUR for it", four(el=[element("E", -4900)])),
    ("el[0].pc[0].p", "0.0049 EUR is less than the smallest unit", four(el=[element("E", 49)])),
    ("el[0].pc[0].p", "0.49 JPY is less than the smallest unit of JPY",
     four(cur="JPY", inc=10000, el=[element("E")])),
    ("el[0].pc[0].v", "a VAT of 0.019 %", four(el=[{"pc": [{"d": "E", "p": 4900, "v": 19}]}])),
    ("tz", "it says CET, and is UTC-01:00", four(tz="CET+1CEST,M3.5.0,M10.5.0/3")),
    ("tz", "it says EST, and is UTC+05:00", four(tz="EST-5EDT,M3.2.0,M11.1.0")),
    ("max", "to cost at most 9.99, and 10.00 is paid", four(inc=500, max={"gross": 99900})),
    ("max", "to cost at most 9.99, and 10.00 is paid",
     four(tax="none", inc=500, max={"net": 99900}, el=[{"pc": [{"d": "E", "p": 4900}]}])),
    ("min", "to cost at least 1.01, and 1.00 is paid",
     four(inc=500, min={"gross": 10100, "v": 19000})),
    ("max", "10.00 without VAT and 20.00 with it are not apart by the VAT of any price",
     four(max={"net": 100000, "gross": 200000})),
    ("min", "10.00 without VAT and 10.50 with it are not apart",
     four(min={"net": 100000, "gross": 105000, "v": 19000})),
    ("min", "with VAT counted it is more than max",
     four(min={"gross": 119000, "v": 19000}, max={"net": 50000})),
    ("el[1].re", "a session pays this once if it is on at any moment of these times",
     four(el=[ENERGY, element("F", 5000, **NIGHT)])),
    ("el[0].re.p0", "priced by its average", four(el=[element("E", p0=50000), ENERGY])),
)  # fmt: skip
NO_DOUBTS = (
    four(text="0.39 at night, 0.49 by day, idle 0.10 a minute up to 12.00, from 15 min, 08:00"),
    four(cur="KWD", inc=10),
    four(tax="none", el=[{"pc": [{"d": "E", "p": 100}]}]),
    four(tax="none", cur="JPY", inc=10000, el=[{"pc": [{"d": "E", "p": 300000}]}]),
    four(cur="CHF", inc=500, max={"gross": 99500}, min={"gross": 10000, "v": 19000}),
    four(cur="CHF", inc=500, min={"gross": 9900, "v": 19000}),  # 1.00 is paid, and that is more
    four(max={"net": 84034, "gross": 100000}),  # apart by 19 %, to the cent
    four(
        max={"net": 84034, "gross": 90000},
        el=[ENERGY, {"pc": [{"d": "P", "p": 60000, "v": 7000}]}],
    ),  # between 7 and 19 %
    four(el=[element("E", e0=10**7), element("E", e1=10**7)]),
    four(el=[element("E", s1=3600, e1=5), element("E", s1=3600), element("E", s0=3600)]),
    four(el=[element("E", d1=99999, **NIGHT), element("E", d1=99999, **DAY), ENERGY]),
    four(tz="IST-1GMT0,M10.5.0,M3.5.0/1"),
    four(tz="CET-1"),
    four(tz="XYZ5"),
    four(el=[ENERGY, element("F", 5000, s0=60)]),
    four(max={"net": 500000}, min={"net": 10000, "v": 19000}),
    four(min={"net": 10000, "gross": 11900, "v": 19000}),
    four(max={"gross": 500000}, el=[ENERGY, {"pc": [{"d": "P", "p": 60000, "v": 7000}]}]),
    four(valid=[NOW_S, NOW_S + 1]),
    four(el=[element("E", **NIGHT), element("E", **DAY)]),
    four(el=[element("E", t0=120, t1=180), ENERGY], tz="UTC0"),
    four(el=[element("E", e0=1000), element("E", e1=500), ENERGY]),
    four(el=[element("T", rsv="R"), element("T", rsv="X"), element("T"), ENERGY][1:]),
)


@pytest.fixture
def run(capsys, monkeypatch):
    return lambda *arguments: tariffs.main(capsys, monkeypatch, "lint", *arguments)


@pytest.mark.parametrize(("place", "what", "values"), DOUBTS, ids=range(len(DOUBTS)))
def test_what_is_likely_not_meant_is_said(tmp_path, place, what, values):
    found = lint(tariffs.written(tmp_path, values), NOW_S)
    assert found["accepted"]
    told = [(row["place"], row["what"]) for row in found["warnings"]]
    assert any(where == place and what in words for where, words in told), told


@pytest.mark.parametrize("values", NO_DOUBTS, ids=range(len(NO_DOUBTS)))
def test_what_is_meant_is_no_warning(tmp_path, values):
    found = lint(tariffs.written(tmp_path, values), NOW_S)
    assert found["accepted"] and found["warnings"] == []


def test_a_refused_file_among_good_ones(run, tmp_path):
    bad = tariffs.written(tmp_path, four(inc=0, cur="eur"))
    status, out, err = run(tariffs.FOUR, bad)
    assert (status, err) == (1, "")
    assert f"{bad}: REFUSED, 2 reasons" in out and f"{tariffs.FOUR}: accepted" in out
    assert "refused inc is not a whole number from 1 to 1000000; write 100 " in out
    status, out, err = run(tariffs.FOUR, bad, "--json")
    assert (status, err) == (1, "")
    good, refused = json.loads(out)["files"]
    assert good["accepted"] and good["version"] == 3 and not refused["accepted"]
    assert [row["place"] for row in refused["refusals"]] == ["inc", "cur"]


def test_the_canonical_form_has_the_hash(run):
    status, out, err = run(tariffs.FOUR, "--canonical")
    assert (status, err) == (0, "")
    _, told, _ = run(tariffs.FOUR, "--json")
    assert json.loads(told)["files"][0]["hash"] == hashlib.sha256(out.encode()).hexdigest()


def test_a_file_that_is_too_long_has_its_other_reasons_too(run, tmp_path):
    long = json.dumps(four(inc=0)).encode() + b" " * 4096
    status, out, _ = run(tariffs.written(tmp_path, long))
    assert status == 1 and "more than 4096 bytes" in out and "inc is not" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["none.json"], "none.json cannot be read (No such file"),
        (["."], "cannot be read"),
        (["a\0b"], "null byte"),
        ([], "Missing argument"),
        (["--colour", tariffs.FOUR], "--colour"),
        (["--canonical", "--json", tariffs.FOUR], "--canonical is of one FILE"),
        (["--canonical", tariffs.FOUR, tariffs.FOUR], "--canonical is of one FILE"),
    ],
)
def test_what_it_cannot_use_is_one_sentence(run, arguments, said):
    status, out, err = run(*arguments)
    assert (status, out) == (2, "") and said in err
    assert err.startswith("tariff: ") and err.count("\n") == 1 and ";" in err


def test_canonical_of_a_refused_file(run, tmp_path):
    status, out, err = run("--canonical", tariffs.written(tmp_path, four(inc=0)))
    assert (status, out) == (1, "") and "refused by the firmware: inc is not" in err
