"""Any bytes from a broker, cut in any way: one declared exception, one outcome, bounded memory."""

from hypothesis import given, settings
from hypothesis import strategies as st

from wattseal.drivers.mqtt_codec import MqttCodec
from wattseal.drivers.mqtt_packets import SKIPPED, MqttProtocolError, PacketReader, is_topic_name

LIMIT = 300
GOOD = [
    b"\x20\x02\x00\x00", b"\x40\x02\xab\xcd", b"\x90\x03\x00\x07\x01", b"\xd0\x00",
    b"\x33\x0b\x00\x03cmd\x12\x34body", b"\x30\x05\x00\x03cmd",
    b"\x30\xc8\x01\x00\x01t" + b"y" * 197, b"\x32\xad\x02\x00\x01t\x00\x09" + b"y" * 296,
]  # fmt: skip
streams = st.one_of(
    st.binary(max_size=600),
    st.lists(st.sampled_from(GOOD), max_size=8).map(b"".join),
    st.tuples(
        st.lists(st.sampled_from(GOOD), min_size=1, max_size=6).map(b"".join),
        st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), min_size=1, max_size=4),
    ).map(lambda pair: mutated(*pair)),
)
cuts = st.lists(st.integers(1, 400), min_size=1, max_size=10)


def mutated(stream, changes):
    data = bytearray(stream)
    for at, value in changes:
        data[at % len(data)] = value
    return bytes(data)


def outcome(stream, pieces):
    """(packets decoded, refused or not) of a stream that arrives in these pieces, repeated."""
    reader, codec, found = PacketReader(LIMIT), MqttCodec(b"c", packet_bytes=64), []
    turn = 0
    try:
        while stream:
            space = reader.space()
            assert len(space) > 0
            count = min(pieces[turn % len(pieces)], len(space), len(stream))
            turn += 1
            space[:count] = stream[:count]
            reader.received(count)
            stream = stream[count:]
            while kind := reader.next():
                packet = bytes(reader.packet())
                if kind & 0xF0 == 0x30:
                    reply = bytes(codec.decode(reader.packet()))
                    found.append((codec.topic, codec.payload, reply))
                elif kind != SKIPPED:  # by the piece
                    found.append(packet)
    except MqttProtocolError:
        return found, True
    return found, False


@settings(max_examples=3000, deadline=None)
@given(streams, cuts)
def test_any_stream_ends_in_packets_or_one_exception(stream, pieces):
    assert outcome(stream, pieces) == outcome(stream, [len(stream) or 1])


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(GOOD), max_size=8))
def test_takes_every_well_formed_stream_whole(packets):
    found, refused = outcome(b"".join(packets), [7])
    assert not refused
    assert len(found) == len(packets)


@settings(max_examples=2000, deadline=None)
@given(st.binary(max_size=12))
def test_a_topic_name_is_exactly_what_cpython_decodes(data):
    try:
        text = data.decode()
    except UnicodeDecodeError:
        expected = False
    else:
        expected = bool(text) and not any(character in text for character in "\0#+")
    assert is_topic_name(data, 0, len(data)) == expected


topics = st.text(
    st.characters(exclude_characters="\0#+", exclude_categories=["Cs"]), min_size=1, max_size=40
)


@settings(max_examples=500, deadline=None)
@given(topics, st.binary(max_size=180), st.integers(0, 65535))
def test_what_it_publishes_is_what_it_reads(topic, payload, pid):
    sender = MqttCodec(b"c", packet_bytes=512)
    packet = bytes(sender.publish(topic.encode(), payload, pid))
    found, refused = outcome(packet, [5])
    acknowledgement = b"\x40\x02" + pid.to_bytes(2, "big") if pid else b""
    if len(packet) - 3 <= LIMIT:
        assert (found, refused) == ([(topic.encode(), payload, acknowledgement)], False)
