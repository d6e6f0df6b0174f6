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
    ("el[0].re.p0", "priced by its average", four(el=[element("E", p0=50000), ENERGY])),
)  # fmt: skip
NO_DOUBTS = (
    four(text="0.39 at night, 0.49 by day, idle 0.10 a minute up to 12.00, from 15 min, 08:00"),
    four(cur="KWD", inc=10),
    four(tax="none", el=[{"pc": [{"d": "E", "p": 1}]}]),
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
