"""Hostile records: whatever one holds, the verifier gives a verdict and never an exception."""

import json

import signed_records as signed
from hypothesis import given
from hypothesis import strategies as st

from tools.verify import RULES, facts, report, verify_pair, verify_record

GOOD = signed.record(7, [signed.begin(), signed.end()])
PAYLOAD = json.loads(GOOD.split("|")[1])
KEYS = sorted({*PAYLOAD, *PAYLOAD["RD"][0], "TT", "CF", "LC", "EI", "VI", "VV", "U"})
scalars = (
    st.none() | st.booleans() | st.integers(-9, 10**20) | st.floats() | st.text(max_size=8)
    | st.sampled_from(("0.4", "1.0", "B", "E", "T1", "1e999", "NaN", "\ud800", "x|y", "S", "R"))
)  # fmt: skip
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)
    ),
    max_leaves=8,
)
changes = st.lists(st.tuples(st.sampled_from(("head", 0, 1)), st.sampled_from(KEYS), values))
rules = st.sampled_from(RULES)


def judge(text, rule, key=None):
    """The verdict and all that is told of it."""
    verdict = verify_record(text, key or signed.spki(), rule)
    json.dumps(report.record_values(verdict))
    for part in report.record(verdict, "x", rule, "y"):
        assert part is not None
    assert facts.clean(facts.energy(verdict) + facts.duration(verdict)).isprintable()
    if not verdict.signature_ok:
        assert not verdict.ok
    return verdict


@given(changes, rules)
def test_any_values_in_any_field(made, rule):
    payload = json.loads(json.dumps(PAYLOAD))
    for where, key, value in made:
        target = payload if where == "head" else None
        if target is None and isinstance(payload.get("RD"), list) and len(payload["RD"]) > where:
            target = payload["RD"][where]
        if isinstance(target, dict):
            target[key] = value
    text = json.dumps(payload, separators=(",", ":"))
    judge(signed.sign(text), rule)
    verify_pair((GOOD, signed.sign(text)), (signed.spki(),) * 2, rule)
    verify_pair((signed.sign(text), GOOD), (signed.spki(),) * 2, rule)


@given(st.text(max_size=300), rules)
def test_any_text(text, rule):
    assert not judge(text, rule).ok
    assert not judge("OCMF|" + text, rule).ok
    assert not judge("OCMF|%s|%s" % (GOOD.split("|")[1], text), rule).ok
    assert not judge(GOOD, rule, text or "?").ok


@given(st.integers(0, len(GOOD) - 1), st.characters(), rules)
def test_any_single_change_of_what_was_signed_is_found(at, letter, rule):
    changed = GOOD[:at] + letter + GOOD[at + 1 :]
    verdict = judge(changed, rule)
    start, end = len("OCMF|"), GOOD.rindex("|")
    if changed != GOOD and start <= at < end:
        assert not verdict.ok


@given(st.binary(max_size=80), st.sampled_from(("hex", "base64", "base32", "x")), rules)
def test_any_signature_bytes(raw, encoding, rule):
    section = json.dumps({"SE": encoding, "SD": raw.hex()})
    assert not judge("OCMF|%s|%s" % (GOOD.split("|")[1], section), rule).signature_ok
