import binascii
import io
import unittest

import sample
import vectors

from wattseal.core import journal_cursor, journal_frame
from wattseal.core.journal_frame import OVERHEAD, FrameScan
from wattseal.core.journal_gaps import Gaps

VECTORS = vectors.load("journal_frames.json")["frames"]
KNOWN = binascii.unhexlify(VECTORS[0]["frame"])


def scan_of(data, after=0, scratch=64):
    return FrameScan(io.BytesIO(data), len(data), bytearray(scratch), after)


def good(data, scratch=64):
    """[(kind, sequence, payload)] of the frames that check, and the scan when it is done."""
    scan, found = scan_of(data, 0, scratch), []
    while scan.find():
        if scan.verify():
            found.append((scan.kind, scan.sequence, scan.load()))
    return found, scan


def three():
    frames = [journal_frame.encode(1, n, b"record %d, a few bytes" % n) for n in (7, 8, 9)]
    return frames, b"".join(frames)


class EncodeTest(unittest.TestCase):
    def test_lays_out_the_frame_as_the_table_says(self):
        for row in VECTORS:
            payload = row["payload"].encode()
            frame = journal_frame.encode(row["kind"], row["sequence"], payload)
            self.assertEqual(binascii.hexlify(frame).decode(), row["frame"])

    def test_decode_returns_what_was_encoded(self):
        for payload in (b"", b"x", bytes(range(256)) * 32):
            frame = journal_frame.encode(255, 0xFFFFFFFF, payload)
            self.assertEqual(len(frame), len(payload) + OVERHEAD)
            self.assertEqual(journal_frame.decode(frame), (255, 0xFFFFFFFF, payload))

    def test_refuses_what_no_frame_can_carry(self):
        for kind, sequence, size in (
            (0, 1, 8193),
            (256, 1, 0),
            (-1, 1, 0),
            (0, 0, 0),
            (0, 1 << 32, 0),
        ):
            with self.assertRaises(ValueError):
                journal_frame.encode(kind, sequence, bytes(size))

    def test_decode_refuses_every_truncation_and_every_flipped_bit(self):
        for end in range(len(KNOWN)):
            self.assertEqual(journal_frame.decode(KNOWN[:end]), None)
        self.assertEqual(journal_frame.decode(KNOWN + b"\x00"), None)
        for bit in range(len(KNOWN) * 8):
            flipped = bytearray(KNOWN)
            flipped[bit >> 3] ^= 1 << (bit & 7)
            self.assertEqual(journal_frame.decode(flipped), None)


class ScanTest(unittest.TestCase):
    def test_finds_every_frame_of_a_whole_run(self):
        frames, data = three()
        found, scan = good(data)
        self.assertEqual([row[1] for row in found], [7, 8, 9])
        self.assertEqual(found[1][2], b"record 8, a few bytes")
        self.assertEqual((scan.after, scan.skipped), (len(data), 0))

    def test_finds_nothing_in_nothing(self):
        self.assertEqual(good(b"")[0], [])
        self.assertEqual(good(b"\xff" * 500)[0], [])
        self.assertEqual(good(b"\xfe\xa5" * 250)[0], [])

    def test_resumes_where_it_is_told_to(self):
        frames, data = three()
        scan = scan_of(data, len(frames[0]))
        self.assertTrue(scan.find())
        self.assertEqual(scan.sequence, 8)

    def test_any_flipped_bit_costs_its_own_frame_and_no_neighbour(self):
        frames, data = three()
        first, last = len(frames[0]) * 8, len(frames[0] + frames[1]) * 8
        for bit in sample.of(range(first, last), 60):
            flipped = bytearray(data)
            flipped[bit >> 3] ^= 1 << (bit & 7)
            self.assertEqual([row[1] for row in good(flipped)[0]], [7, 9])

    def test_hunts_through_rubbish_longer_than_its_buffer(self):
        frames, data = three()
        for size in (1, 2, 62, 63, 64, 65, 127, 128, 200):
            rubbish = (b"\xfe\x00" * 100)[:size]
            found, scan = good(bytes(frames[0]) + rubbish + bytes(frames[1]))
            self.assertEqual([row[1] for row in found], [7, 8])
            self.assertEqual(scan.skipped, 1)

    def test_stops_before_a_torn_tail_at_every_byte(self):
        frames, data = three()
        start = len(frames[0] + frames[1])
        for end in range(start, len(data)):
            found, scan = good(data[:end])
            self.assertEqual([row[1] for row in found], [7, 8])
            self.assertEqual(scan.after, start)

    def test_load_returns_nothing_that_fails_its_crc(self):
        frames, data = three()
        flipped = bytearray(data)
        flipped[12] ^= 0x10
        scan = scan_of(flipped)
        self.assertTrue(scan.find())
        self.assertFalse(scan.verify())
        self.assertEqual(scan.load(), None)

    def test_verifies_payloads_longer_than_its_buffer(self):
        data = journal_frame.encode(3, 1, bytes(range(256)) * 8)
        found, _ = good(data, 64)
        self.assertEqual(found, [(3, 1, bytes(range(256)) * 8)])


class HeaderCheckTest(unittest.TestCase):
    def test_notices_every_error_of_one_or_two_bits_in_the_header(self):
        # A header that is believed wrongly would carry the scan past its neighbours.
        clean = binascii.crc32(KNOWN[:9]) & 0xFFFF
        syndromes = [1 << bit for bit in range(16)]  # errors in the check itself
        for bit in range(72):
            header = bytearray(KNOWN[:9])
            header[bit >> 3] ^= 1 << (bit & 7)
            syndromes.append((binascii.crc32(header) & 0xFFFF) ^ clean)
        self.assertFalse(0 in syndromes)
        self.assertEqual(len(set(syndromes)), 88)


class CursorTest(unittest.TestCase):
    def test_returns_both_numbers(self):
        self.assertEqual(
            journal_cursor.decode(journal_cursor.encode(5, 4294967295)), (5, 4294967295)
        )

    def test_anything_else_is_unknown(self):
        record = journal_cursor.encode(5, 9)
        for bad in (None, b"", record[:7], record + b"\x00", journal_cursor.encode(9, 5)):
            self.assertEqual(journal_cursor.decode(bad), None)


class GapsTest(unittest.TestCase):
    def test_merges_what_touches_and_keeps_the_order(self):
        gaps = Gaps()
        for first, last in ((8, 9), (3, 3), (5, 5), (4, 4), (9, 11)):
            gaps.add(first, last)
        self.assertEqual(gaps.numbers(99), [3, 4, 5, 8, 9, 10, 11])
        self.assertEqual(gaps.numbers(4), [3, 4, 5, 8])
        self.assertTrue(gaps.has(10))
        self.assertFalse(gaps.has(7))

    def test_forgets_what_is_acknowledged(self):
        gaps = Gaps()
        gaps.add(3, 6)
        gaps.forget_upto(4)
        self.assertEqual(gaps.numbers(9), [5, 6])
        gaps.forget_upto(6)
        self.assertEqual(gaps.numbers(9), [])

    def test_a_huge_gap_costs_no_memory(self):
        gaps = Gaps()
        gaps.add(1, 4000000000)
        self.assertEqual(gaps.numbers(3), [1, 2, 3])

    def test_keeps_the_oldest_when_there_are_too_many(self):
        gaps = Gaps()
        for n in range(300):
            gaps.add(2 * n + 1, 2 * n + 1)
        self.assertEqual(gaps.numbers(2), [1, 3])
        self.assertEqual(len(gaps.numbers(500)), 128)
        self.assertEqual(gaps.dropped, 172)
