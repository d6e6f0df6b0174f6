"""The key's two copies: a good one is enough and mends the other; two keys, or none, are told."""

import hashlib
import os
import unittest

from key_copies_case import PATH, SECOND, G, content, key_file, remove_copies, write

from wattseal.core.ecdsa import KeyFault
from wattseal.drivers import key_copies
from wattseal.drivers.key_copies import Copies

GOOD = key_file()
OTHER = key_file(2)


def damaged(raw, at):
    return raw[:at] + bytes([raw[at] ^ 16]) + raw[at + 1 :]


class TestCopies(unittest.TestCase):
    def tearDown(self):
        remove_copies()

    def loaded(self, first, second):
        """(key, counts) of what the two files hold, None for no file."""
        remove_copies()
        for path, raw in ((PATH, first), (SECOND, second)):
            if raw is not None:
                write(raw, path)
        copies = Copies(PATH)
        return copies.load(), copies.counts

    def refused(self, first, second):
        """The sentence; the files must be as they were."""
        try:
            self.loaded(first, second)
        except KeyFault as fault:
            self.assertEqual((content(PATH), content(SECOND)), (first or b"", second or b""))
            return str(fault)
        self.fail("was taken")
        return ""

    def mended(self, first, second):
        key, counts = self.loaded(first, second)
        self.assertEqual(key, ("w0123456789abcde", 1, G))
        self.assertEqual((content(PATH), content(SECOND)), (GOOD, GOOD))
        return counts["key_restored"]

    def test_two_good_copies_are_left_alone(self):
        self.assertEqual(self.mended(GOOD, GOOD), 0)

    def test_a_missing_copy_is_made_from_the_other(self):
        self.assertEqual(self.mended(GOOD, None), 1)
        self.assertEqual(self.mended(None, GOOD), 1)

    def test_a_copy_with_any_byte_changed_is_mended(self):
        for at in range(len(GOOD)):
            self.assertEqual(self.mended(GOOD, damaged(GOOD, at)), 1)
            self.assertEqual(self.mended(damaged(GOOD, at), GOOD), 1)

    def test_a_copy_cut_at_any_byte_or_too_long_is_mended(self):
        for end in range(len(GOOD)):
            self.assertEqual(self.mended(GOOD, GOOD[:end]), 1)
            self.assertEqual(self.mended(GOOD[:end], GOOD), 1)
        self.assertEqual(self.mended(GOOD, GOOD + b"\0"), 1)

    def test_two_keys_are_refused_and_both_kept(self):
        for first, second in ((GOOD, OTHER), (OTHER, GOOD)):
            sentence = self.refused(first, second)
            self.assertTrue("different keys" in sentence and SECOND in sentence)
        another_id = key_file(device_id=b"wffffffffffffff0")
        self.assertTrue("different keys" in self.refused(GOOD, another_id))

    def test_damage_in_both_is_told_and_nothing_is_made(self):
        for at in range(len(GOOD)):
            sentence = self.refused(damaged(GOOD, at), damaged(GOOD, 119 - at))
            self.assertTrue(PATH in sentence)
        self.assertTrue("damaged" in self.refused(damaged(GOOD, 60), damaged(GOOD, 60)))

    def test_none_at_all_is_told_and_nothing_is_made(self):
        sentence = self.refused(None, None)
        self.assertTrue(PATH in sentence and "missing" in sentence)
        self.assertFalse(SECOND in sentence or "keys new" in sentence)
        self.assertTrue("put back its copy" in sentence)

    def test_a_damaged_copy_is_told_rather_than_that_the_other_is_missing(self):
        for pair in ((damaged(GOOD, 60), None), (None, damaged(GOOD, 60))):
            self.assertTrue("damaged" in self.refused(*pair))

    def test_refuses_a_device_id_that_is_not_its_own_making(self):
        for device_id in (
            b"x0123456789abcde",
            b"w0123456789abcd/",
            b"w0123456789abcdE",
            b"w" * 16,
        ):
            raw = key_file(1, G, device_id)
            self.assertTrue("device id" in self.refused(raw, raw))

    def test_no_sentence_holds_the_private_key(self):
        key = int.from_bytes(hashlib.sha256(b"secret").digest(), "big")
        raw = damaged(key_file(key), 118)
        text = self.refused(raw, raw) + self.refused(key_file(key), GOOD)
        self.assertFalse(str(key) in text or "%x" % key in text)

    def test_a_copy_that_is_there_and_cannot_be_read_is_left_as_it_is(self):
        def refusing(path, mode):
            if path == SECOND and mode == "rb":
                raise OSError(5)
            return open(path, mode)

        write(GOOD)
        write(OTHER, SECOND)
        key_copies.open = refusing
        try:
            copies = Copies(PATH)
            self.assertEqual(copies.load()[1], 1)
        finally:
            del key_copies.open
        self.assertEqual(copies.counts, {"key_restored": 0, "key_unrestored": 1})
        self.assertEqual(content(SECOND), OTHER)

    def test_a_medium_that_refuses_the_copy_does_not_keep_the_device_down(self):
        write(GOOD)
        copies = Copies(PATH)
        os.mkdir(SECOND)
        copies._paths = (PATH, SECOND + "/none/such")  # cannot be made
        try:
            self.assertEqual(copies.load()[1], 1)
        finally:
            os.rmdir(SECOND)
        self.assertEqual(copies.counts, {"key_restored": 0, "key_unrestored": 1})
