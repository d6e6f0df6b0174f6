"""The parser takes any bytes in any pieces and raises one exception; hostile streams too."""

import gc
import sys
import unittest
from binascii import unhexlify

import vectors

from wattseal.drivers.mqtt_packets import (
    CONNACK,
    PINGRESP,
    PUBACK,
    SKIPPED,
    SUBACK,
    MqttProtocolError,
    PacketReader,
    is_topic_name,
)

LIMIT = 4096
STREAM = (
    b"\x20\x02\x01\x05"  # CONNACK: session present, not authorised
    b"\x40\x02\xab\xcd"
    b"\x90\x03\x00\x07\x80"
    b"\xd0\x00"
    b"\x33\x0b\x00\x03cmd\x12\x34body"
    b"\x30\x05\x00\x03cmd"
)


def packets_of(reader, stream, piece):
    """[(type, pid, code, bytes)] of a stream that arrives `piece` bytes at a time."""
    found = []
    while stream:
        space = reader.space()
        count = min(piece, len(space), len(stream))
        space[:count] = stream[:count]
        reader.received(count)
        stream = stream[count:]
        while True:
            kind = reader.next()
            if not kind:
                break
            found.append((kind, reader.pid, reader.code, bytes(reader.packet())))
    return found


class TestPackets(unittest.TestCase):
    def setUp(self):
        self.reader = PacketReader(LIMIT)

    def test_finds_every_packet_however_it_is_cut(self):
        for piece in (1, 2, 3, 5, 8, 13, len(STREAM)):
            self.reader.reset()
            found = packets_of(self.reader, STREAM, piece)
            self.assertEqual([f[0] for f in found], [0x20, 0x40, 0x90, 0xD0, 0x33, 0x30])
            self.assertEqual(b"".join(f[3] for f in found), STREAM)

    def test_reads_codes_and_packet_ids(self):
        found = packets_of(self.reader, STREAM, 64)
        self.assertEqual((found[0][0], found[0][2]), (CONNACK, 5))
        self.assertEqual(found[1][:2], (PUBACK, 0xABCD))
        self.assertEqual(found[2][:3], (SUBACK, 7, 0x80))
        self.assertEqual(found[3][0], PINGRESP)
        self.assertEqual(found[4][1], 0x1234)

    def test_takes_a_packet_of_exactly_the_limit_and_only_the_head_of_a_longer_one(self):
        body = b"\x00\x01t" + b"x" * (LIMIT - 3)
        packet = b"\x30\x80\x20" + body
        self.assertEqual(packets_of(self.reader, packet, 700)[0][3], packet)
        found = packets_of(self.reader, b"\x30\x81\x20" + body + b"x" + b"\xd0\x00", 700)
        whole = [row[3] for row in found if row[0] != SKIPPED]
        self.assertEqual(whole, [b"\x30\x81\x20\x00\x01t", b"\xd0\x00"])

    def test_skips_what_is_too_long_in_the_smallest_buffer_however_it_is_cut(self):
        for topic in (b"t", b"t" * 256):
            for first, pid in ((b"\x30", b""), (b"\x33", b"\x12\x34")):
                head = first + b"\x80\x80\x04" + bytes((len(topic) >> 8, len(topic) & 255))
                head += topic + pid
                for piece in (1, 255, 4096):
                    reader, signs = PacketReader(16), 0
                    ((kind, found, _, packet),) = packets_of(reader, head, piece)
                    self.assertEqual((kind, found, packet), (first[0], 0x1234 if pid else 0, head))
                    left = 65536 + 4 - len(head)
                    while left:
                        count = min(left, 1000)
                        left -= count
                        signs += len(packets_of(reader, b"\xff" * count, piece))
                    self.assertTrue(60 <= signs <= 65, signs)
                    rest = [row[3] for row in packets_of(reader, STREAM, piece)]
                    self.assertEqual(b"".join(rest), STREAM)

    def test_a_dribble_of_what_is_skipped_is_no_sign_of_life(self):
        found = packets_of(self.reader, b"\x30\x81\x20\x00\x01t" + b"x" * 900, 1)
        self.assertEqual([row[0] for row in found], [0x30])

    def test_takes_a_full_packet_that_begins_in_the_middle_of_the_buffer(self):
        packet = b"\x30\x80\x20\x00\x01t" + b"x" * (LIMIT - 3)
        found = packets_of(self.reader, STREAM + packet + STREAM, 1000)
        self.assertEqual(len(found), 13)

    def test_refuses_a_length_as_soon_as_it_is_read(self):
        space = self.reader.space()
        space[:5] = b"\x30\xff\xff\xff\x7f"
        self.reader.received(5)
        with self.assertRaises(MqttProtocolError):
            self.reader.next()

    def test_always_has_space_while_a_packet_is_incomplete(self):
        packet = b"\x30\x80\x20\x00\x01t" + b"x" * (LIMIT - 4)
        packets_of(self.reader, packet, 4096)
        self.assertTrue(len(self.reader.space()) > 0)


