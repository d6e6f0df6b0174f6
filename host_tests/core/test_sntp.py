"""One question and its answer: what is believed, what is refused and why, and the year 2036."""

import struct
import unittest

from wattseal.core import sntp
from wattseal.core.clock_state import BUILT_UTC_S

NONCE = b"\x01\x02\x03\x04\xf5\xf6\xf7\xf8"
UTC_MS = 1800000000250
_1970 = 2208988800  # NTP seconds


def stamp(utc_ms):
    """A timestamp of the era that `utc_ms` is in."""
    seconds = (utc_ms // 1000 + _1970) % (1 << 32)
    return struct.pack(">II", seconds, ((utc_ms % 1000) * (1 << 32) + 999) // 1000)


def reply(
    utc_ms=UTC_MS, held_ms=0, leap=0, version=4, mode=4, stratum=2, code=b"\x7f\x00\x00\x01",
    originate=NONCE, delay=0, dispersion=0,
):  # fmt: skip
    head = struct.pack(
        ">BBbbII", leap << 6 | version << 3 | mode, stratum, 6, -20, delay, dispersion
    )
    return head + code + bytes(8) + originate + stamp(utc_ms - held_ms) + stamp(utc_ms)


def judge(packet, sent_ms=5000, received_ms=5040, pivot_utc_s=BUILT_UTC_S):
    return sntp.answer(packet, NONCE, sent_ms, received_ms, pivot_utc_s)


def fault_of(packet, **exchange):
    """The SntpError, None when the packet is believed."""
    try:
        judge(packet, **exchange)
    except sntp.SntpError as fault:
        return fault
    return None


class TestRequest(unittest.TestCase):
    def test_tells_nothing_but_the_nonce(self):
        packet = sntp.request(NONCE)
        self.assertEqual(packet, b"\x23" + bytes(39) + NONCE)


class TestAnswer(unittest.TestCase):
    def refused(self, packet, because, **exchange):
        fault = fault_of(packet, **exchange)
        self.assertTrue(because in str(fault), fault)
        return fault.kiss

    def not_ours(self, packet):
        with self.assertRaises(sntp.NotOurs):
            judge(packet)

    def test_is_the_servers_time_and_half_of_the_way(self):
        answer = judge(reply())
        self.assertEqual((answer.utc_ms, answer.at_ms, answer.delay_ms), (UTC_MS + 20, 5040, 40))

    def test_what_the_server_held_it_for_is_no_delay(self):
        answer = judge(reply(held_ms=30))
        self.assertEqual((answer.utc_ms, answer.delay_ms), (UTC_MS + 5, 10))
        self.assertEqual(judge(reply(held_ms=41)).delay_ms, 0)

    def test_the_monotonic_clock_may_be_beyond_small_integers(self):
        at_ms = 1 << 33
        answer = judge(reply(), at_ms, at_ms + 100)
        self.assertEqual((answer.utc_ms, answer.at_ms), (UTC_MS + 50, at_ms + 100))

    def test_what_does_not_repeat_the_nonce_is_not_ours(self):
        for i in range(8):
            wrong = bytearray(NONCE)
            wrong[i] ^= 1
            self.not_ours(reply(originate=bytes(wrong)))
        self.not_ours(reply(originate=bytes(8)))
        self.not_ours(reply(originate=bytes(8), stratum=0, code=b"DENY"))

    def test_what_is_cut_is_not_ours_and_what_is_longer_is_read_as_far_as_it_goes(self):
        whole = reply()
        for size in range(48):
            self.not_ours(whole[:size])
        self.assertEqual(judge(whole + b"MAC." * 5).utc_ms, UTC_MS + 20)

    def test_only_a_servers_packet_of_our_version_is_ours(self):
        for mode in (0, 1, 2, 3, 5, 6, 7):
            self.not_ours(reply(mode=mode))
        for version in (0, 1, 2, 3, 5, 6, 7):
            self.not_ours(reply(version=version))
        self.not_ours(sntp.request(NONCE))

    def test_a_server_without_the_time_is_refused(self):
        self.refused(reply(leap=3), "no time itself")
        for stratum in (16, 17, 255):
            self.refused(reply(stratum=stratum), "no time itself")
        for leap, stratum in ((0, 1), (1, 15), (2, 3)):
            self.assertEqual(judge(reply(leap=leap, stratum=stratum)).utc_ms, UTC_MS + 20)

    def test_a_kiss_of_death_tells_its_code_even_with_the_leap_of_no_time(self):
        for leap in (0, 3):
            for code in (b"RATE", b"DENY", b"RSTR"):
                packet = reply(leap=leap, stratum=0, code=code)
                self.assertEqual(self.refused(packet, "no questions"), code.decode())
        self.assertEqual(
            self.refused(reply(stratum=0, code=b"\x00|\xffA"), "no questions"), "???A"
        )

    def test_an_answer_without_a_time_is_refused(self):
        packet = reply()
        self.refused(packet[:40] + bytes(8), "holds no time")
        self.refused(packet[:32] + bytes(8) + packet[40:], "holds no time")

    def test_a_server_that_is_unsure_is_refused(self):
        second = 1 << 16
        self.assertEqual(judge(reply(delay=second, dispersion=second // 2)).utc_ms, UTC_MS + 20)
        self.refused(reply(delay=second, dispersion=second // 2 + 100), "uncertain")
        self.refused(reply(dispersion=second + 100), "uncertain")
        self.refused(reply(delay=0xFFFFFFFF), "uncertain")  # negative, in version 3

    def test_an_exchange_that_took_long_is_refused(self):
        self.assertEqual(judge(reply(), 0, 1000).delay_ms, 1000)
        self.refused(reply(), "on its way for 1001 ms", sent_ms=0, received_ms=1001)
        self.refused(reply(held_ms=43), "on its way")  # longer than it took
        self.refused(reply(held_ms=-1), "before the question")

    def test_goes_on_in_2036_and_is_good_for_136_years(self):
        turn_ms = ((1 << 32) - _1970) * 1000
        for utc_ms in (turn_ms - 1, turn_ms + 1, turn_ms + 86400000, turn_ms + (1 << 31) * 1000):
            self.assertEqual(judge(reply(utc_ms)).utc_ms, utc_ms + 20)

    def test_a_time_before_the_pivot_is_read_as_one_long_after_it(self):
        early_ms = (BUILT_UTC_S - 1) * 1000
        self.assertEqual(judge(reply(early_ms)).utc_ms, early_ms + (1 << 32) * 1000 + 20)

    def test_one_over_the_pivot_is_refused(self):
        self.refused(reply(BUILT_UTC_S * 1000, held_ms=1), "before the question")
