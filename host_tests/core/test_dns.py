"""A question for a name, and what is believed of the datagrams that come back."""

import unittest

from wattseal.core import dns
from wattseal.core.dns import DnsError, NotOurs

HOST = "broker.example"
ASKED = dns.question(0xBEEF, HOST)
NAME = b"\x06broker\x07example\x00"
TO_NAME = b"\xc0\x0c"  # a pointer to the question's name, after the header's 12 bytes


def record(data, kind=1, name=TO_NAME, of=1):
    head = bytes([kind >> 8, kind & 255, of >> 8, of & 255]) + b"\0\0\0\x3c"
    return name + head + bytes([len(data) >> 8, len(data) & 255]) + data


def reply(*records, asked=ASKED, flags=0x8180, count=None):
    count = len(records) if count is None else count
    head = asked[:2] + bytes([flags >> 8, flags & 255, 0, 1, 0, count, 0, 0, 0, 0])
    return head + asked[12:] + b"".join(records)


A = record(b"\x0a\x01\x02\x03")


class TestQuestion(unittest.TestCase):
    def test_it_is_what_rfc_1035_says(self):
        head = b"\xbe\xef\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00"
        self.assertEqual(ASKED, head + NAME + b"\x00\x01\x00\x01")
        self.assertEqual(dns.question(0xBEEF, HOST + "."), ASKED)

    def test_what_cannot_be_a_name_is_asked_of_nobody(self):
        label = "a" * 63
        long = ".".join([label] * 3 + ["b" * 61])
        self.assertEqual(len(dns.question(1, long)), 12 + 255 + 4)
        for host in ("", ".", "a..b", label + "a", long + "b"):
            self.assertRaises(DnsError, dns.question, 1, host)


class TestAnswer(unittest.TestCase):
    def test_the_address_is_found(self):
        self.assertEqual(dns.addresses(reply(A), ASKED), ["10.1.2.3"])
        self.assertEqual(dns.addresses(bytearray(reply(A)), ASKED), ["10.1.2.3"])

    def test_behind_an_alias_and_other_records(self):
        alias = record(b"\x01x" + TO_NAME, 5)
        found = reply(alias, record(bytes(16), 28), record(b"\x01\x02\x03\x04", name=NAME), A)
        self.assertEqual(dns.addresses(found, ASKED), ["1.2.3.4", "10.1.2.3"])
        self.assertRaises(DnsError, dns.addresses, reply(alias), ASKED)

    def test_four_addresses_at_most(self):
        many = [record(bytes([10, 0, 0, last])) for last in range(9)]
        self.assertEqual(dns.addresses(reply(*many), ASKED), ["10.0.0.%d" % n for n in range(4)])

    def test_mdns_marks_its_class(self):
        self.assertEqual(dns.addresses(reply(record(b"\0\0\0\1", of=0x8001)), ASKED), ["0.0.0.1"])
        self.assertRaises(DnsError, dns.addresses, reply(record(b"\0\0\0\1", of=3)), ASKED)

    def test_a_server_may_write_the_name_as_it_likes(self):
        loud = dns.question(0xBEEF, HOST.upper())
        self.assertEqual(dns.addresses(reply(A, asked=loud), ASKED), ["10.1.2.3"])

    def test_what_answers_another_question_is_passed_over(self):
        whole = reply(A)
        for wrong in (
            b"",
            whole[:11],
            b"\xbe\xee" + whole[2:],  # another number
            reply(A, flags=0x0100),  # a question
            reply(A, flags=0x8980),  # of another kind
            reply(A, asked=dns.question(0xBEEF, "broker.exbmple")),
            whole[:4] + b"\0\2" + whole[6:],
        ):
            self.assertRaises(NotOurs, dns.addresses, wrong, ASKED)

    def test_what_a_server_refuses_is_told(self):
        for flags, words in ((0x8183, "no such name"), (0x8182, "code 2"), (0x8185, "code 5")):
            try:
                dns.addresses(reply(flags=flags), ASKED)
                self.fail("believed")
            except DnsError as fault:
                self.assertTrue(words in fault.args[0])

    def test_a_cut_at_any_byte_leaves_what_was_whole(self):
        whole = reply(record(b"\x01x" + TO_NAME, 5), A)
        for end in range(len(whole)):
            self.assertRaises(NotOurs, dns.addresses, whole[:end], ASKED)
        more = reply(record(b"\x01x" + TO_NAME, 5), A, record(b"\x0a\0\0\1"), count=40)
        for end in range(len(whole), len(more)):
            self.assertEqual(dns.addresses(more[:end], ASKED), ["10.1.2.3"])
        self.assertEqual(dns.addresses(more, ASKED), ["10.1.2.3", "10.0.0.1"])

    def test_an_answer_that_says_it_is_cut_off(self):
        self.assertEqual(dns.addresses(reply(A, flags=0x8380), ASKED), ["10.1.2.3"])
        try:
            dns.addresses(reply(flags=0x8380), ASKED)
            self.fail("believed")
        except DnsError as fault:
            self.assertTrue("cut off" in fault.args[0])

    def test_any_bit_the_other_way_round_ends_in_words(self):
        whole = bytearray(reply(record(b"\x01x" + TO_NAME, 5), A, record(b"abcd", 16)))
        for bit in range(8 * len(whole)):
            whole[bit // 8] ^= 1 << bit % 8
            try:
                self.assertTrue(len(dns.addresses(whole, ASKED)) > 0)
            except (NotOurs, DnsError):
                pass
            whole[bit // 8] ^= 1 << bit % 8

    def test_names_and_counts_without_an_end_end(self):
        endless = reply(A[2:], count=255) + b"\x3f" * 400
        self.assertRaises(NotOurs, dns.addresses, endless, ASKED)
        self.assertEqual(len(dns.addresses(reply(*[A] * 40, count=40), ASKED)), 4)
        self.assertRaises(NotOurs, dns.addresses, reply(b"\x80" + A[2:]), ASKED)
