"""Requests byte for byte, and every way in which a reply is not the answer; on both framings."""

import unittest

import micropython
import sample
from scripted_line import crc, frame

from wattseal.core import modbus, modbus_rtu, modbus_tcp

BUILT = (
    # (put, arguments, PDU of the specification's or a vendor's example)
    (modbus.put_read, (3, 0x006B, 3), "03006b0003"),
    (modbus.put_read, (4, 0x0008, 1), "0400080001"),
    (modbus.put_read, (4, 0, 125), "040000007d"),
    (modbus.put_write_one, (0x0001, 0x0003), "0600010003"),
    (modbus.put_write_many, (0x0001, b"\x00\x0a\x01\x02"), "100001000204000a0102"),
    (modbus.put_identify, (1, 0), "2b0e0100"),
)
IDENTITY = b"\x2b\x0e\x01\x01\x00\x00\x03\x00\x03ABB\x01\x03B23\x02\x04V1.1"


def exchange(framing, put, *arguments, unit=17):
    """A request buffer as the master has it, and the request's bytes."""
    request = bytearray(260)
    size = framing.seal(request, unit, put(request, framing.AT, *arguments))
    return request, bytes(request[:size])


def framed(framing, request, pdu, unit=17):
    """What a meter would answer, made here and not by the firmware."""
    if framing is modbus_rtu:
        return frame(unit, *pdu)
    return bytes(request[:4]) + bytes([0, len(pdu) + 1, unit]) + pdu


def verdict(framing, request, reply):
    buffer = bytearray(520)
    buffer[: len(reply)] = reply
    return modbus.VERDICTS[framing.check(request, buffer, len(reply))]


class TestRequests(unittest.TestCase):
    def test_are_what_the_specification_shows(self):
        for put, arguments, pdu in BUILT:
            pdu = bytes.fromhex(pdu)
            self.assertEqual(exchange(modbus_rtu, put, *arguments)[1], frame(17, *pdu))
            header = bytes([0, 1, 0, 0, 0, len(pdu) + 1, 17])
            self.assertEqual(exchange(modbus_tcp, put, *arguments)[1], header + pdu)

    def test_eastrons_own_example(self):
        """SDM630 protocol: volts of phase 1, request and reply of 230.2 V."""
        request, sent = exchange(modbus_rtu, modbus.put_read, 4, 0, 2, unit=1)
        self.assertEqual(sent.hex(), "01040000000271cb")
        self.assertEqual(verdict(modbus_rtu, request, bytes.fromhex("010404436633341b38")), "ok")

    def test_what_cannot_be_asked_is_refused(self):
        buffer = bytearray(300)
        for put, arguments in (
            (modbus.put_read, (4, 0, 0)),
            (modbus.put_read, (4, 0, 126)),
            (modbus.put_read, (2, 0, 1)),
            (modbus.put_read, (5, 0, 1)),
            (modbus.put_write_many, (0, b"")),
            (modbus.put_write_many, (0, b"abc")),
            (modbus.put_write_many, (0, bytes(248))),
        ):
            with self.assertRaises(ValueError):
                put(buffer, 1, *arguments)
        self.assertEqual(modbus.put_write_many(buffer, 1, 0, bytes(246)), 252)

    def test_a_transaction_number_comes_round(self):
        request = bytearray(260)
        request[0] = request[1] = 0xFF
        modbus_tcp.seal(request, 1, 5)
        self.assertEqual(bytes(request[:2]), b"\x00\x00")


