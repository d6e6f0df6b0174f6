"""The audit chain's entries: the agreed vectors, one form of a line, frames that show damage."""

import unittest
from binascii import hexlify, unhexlify

import sample
import vectors

from wattseal.core import audit_chain
from wattseal.core.hmac_sha256 import key_blocks

VECTORS = vectors.load("audit.json")
BLOCKS = key_blocks(unhexlify(VECTORS["key"]))


def linked(count):
    """(line, mac) of so many entries."""
    before, rows = audit_chain.GENESIS, []
    for n in range(1, count + 1):
        line = audit_chain.line(n, 1767225600 + n, "S", {"ev": "boot", "new": "%d" % n})
        before = audit_chain.mac(BLOCKS, before, line)
        rows.append((line, before))
    return rows


class TestVectors(unittest.TestCase):
    def test_lines_and_macs_are_the_agreed_ones(self):
        before = unhexlify(VECTORS["genesis"])
        self.assertEqual(before, audit_chain.GENESIS)
        for n, utc_s, state, values, line, mac in VECTORS["entries"]:
            made = audit_chain.line(n, utc_s, state, values)
            self.assertEqual(made.decode(), line)
            before = audit_chain.mac(BLOCKS, before, made)
            self.assertEqual(hexlify(before).decode(), mac)

    def test_values_are_found_again(self):
        for n, utc_s, state, values, line, _ in VECTORS["entries"]:
            raw = line.encode()
            self.assertEqual(audit_chain.number(raw), n)
            self.assertEqual(audit_chain.value(raw, "t"), str(utc_s))
            self.assertEqual(audit_chain.value(raw, "q"), state)
            for key in ("ev", "new", "obj", "old", "who"):
                self.assertEqual(audit_chain.value(raw, key), values.get(key, ""))


class TestLine(unittest.TestCase):
    def test_what_a_line_cannot_hold_is_replaced_and_long_values_are_cut(self):
        line = audit_chain.line(7, 0, "U", {"ev": 'a"b\\c\nd', "new": "x" * 200, "who": "\u00e9"})
        self.assertEqual(audit_chain.value(line, "ev"), "a?b?c?d")
        self.assertEqual(audit_chain.value(line, "new"), "x" * 64)
        self.assertEqual(audit_chain.value(line, "who"), "?")

    def test_the_longest_entry_fits_its_frame(self):
        values = dict.fromkeys(("ev", "new", "obj", "old", "who"), "w" * 99)
        line = audit_chain.line(4294967295, 4294967295, "S", values)
        raw = audit_chain.frame(line, bytes(32))
        self.assertEqual(audit_chain.unframe(raw), (line, bytes(32)))

    def test_a_line_without_a_number_has_none(self):
        for line in (b"", b"{}", b'{"n":}', b'{"n":"x"}', b'{"n":-1}', b'{"n":99999999999}'):
            self.assertEqual(audit_chain.number(line), 0)


class TestFrame(unittest.TestCase):
    def test_any_other_byte_is_seen(self):
        line, mac = linked(1)[0]
        raw = audit_chain.frame(line, mac)
        self.assertEqual(audit_chain.unframe(raw), (line, mac))
        for at in sample.of(list(range(len(raw))), 40):
            for flip in (1, 0x20, 0x80):
                torn = raw[:at] + bytes([raw[at] ^ flip]) + raw[at + 1 :]
                self.assertEqual(audit_chain.unframe(torn), None, "byte %d" % at)

    def test_a_part_of_one_is_none(self):
        line, mac = linked(1)[0]
        raw = audit_chain.frame(line, mac)
        for length in range(len(raw)):
            self.assertEqual(audit_chain.unframe(raw[:length]), None)

    def test_each_mac_stands_on_all_before(self):
        rows = linked(5)
        other = audit_chain.mac(BLOCKS, bytes(31) + b"\1", rows[0][0])
        self.assertTrue(other != rows[0][1])
        self.assertEqual(len({mac for _, mac in rows}), 5)


if __name__ == "__main__":
    unittest.main()