class TestTopicNames(unittest.TestCase):
    def test_accepts_strict_utf8(self):
        for topic in ("a", "w/v1/7f/cmd", "\u00e9", "\u20ac/x", "\ud7ff", "\ue000", "/"):
            data = topic.encode()
            self.assertTrue(is_topic_name(data, 0, len(data)), topic)
        self.assertTrue(is_topic_name(b"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", 0, 8))

    def test_refuses_what_is_not_a_topic_name(self):
        for data in (
            b"", b"#", b"a/+", b"\x00", b"\x80", b"\xbf", b"\xc0\x80", b"\xc1\xbf", b"\xc3",
            b"\xe0\x9f\xbf", b"\xed\xa0\x80", b"\xed\xbf\xbf", b"\xe2\x82", b"\xe2\x82a",
            b"\xf0\x8f\xbf\xbf", b"\xf4\x90\x80\x80", b"\xf5\x80\x80\x80", b"\xff", b"a\xc3",
        ):  # fmt: skip
            self.assertFalse(is_topic_name(data, 0, len(data)), repr(data))

    def test_never_looks_beyond_the_topic(self):
        self.assertFalse(is_topic_name(b"\xe2\x82\xac", 0, 2))


class TestHostileStreams(unittest.TestCase):
    def setUp(self):
        running = vectors.load("mqtt_hostile.json")["running"]
        self.cases = [c for c in running if c[0] != "a second CONNACK"]
        self.reader = PacketReader(LIMIT)

    def outcome(self, stream, piece):
        self.reader.reset()
        try:
            packets_of(self.reader, stream, piece)
        except MqttProtocolError:
            return True
        return False

    def test_refuses_the_fatal_ones_and_only_those(self):
        for name, stream, fatal in self.cases:
            for piece in (1, 64):
                self.assertEqual(self.outcome(unhexlify(stream), piece), fatal, name)

    def test_allocates_little_whatever_the_stream_claims(self):
        if not hasattr(gc, "mem_alloc"):
            raise unittest.SkipTest("CPython does not say what it has allocated")
        for name, stream, _ in self.cases:
            data = unhexlify(stream)
            gc.collect()
            gc.disable()
            before = gc.mem_alloc()
            self.outcome(data, 64)
            used = gc.mem_alloc() - before
            gc.enable()
            self.assertTrue(used < 2048, "%s: %d bytes" % (name, used))

    def test_parses_acknowledgements_without_allocating(self):
        if sys.implementation.name != "micropython":
            raise unittest.SkipTest("CPython has no heap lock")
        import micropython

        space = self.reader.space()
        space[:6] = b"\x40\x02\xab\xcd\xd0\x00"
        self.reader.received(6)
        micropython.heap_lock()
        try:
            kinds = self.reader.next() << 8 | self.reader.next()
            rest = self.reader.next()
        finally:
            micropython.heap_unlock()
        self.assertEqual((kinds, rest, self.reader.pid), (0x40D0, 0, 0xABCD))
