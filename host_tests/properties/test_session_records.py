"""Any course of a session: its record is fit for billing, or is refused for the one reason."""

import json

import signed_records as signed
from hypothesis import event, example, given
from hypothesis import strategies as st
from pyocmf import OCMF

from tools.verify import verify_record
from wattseal.core import ocmf, ocmf_rules, safe_rules
from wattseal.core import session as s
from wattseal.core.reading import Reading
from wattseal.core.resuming import resume
from wattseal.core.safe_releases import RELEASES

DAY_MS = 86400000
clock_states = st.sampled_from("SSSIU")
steps_ms = st.integers(0, 3) | st.integers(0, 7200000)
# How the wall clock moves beside the ticks: mostly not, else set by up to a day, either way.
clock_jumps_ms = st.just(0) | st.integers(-3000, 3000) | st.integers(-DAY_MS, DAY_MS)
steps_mwh = st.integers(0, 2000) | st.integers(0, 50000000)
courses = st.lists(
    st.tuples(
        st.sampled_from(("observe", "observe", "observe", "lost", "tariff")),
        steps_ms, steps_mwh, clock_jumps_ms, clock_states, st.sampled_from("CPS"),
        st.sampled_from("TFOI"),
    ),
    max_size=40,
)  # fmt: skip
endings = st.sampled_from(
    ("end", "end", "dead meter", "restart", "restart from 0.1", "restart, dead meter")
)


class Plug:
    """A meter, a clock and the session between them, as app.connector uses it."""

    def __init__(self, mwh, utc_ms, state):
        self.mwh, self.utc_ms, self.state, self.at_ms = mwh, utc_ms, state, 5000
        self.session = s.Session("5e55", 1, self.read())

    def move(self, step_ms, step_mwh, jump_ms, state):
        self.at_ms += step_ms
        self.utc_ms = max(0, self.utc_ms + step_ms + jump_ms)
        self.mwh += step_mwh
        self.state = state

    def read(self):
        return Reading(self.mwh, 0, self.at_ms, self.utc_ms, self.state)

    def act(self, what, state, status):
        if what == "lost":
            self.session.meter_lost(self.at_ms, self.utc_ms, self.state, status)
            return
        reading = self.read()
        self.session.observe(reading, state)
        if what == "tariff":
            self.session.tariff_change(reading)

    def restart(self, with_open):
        """A checkpoint's way through flash; the ticks begin anew. Version 0.1 kept none that is
        open."""
        snapshot = json.loads(json.dumps(self.session.snapshot()))
        self.session = resume(snapshot if with_open else snapshot[:5])
        self.at_ms = 17

    def record(self):
        extras = [("UM", "ab")]
        extras.append(("XS", self.session.segments))
        entries = self.session.entries
        return signed.sign(ocmf.payload(signed.HEAD, 7, signed.WHO, entries, extras))


def play(begin, course, ending, letter, status, last):
    plug = Plug(*begin)
    for what, step_ms, step_mwh, jump_ms, time_state, state, fault in course:
        plug.move(step_ms, step_mwh, jump_ms, time_state)
        plug.act(what, state, fault)
    if ending.startswith("restart"):
        plug.restart(with_open="0.1" not in ending)
        letter = "P"
    plug.move(*last)
    if "dead" in ending:
        plug.session.end_without_meter(letter, status)
    else:
        plug.session.end(plug.read(), letter)
    return plug


def check(text):
    return ocmf_rules.check(text, json.loads(ocmf.split(text)[0]))


@given(
    st.tuples(st.integers(0, 10**13), st.integers(0, 4 * 10**12), clock_states), courses, endings,
    st.sampled_from(s.ENDS), st.sampled_from("TFOIX"),
    st.tuples(steps_ms, steps_mwh, clock_jumps_ms, clock_states),
)  # fmt: skip
@example(
    (10**9, signed.UTC, "S"), [("lost", 1, 0, 0, "S", "C", "T")], "restart", "E", "T",
    (60000, 10, 0, "S"),
)  # fmt: skip
def test_a_record_is_refused_only_for_a_dead_meter_or_its_length(
    begin, course, ending, letter, status, last
):
    plug = play(begin, course, ending, letter, status, last)
    the_segments_are_the_session(plug.session)
    text = plug.record()
    expected = ["too_long"] if len(text) > ocmf_rules.MOST_BYTES else []
    if "dead" in ending:
        expected += ["status_" + status, "energy_error"]
    event(",".join(expected) or "billable")
    assert check(text) == expected
    if not expected:
        every_verifier_agrees(text, plug)


def the_segments_are_the_session(session):
    """Every Wh and every second of it is in one of them."""
    rows, entries = session.segments, session.entries
    assert sum(row[1] for row in rows) == entries[-1].energy_wh - session.begin_wh
    offsets = [row[0] for row in rows]
    assert offsets[0] == 0 and offsets == sorted(set(offsets))
    assert 1000 * offsets[-1] <= entries[-1].utc_ms - entries[0].utc_ms + 500  # rounded
    energies = [entry.energy_wh for entry in entries if entry.energy_wh is not None]
    assert energies == sorted(energies)


def every_verifier_agrees(text, plug):
    """What our rules pass: two other programs' rules, and the energy that the meter counted."""
    time_flag = plug.session.entries[-1].ef == "t"
    payload = json.loads(ocmf.split(text)[0])
    for name, release in RELEASES.items():
        refused = ["time_error"] if time_flag and name == "1.2.0" else []
        assert safe_rules.check(payload, release) == refused
    public = OCMF.from_string(text)
    assert public.verify_signature(signed.spki())
    assert public.check_eichrecht(errors_only=True) == []
    found = verify_record(text, signed.spki())
    assert found.ok and found.complete
    assert found.energy_wh == plug.mwh // 1000 - plug.session.begin_wh


@given(courses, st.sampled_from("ELRA"), st.integers(1000, 10**9))
def test_a_meter_that_ran_backwards_is_never_billed(course, letter, back_mwh):
    gained_mwh = sum(row[2] for row in course)
    last = (1, -gained_mwh - back_mwh, 0, "S")
    plug = play((10**9, signed.UTC, "S"), course, "end", letter, "T", last)
    assert "energy_negative" in check(plug.record())


@given(st.data())
def test_one_change_to_a_reading_is_found(data):
    """No field of a begin or end reading can be dropped or made wrong without a finding."""
    plug = play((10**9, signed.UTC, "S"), [], "end", "L", "T", (60000, 5000000, 0, "S"))
    payload = json.loads(ocmf.split(plug.record())[0])
    reading = data.draw(st.sampled_from(payload["RD"]))
    key = data.draw(st.sampled_from(sorted(reading)))
    wrong = data.draw(st.sampled_from((None, "?", 1.5, True, [], {}, -1)))
    if data.draw(st.booleans()):
        del reading[key]
    else:
        reading[key] = wrong
    changed = json.dumps(payload, separators=(",", ":"))
    text = signed.sign(changed)
    assert ocmf_rules.check(text, json.loads(changed))
    assert not verify_record(text, signed.spki()).ok
