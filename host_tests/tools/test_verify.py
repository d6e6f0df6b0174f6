"""Verdicts on whole records: those of three releases of the reference verifier, case by case."""

import ast
import json
import re
from decimal import Decimal

import interpreters
import pytest
import signed_records as signed
import vectors

from tools.verify import OWN, RULES, findings, gson, own, signature, verify_pair, verify_record
from wattseal.core import ocmf, ocmf_rules, safe_rules

SHARED = interpreters.ROOT.parent / "shared/data"
RELEASES = ("1.4.1", "1.3.0", "1.2.0")
# The key of the program's error, for each finding; FORMAT covers all that it could not read.
FORMAT = "error.format.unknown"
ERRORS = {
    "not_ocmf": FORMAT, "json": FORMAT, "duplicate_key": FORMAT, "format_version": FORMAT,
    "signature_algorithm": FORMAT,
    "public_key": "error.values.publickey.cannot.encode",
    "signature": "error.verification.failed",
    "signature_der": "error.invalid.asn1Signature.length",
    "begin_missing": "error.values.no.start.meter.values",
    "end_missing": "error.values.no.stop.meter.values",
    "begin_twice": "error.values.toomany.start",
    "energy_negative": "app.verify.law.conform.meter.wrong",
    "time_backwards": "app.verify.law.conform.meter.time.wrong",
    "identification_level": "app.verify.law.conform.timesynchronicity.wrong",
    "time_state": "app.verify.law.conform.timesynchronicity.wrong",
    "status": "app.verify.law.conform.meterstatus.wrong",
    "energy_error": "app.verify.law.conform.error.flag.energy",
    "time_error": "app.verify.law.conform.error.flag.time",
    "value_missing": "crash", "pagination": "crash", "readings_missing": "crash",
}  # fmt: skip
# Where the program shows another energy than the record's, by a fault of its own.
SHOWN_WRONG = {"unit Wh, end omits RU (TS shows 107400 kWh)": 7500}


def cases():
    file = vectors.load("ocmf_verdicts.json")
    for case in file["cases"]:
        text = case["ocmf"]
        for number, part in enumerate(file["parts"]):
            text = text.replace("<%d>" % number, part)
        verdicts = case["verdicts"]
        each = [verdicts] * 3 if isinstance(verdicts, str) else verdicts
        yield case["name"], text, file["keys"][case["key"]], each, case.get("kwh")


CASES = list(cases())


def judge(text, key, rules):
    """A case's text holds one record, or the two of a transaction."""
    records = re.split(r"\n(?=OCMF\|)", text)
    if len(records) == 1:
        return verify_record(text, key, rules)
    return verify_pair(tuple(records), (key, key), rules)


def summary(verdict):
    """What the programs would say, in the words of the vectors."""
    if verdict.ok:
        return "valid" if verdict.complete else "incomplete"
    return ERRORS[verdict.findings[0]]


def test_no_case_was_lost():
    assert len(CASES) == 137
    assert {verdict for case in CASES for verdict in case[3]} >= {"valid", "incomplete", "crash"}


@pytest.mark.parametrize(("number", "release"), list(enumerate(RELEASES)))
@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_a_case_gets_the_program_s_verdict_and_reason(case, number, release):
    _, text, key, expected, _ = case
    assert summary(judge(text, key, "safe-" + release)) == expected[number]


@pytest.mark.parametrize("case", [c for c in CASES if c[3][0] == "valid"], ids=lambda c: c[0])
def test_a_case_has_the_program_s_energy(case):
    name, text, key, _, kwh = case
    wh = judge(text, key, "safe-1.4.1").energy_wh
    assert wh == SHOWN_WRONG.get(name, Decimal(kwh) * 1000)


@pytest.mark.parametrize("case", [c for c in CASES if c[3][0] == "incomplete"], ids=lambda c: c[0])
def test_no_energy_is_told_of_what_is_no_session(case):
    """The program shows 7.5 kWh of a session that has not ended."""
    paired = case[0] in ("PG F1", "PG X1")  # begin and end, but not as a transaction
    assert (judge(case[1], case[2], "safe-1.4.1").energy_wh is not None) == paired


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_our_own_rules_never_pass_what_the_newest_release_refuses(case):
    _, text, key, expected, _ = case
    verdict = judge(text, key, OWN)
    assert not verdict.ok or expected[0] in ("valid", "incomplete")


