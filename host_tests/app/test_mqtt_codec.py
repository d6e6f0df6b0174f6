"""umqtt.simple's packets byte for byte, in and out; against vectors written from the standard."""

import unittest
from binascii import unhexlify

import vectors
from umqtt import simple

from wattseal.drivers.mqtt_codec import MAX_FILTER_BYTES, MqttCodec

VECTORS = vectors.load("mqtt_packets.json")


def vector(name):
    return unhexlify(VECTORS[name])


def text(name):
    return VECTORS[name].encode()


class TestEncoding(unittest.TestCase):
    def setUp(self):
        self.codec = MqttCodec(text("client_id"), packet_bytes=512)

    def encodes(self, packet, name):
        self.assertEqual(bytes(packet), vector(name))

    def test_connects_with_user_password_and_retained_will(self):
        will = (text("will_topic"), text("will_payload"))
        codec = MqttCodec(
            text("client_id"),
            user=text("user"),
            password=text("password"),
            keepalive_s=VECTORS["keepalive_s"],
            will=will,
        )
        self.encodes(codec.connect(), "connect_full")

    def test_connects_with_nothing_but_a_client_id(self):
        self.encodes(self.codec.connect(), "connect_plain")

    def test_connects_again_with_the_same_bytes(self):
        self.codec.connect()
        self.encodes(self.codec.connect(), "connect_plain")

    def test_gives_umqtt_its_socket_module_back(self):
        before = simple.socket
        self.codec.connect()
        self.assertIs(simple.socket, before)

    def test_publishes_with_qos_0(self):
        self.encodes(self.codec.publish(b"a/b", b"hi"), "publish_qos0")
        self.encodes(self.codec.publish(b"a/b", b"hi", retain=True), "publish_qos0_retained")
        self.encodes(self.codec.publish(b"a/b", b""), "publish_empty")

    def test_publishes_with_qos_1_and_our_packet_id(self):
        self.encodes(self.codec.publish(b"a/b", b"hi", 0x1234), "publish_qos1")

    def test_marks_a_repeat(self):
        packet = self.codec.publish(b"a/b", b"hi", 65535, True, True)
        self.encodes(packet, "publish_qos1_dup_retained")

    def test_never_marks_qos_0_as_a_repeat(self):
        self.encodes(self.codec.publish(b"a/b", b"hi", 0, False, True), "publish_qos0")

    def test_lengthens_the_header_at_128_bytes(self):
        self.encodes(self.codec.publish(b"a/b", b"x" * 122), "publish_127")
        self.encodes(self.codec.publish(b"a/b", b"x" * 123), "publish_128")

    def test_counts_bytes_where_umqtt_counts_characters(self):
        self.encodes(self.codec.publish(b"a/b", "23\u00b0C".encode(), 1), "publish_utf8")

    def test_takes_every_packet_id_in_any_order(self):
        for pid in (65535, 1, 256, 255, 65280, 2):
            packet = self.codec.publish(b"a/b", b"hi", pid)
            self.assertEqual((packet[7] << 8) | packet[8], pid)

    def test_subscribes(self):
        self.encodes(self.codec.subscribe(b"ack", 0x0102), "subscribe")

    def test_pings_and_disconnects(self):
        self.encodes(self.codec.ping(), "pingreq")
        self.encodes(self.codec.disconnect(), "disconnect")


class TestRefusing(unittest.TestCase):
    def setUp(self):
        self.codec = MqttCodec(b"c", packet_bytes=64)

    def test_refuses_text_where_bytes_are_meant(self):
        with self.assertRaises(TypeError):
            MqttCodec("client")
        with self.assertRaises(TypeError):
            MqttCodec(b"client", user="user", password=b"")

    def test_refuses_a_password_that_nobody_has(self):
        with self.assertRaises(ValueError):
            MqttCodec(b"client", password=b"secret")

    def test_refuses_a_keepalive_the_packet_cannot_hold(self):
        for keepalive_s in (0, -1, 65536):
            with self.assertRaises(ValueError):
                MqttCodec(b"client", keepalive_s=keepalive_s)

    def test_refuses_a_topic_that_is_none(self):
        for topic in (b"", b"a/#", b"+/b", b"a\x00b"):
            with self.assertRaises(ValueError):
                self.codec.publish(topic, b"")

    def test_refuses_a_payload_longer_than_its_buffer_and_goes_on(self):
        with self.assertRaises(ValueError):
            self.codec.publish(b"a/b", b"x" * 64, 1)
        self.assertEqual(bytes(self.codec.publish(b"a/b", b"hi")), vector("publish_qos0"))

    def test_refuses_a_filter_whose_length_umqtt_would_garble(self):
        codec = MqttCodec(b"c", packet_bytes=512)
        packet = codec.subscribe(b"f" * MAX_FILTER_BYTES, 1)
        self.assertEqual(packet[1], len(packet) - 2)
        with self.assertRaises(ValueError):
            codec.subscribe(b"f" * (MAX_FILTER_BYTES + 1), 1)


class TestDecoding(unittest.TestCase):
    def setUp(self):
        self.codec = MqttCodec(b"c", packet_bytes=64)

    def test_decodes_qos_1_and_acknowledges_it(self):
        reply = self.codec.decode(memoryview(vector("incoming_qos1")))
        self.assertEqual(bytes(reply), vector("incoming_puback"))
        self.assertEqual((self.codec.topic, self.codec.payload), (b"cmd", b"{}\r\n"))

    def test_decodes_qos_0_without_a_reply(self):
        reply = self.codec.decode(memoryview(vector("incoming_qos0")))
        self.assertEqual(len(reply), 0)
        self.assertEqual((self.codec.topic, self.codec.payload), (b"cmd", b""))

    def test_decodes_a_long_payload(self):
        self.codec.decode(memoryview(vector("incoming_long")))
        self.assertEqual(self.codec.payload, b"y" * 203)

    def test_leaves_a_packet_that_is_being_sent_alone(self):
        sending = self.codec.publish(b"a/b", b"hi", 0x1234)
        self.codec.decode(memoryview(vector("incoming_qos1")))
        self.assertEqual(bytes(sending), vector("publish_qos1"))
