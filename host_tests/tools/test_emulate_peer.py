"""The gateway of an emulated board: MQTT answered byte by byte, a cut line forgotten."""

import pytest
import vectors

from tools.emulate.peer import Peer, message

PACKETS = vectors.load("mqtt_packets.json")
CONNACK = b"\x20\x02\x00\x00"


def packet(name):
    return bytes.fromhex(PACKETS[name])


@pytest.fixture
def taken():
    return []


@pytest.fixture
def peer(taken):
    return Peer(lambda topic, payload: taken.append((topic, payload)))


def connected(peer):
    assert peer.data(packet("connect_full")) == CONNACK
    return peer


def test_answers_what_the_firmware_says(peer, taken):
    connected(peer)
    assert peer.data(packet("subscribe")) == b"\x90\x03\x01\x02\x01"
    assert peer.data(packet("pingreq")) == b"\xd0\x00"
    assert peer.data(packet("publish_qos1")) == b"\x40\x02\x12\x34"
    assert peer.data(packet("publish_qos0")) == b""
    assert taken == [("a/b", b"hi"), ("a/b", b"hi")]
    peer.data(packet("disconnect"))
    assert not peer.connected and peer.connections == 1


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_pieces_make_packets(peer, taken, size):
    stream = packet("connect_plain") + packet("publish_128") + packet("publish_qos1")
    answers = b"".join(peer.data(stream[i : i + size]) for i in range(0, len(stream), size))
    assert answers == CONNACK + b"\x40\x02\x12\x34"
    assert [len(payload) for _, payload in taken] == [len(packet("publish_128")) - 8, 2]


def test_a_break_forgets_half_a_packet(peer, taken):
    connected(peer)
    peer.data(packet("publish_128")[:50])
    peer.hang_up()
    assert not peer.connected
    connected(peer)
    peer.data(packet("publish_qos0"))
    assert taken == [("a/b", b"hi")] and peer.connections == 2


def test_a_gateway_without_a_network_ends_the_connection_and_says_nothing(peer, taken):
    connected(peer)
    assert peer.leave() == b"\0"
    assert not peer.connected
    assert peer.data(packet("connect_full")) == peer.data(packet("publish_qos1")) == b""
    peer.publish("a/b", "lost")
    peer.away = False
    connected(peer)
    assert taken == [] and peer.connections == 2


def test_what_is_published_goes_out_with_the_next_answer(peer):
    peer.publish("a/b", "lost")  # nobody is there
    connected(peer)
    peer.publish("a/b", "hi")
    assert peer.data(packet("pingreq")) == packet("publish_qos0") + b"\xd0\x00"


def test_a_message_is_what_the_standard_says():
    assert message(b"a/b", b"hi") == packet("publish_qos0")
    assert message(b"a/b", b"x" * (len(packet("publish_128")) - 8)) == packet("publish_128")


def test_nonsense_is_counted_and_survived(peer):
    connected(peer)
    peer.data(b"\x00\x00")
    peer.data(b"\x30\xff\xff\xff\xff\x7f" + bytes(10))
    assert peer.nonsense
    assert peer.data(packet("pingreq")).endswith(b"\xd0\x00")
