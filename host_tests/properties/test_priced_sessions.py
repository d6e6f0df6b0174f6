"""Any course of a session under the four-element tariff: its record is taken by every verifier."""

import asyncio
import json

import signed_records as signed
from four_elements import TEXT
from hypothesis import given
from hypothesis import strategies as st
from priced_point import computed_anew
from pyocmf import OCMF

from tools.verify import verify_record
from wattseal.app.prices import Prices
from wattseal.core import ocmf, ocmf_rules, safe_rules
from wattseal.core.pricing import tariff_text
from wattseal.core.pricing.boundary import next_boundary
from wattseal.core.pricing.loading import load
from wattseal.core.reading import Reading
from wattseal.core.safe_releases import RELEASES

TARIFF = load(TEXT)
PRICES = Prices(TARIFF, tariff_text.heading(TARIFF))
# Mostly a second, at times a gap in which any boundary may lie.
STEPS = st.lists(
    st.tuples(
        st.integers(900, 1100) | st.integers(1, 40000000), st.integers(0, 50000),
        st.sampled_from("CCCCCCCCPS"),
    ),
    min_size=1, max_size=30,
)  # fmt: skip


def played(begin_ms, steps, clock):
    """The session, and [(UTC second, Wh)] of its samples."""
    reading = Reading(10**9, 0, 5000, begin_ms, clock)
    session = PRICES.begin("5e55", 1, reading)
    samples = []
    for step_ms, step_mwh, state in steps:
        reading = Reading(
            reading.energy_mwh + step_mwh, 0, reading.at_ms + step_ms,
            reading.utc_ms + step_ms, clock,
        )  # fmt: skip
        session.observe(reading, state)
        at_s = begin_ms // 1000 + session.elapsed_s(reading)
        samples.append((at_s, reading.energy_wh))
    session.end(reading, "L")
    return session, samples


def record_of(session):
    cost = asyncio.run(PRICES.cost(session))
    extras = [("XS", session.segments), ("TT", session.tariff_text), ("XC", cost)]
    return signed.sign(ocmf.payload(signed.HEAD, 7, signed.WHO, session.entries, extras))


@given(st.integers(signed.UTC, signed.UTC + 3 * 86400000), STEPS, st.sampled_from("SSU"))
def test_every_verifier_takes_it_and_its_price_follows_from_it(begin_ms, steps, clock):
    session, samples = played(begin_ms, steps, clock)
    text = record_of(session)
    payload = json.loads(ocmf.split(text)[0])
    assert ocmf_rules.check(text, payload) == []
    for release in RELEASES.values():
        assert safe_rules.check(payload, release) == []
    public = OCMF.from_string(text)
    assert public.verify_signature(signed.spki())
    assert public.check_eichrecht(errors_only=True) == []
    assert verify_record(text, signed.spki()).ok
    assert payload["XC"] == computed_anew(payload)
    if clock == "S":
        no_segment_hides_a_boundary(session, begin_ms // 1000, samples)


def no_segment_hides_a_boundary(session, start_s, samples):
    """What lies across a change of prices is no longer than from one sample to the next."""
    seconds = [start_s] + [at_s for at_s, _ in samples]
    edges = [start_s + row[0] for row in session.segments] + [seconds[-1]]
    for begin_s, end_s in zip(edges, edges[1:]):
        boundary_s = next_boundary(TARIFF, begin_s, start_s, None)
        if boundary_s is not None and begin_s < boundary_s < end_s:
            assert not [at_s for at_s in seconds if begin_s < at_s < end_s]