class TestReplies(unittest.TestCase):
    def expect(self, put, arguments, pdu, expected, unit=17):
        for framing in (modbus_rtu, modbus_tcp):
            request = exchange(framing, put, *arguments)[0]
            self.assertEqual(
                verdict(framing, request, framed(framing, request, pdu, unit)), expected
            )

    def test_the_good_ones(self):
        for put, arguments, pdu in (
            (modbus.put_read, (3, 0, 1), b"\x03\x02\x12\x34"),
            (modbus.put_read, (4, 0, 125), b"\x04\xfa" + bytes(250)),
            (modbus.put_write_one, (1, 3), b"\x06\x00\x01\x00\x03"),
            (modbus.put_write_many, (1, b"abcd"), b"\x10\x00\x01\x00\x02"),
            (modbus.put_identify, (1, 0), IDENTITY),
            (modbus.put_identify, (1, 0), b"\x2b\x0e\x01\x01\x00\x00\x00"),
        ):
            self.expect(put, arguments, pdu, "ok")

    def test_another_unit_or_function(self):
        self.expect(modbus.put_read, (3, 0, 1), b"\x03\x02\x12\x34", "wrong_unit", unit=18)
        self.expect(modbus.put_read, (3, 0, 1), b"\x04\x02\x12\x34", "wrong_function")
        self.expect(modbus.put_read, (3, 0, 1), b"\x84\x02", "wrong_function")

    def test_another_length_in_a_frame_that_is_whole(self):
        for pdu in (
            b"\x03\x02\x12\x34",  # one register too few, and says so
            b"\x03\x04\x12\x34",  # one too few, and says the opposite
            b"\x03\x02\x12\x34\x56\x78",
            b"\x03\x06\x12\x34\x56\x78\x9a\xbc",
            b"\x03\xff\x12\x34\x56\x78",
            b"\x03\x00",
            b"\x83\x02\x00",
        ):
            self.expect(modbus.put_read, (3, 0, 2), pdu, "wrong_length")
        self.expect(modbus.put_write_one, (1, 3), b"\x06\x00\x01\x00\x03\x00", "wrong_length")

    def test_another_echo(self):
        self.expect(modbus.put_write_one, (1, 3), b"\x06\x00\x01\x00\x04", "wrong_echo")
        self.expect(modbus.put_write_one, (1, 3), b"\x06\x00\x02\x00\x03", "wrong_echo")
        self.expect(modbus.put_write_many, (1, b"ab"), b"\x10\x00\x01\x00\x02", "wrong_echo")
        self.expect(modbus.put_identify, (1, 0), b"\x2b\x0d" + IDENTITY[2:], "wrong_echo")
        self.expect(modbus.put_identify, (1, 0), b"\x2b\x0e\x02" + IDENTITY[3:], "wrong_echo")

    def test_exceptions_of_every_function(self):
        for put, arguments, _ in BUILT:
            request = exchange(modbus_rtu, put, *arguments)[0]
            for code in (1, 2, 3, 4, 6, 10):
                self.expect(put, arguments, bytes([request[1] | 0x80, code]), "exception")

    def test_a_frame_cut_anywhere_is_short(self):
        for put, arguments, pdu in (
            (modbus.put_read, (3, 0, 2), b"\x03\x04\x12\x34\x56\x78"),
            (modbus.put_identify, (1, 0), IDENTITY),
        ):
            for framing in (modbus_rtu, modbus_tcp):
                request = exchange(framing, put, *arguments)[0]
                whole = framed(framing, request, pdu)
                for count in range(len(whole)):
                    self.assertEqual(verdict(framing, request, whole[:count]), "short")

    def test_any_flipped_bit_of_an_rtu_frame(self):
        request = exchange(modbus_rtu, modbus.put_read, 3, 0, 2)[0]
        whole = framed(modbus_rtu, request, b"\x03\x04\x12\x34\x56\x78")
        for bit in range(8 * len(whole)):
            flipped = bytearray(whole)
            flipped[bit >> 3] ^= 1 << (bit & 7)
            self.assertTrue(verdict(modbus_rtu, request, flipped) in ("bad_crc", "wrong_length"))

    def test_two_frames_are_none(self):
        request = exchange(modbus_rtu, modbus.put_read, 3, 0, 2)[0]
        whole = framed(modbus_rtu, request, b"\x03\x04\x12\x34\x56\x78")
        self.assertEqual(verdict(modbus_rtu, request, whole + whole), "wrong_length")
        request = exchange(modbus_tcp, modbus.put_read, 3, 0, 2)[0]
        whole = framed(modbus_tcp, request, b"\x03\x04\x12\x34\x56\x78")
        self.assertEqual(verdict(modbus_tcp, request, whole + whole), "wrong_length")

    def test_a_transaction_or_protocol_that_was_not_asked_for(self):
        request = exchange(modbus_tcp, modbus.put_read, 3, 0, 1)[0]
        whole = bytearray(framed(modbus_tcp, request, b"\x03\x02\x12\x34"))
        for i in range(4):
            wrong = bytearray(whole)
            wrong[i] ^= 1
            expected = "late" if i < 2 else "wrong_header"
            self.assertEqual(verdict(modbus_tcp, request, wrong), expected)
        for length, expected in ((4, "wrong_length"), (6, "short"), (0xFFFF, "short")):
            wrong = bytearray(whole)
            wrong[4], wrong[5] = length >> 8, length & 0xFF
            self.assertEqual(verdict(modbus_tcp, request, wrong), expected)

    def test_a_wild_length_asks_for_no_more_than_a_frame_holds(self):
        request = exchange(modbus_tcp, modbus.put_read, 3, 0, 1)[0]
        for length, expected in ((0, 9), (3, 9), (5, 11), (254, 260), (255, 260), (0xFFFF, 260)):
            header = request[:4] + bytes([length >> 8, length & 0xFF, 17])
            self.assertEqual(modbus_tcp.expected(request, header, 7), expected)
            self.assertEqual(modbus_tcp.expected(request, header, 6), 9)


