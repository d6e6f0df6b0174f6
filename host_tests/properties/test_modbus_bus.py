"""Whatever comes over the line, whenever: no value that was not asked for, and an end in time."""

from hypothesis import given, settings
from hypothesis import strategies as st
from scripted_line import ScriptedLine, bus_on, frame, outcome, reply, run

from wattseal.drivers.modbus_request import read

VALUE, OTHER = bytes([1, 2, 3, 4]), bytes([9, 9, 9, 9])
TIMEOUT_MS, LATENCY_MS = 1000, 500
chunks = st.one_of(
    st.binary(min_size=1, max_size=30),
    st.sampled_from(
        [
            reply(7, 4, *OTHER), reply(7, 4, *OTHER)[:5], reply(7, 4, *OTHER)[5:],
            reply(8, 4, *OTHER), reply(7, 3, *OTHER), reply(7, 4, *OTHER, 1, 2),
            frame(7, 0x84, 2), frame(7, 0x83, 2), bytes(600), b"\x07\x84", b"\xff",
        ]
    ),
    st.just(None),  # the request itself: an echo
)  # fmt: skip
streams = st.lists(st.tuples(st.integers(0, TIMEOUT_MS + LATENCY_MS - 1), chunks), max_size=8)


@settings(max_examples=3000, deadline=None)
@given(streams, st.integers(0, 3000))
def test_any_stream_ends_in_time_and_answers_no_later_question(stream, pause_ms):
    def answer(request):
        if len(line.sent) > 1:
            return [(40, reply(7, 4, *VALUE))]
        return [(ms, request if chunk is None else chunk) for ms, chunk in stream]

    line = ScriptedLine(answer)
    bus = bus_on(line, timeout_ms=TIMEOUT_MS)

    def ask():
        before_ms = line.ms
        got = run(outcome(read(bus, 7, 4, 72, 2, LATENCY_MS)))
        assert line.ms - before_ms <= 3 * TIMEOUT_MS + LATENCY_MS
        return got

    first = ask()
    whole = any(chunk == reply(7, 4, *OTHER) for _, chunk in stream)
    assert isinstance(first, str) or (first == OTHER and (whole or len(stream) > 1))
    if isinstance(first, str) and not first.startswith("exception"):
        line.ms += pause_ms
        assert ask() == VALUE
    named = sum(count for name, count in bus.counters.items() if name not in ("echo", "stray"))
    assert named == len(line.sent)  # each question has one outcome