@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared is not here")
def test_collected_records_get_the_newest_release_s_verdict():
    rows = json.loads((SHARED / "ocmf_vectors.json").read_text())
    for row in rows:
        expected = row["transparenzsoftware_1_4_1"]
        verdict = judge(row["ocmf"], row["public_key"] or "", "safe-1.4.1")
        said = (verdict.ok, verdict.complete)
        assert said == (expected["valid"], expected["complete_transaction"]), row["name"]
    assert len(rows) > 50


@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared is not here")
def test_the_cases_are_those_of_the_file_they_come_from():
    rows = json.loads((SHARED / "ocmf_cases.json").read_text())
    assert [(r["name"], r["ocmf"], r["public_key"]) for r in rows] == [c[:3] for c in CASES]
    keys = ("transparenzsoftware", "transparenzsoftware_1_3_0", "transparenzsoftware_1_2_0")
    for row, case in zip(rows, CASES):
        for key, expected in zip(keys, case[3]):
            program = row[key]
            crashed = program["errors"] and program["errors"][0].startswith("CRASH")
            assert (expected == "crash") == bool(crashed)
            assert program["valid"] == (expected in ("valid", "incomplete"))
            assert crashed or not program["errors"] or expected in program["errors"][0]


@pytest.mark.parametrize("rules", RULES)
def test_the_firmware_s_own_records_pass_every_rule_set(rules):
    begin, end = signed.begin(), signed.end()
    verdict = verify_record(signed.record(2, [begin, end]), signed.spki(), rules)
    assert (verdict.ok, verdict.complete, verdict.energy_wh) == (True, True, 7500)
    begun = verify_record(signed.record(1, [begin]), signed.spki(), rules)
    assert (begun.ok, begun.complete, begun.energy_wh) == (True, False, None)
    split = (signed.record(1, [begin]), signed.record(2, [end]))
    assert verify_pair(split, (signed.spki(),) * 2, rules).ok


BOTH = [signed.begin(), signed.end()]


def test_what_cannot_be_read_is_not_called_signed():
    good = signed.record(1, BOTH)
    for text in ("", "x", good[1:], "XCMF" + good[4:], good.split("|{")[0], good[:-3]):
        for rules in RULES:
            verdict = verify_record(text, signed.spki(), rules)
            assert (verdict.ok, verdict.signature_ok, verdict.complete) == (False,) * 3


def test_what_is_no_energy_is_not_counted_as_one():
    payload = signed.record(1, BOTH).split("|")[1]
    for unit in ("mOhm", "", " Wh "):
        verdict = verify_record(signed.sign(payload.replace("Wh", unit)), signed.spki())
        assert verdict.energy_wh == (7500 if unit == " Wh " else None)


def test_another_key_and_no_key_are_told_apart():
    text = signed.record(1, [signed.begin(), signed.end()])
    assert verify_record(text, signed.spki(signed.OTHER_KEY)).findings == ["signature"]
    assert verify_record(text, "").findings == ["no_public_key"]
    with pytest.raises(ValueError):
        verify_record(text, signed.spki(), "safe-9.9.9")


def test_a_hostile_number_is_refused_and_not_calculated_with():
    payload = ocmf.payload(signed.HEAD, 1, signed.WHO, BOTH, [])
    for number in ("1e999999999", "1" * 5000, '"NaN"', '"1_0"', "1e99", '"\u0661"'):
        text = signed.sign(payload.replace("8500", number))
        for rules in RULES:
            assert not verify_record(text, signed.spki(), rules).ok


def test_half_a_character_has_no_bytes_and_is_refused():
    text = signed.record(1, BOTH).replace("Eastron", "\ud800")
    assert verify_record(text, signed.spki()).findings == ["not_text"]


def names_in(module):
    """Every text in a module's source that looks like a finding's name."""
    with open(module.__file__) as file:
        tree = ast.parse(file.read())
    texts = {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)}
    return {t for t in texts if isinstance(t, str) and re.fullmatch("[a-z]+(_[a-z]+)+", t)}


@pytest.mark.parametrize("module", [ocmf_rules, safe_rules, gson, own, signature])
def test_every_finding_has_its_sentence(module):
    apart = {"parse_time", "brainpoolp_", "status_"}
    unknown = names_in(module) - set(findings.SENTENCES) - apart
    assert not unknown and names_in(module)


def test_the_sentences_are_sentences():
    for sentence in findings.SENTENCES.values():
        assert sentence[0].isupper() and sentence.endswith(".") and "\n" not in sentence
    assert "timeout" in findings.sentence("status_T")