class TestIdentity(unittest.TestCase):
    def test_objects_and_what_follows(self):
        reply = bytearray(b"\x11" + IDENTITY)
        self.assertEqual(modbus.objects(reply, 1), [(0, b"ABB"), (1, b"B23"), (2, b"V1.1")])
        self.assertEqual(modbus.next_object(reply, 1), 0)
        reply[5], reply[6] = 0xFF, 3
        self.assertEqual(modbus.next_object(reply, 1), 3)

    def test_objects_that_claim_more_than_a_frame_holds(self):
        request = exchange(modbus_rtu, modbus.put_identify, 1, 0)[0]
        reply = bytearray(520)
        reply[:8] = b"\x11\x2b\x0e\x01\x01\x00\x00\xff"
        for size in (0, 1, 255):
            for i in range(9, 520, 2 + size):
                reply[i] = size
            for count in sample.of(range(520), 20):
                modbus_rtu.check(request, reply, count)  # ends, within the buffer
                self.assertTrue(modbus.reply_bytes(request, reply, 1, count) <= 253 + 257 + 2)


class TestCrc(unittest.TestCase):
    def test_agrees_with_the_specifications_own_method(self):
        data = bytes([(i * 37 + 11) & 0xFF for i in range(256)])
        for count in sample.of(range(257), 25):
            value = modbus_rtu.crc16(data, count)
            self.assertEqual(bytes([value & 0xFF, value >> 8]), crc(data[:count]))
        self.assertEqual(modbus_rtu.crc16(b"123456789", 9), 0x4B37)  # the catalogues' check value


class TestAllocation(unittest.TestCase):
    def test_the_way_of_a_read_allocates_nothing(self):
        for framing in (modbus_rtu, modbus_tcp):
            request = exchange(framing, modbus.put_read, 4, 0, 2)[0]
            reply = framed(framing, request, b"\x04\x04\x12\x34\x56\x78")
            at, count = framing.AT, len(reply)
            micropython.heap_lock()
            try:
                known = modbus.reply_bytes(request, reply, at, 6)
                result = framing.check(request, reply, count)
                pdu_bytes = modbus.put_read(request, at, 4, 0, 2)
                framing.seal(request, 17, pdu_bytes)
                crc16 = modbus_rtu.crc16(reply, count)
            finally:
                micropython.heap_unlock()
            self.assertEqual((known, result, pdu_bytes), (6, modbus.OK, 5))
            self.assertTrue(framing is modbus_tcp or crc16 == 0)

    def test_nor_does_that_of_a_write_or_an_identification(self):
        data = b"abcd"
        request = bytearray(260)
        written = frame(17, 16, 0, 1, 0, 2)
        named = frame(17, *IDENTITY)
        echoed = frame(17, 6, 0, 1, 0, 3)
        sizes = len(written), len(named), len(echoed)
        micropython.heap_lock()
        try:
            modbus_rtu.seal(request, 17, modbus.put_write_many(request, 1, 1, data))
            first = modbus_rtu.check(request, written, sizes[0])
            modbus_rtu.seal(request, 17, modbus.put_identify(request, 1, 1, 0))
            second = modbus_rtu.check(request, named, sizes[1])
            modbus_rtu.seal(request, 17, modbus.put_write_one(request, 1, 1, 3))
            third = modbus_rtu.check(request, echoed, sizes[2])
        finally:
            micropython.heap_unlock()
        self.assertEqual((first, second, third), (modbus.OK, modbus.OK, modbus.OK))
