"""Bits of a store flip, blocks of it are wiped: nothing wrong is sent, no number is used again."""

import sys

from cut_test import WIDE, CutCase, counted

_STEP, _STEP_RING = (797, 5003) if WIDE else (3203, 20011)
_LOOKS = 200  # how often it is looked whether enough was found
_MUST_NOT = ("silent", "altered", "pg_reuse", "unbootable")

if sys.implementation.name == "micropython":
    import virtual_time

    virtual_time.install()

    import wattseal.core.ocmf_rules  # noqa: F401 - early, as in virtual_power
    from wattseal import unconfigured
    from wattseal.core import journal_cursor, journal_frame


class DamageTest(CutCase):
    def damage(self, **options):
        self.needs_micropython()
        from damage_cases import cases

        tried, found = 0, []
        for _, count, findings in cases(**options):
            tried += count
            found += findings
        print("%d tried %s" % (tried, counted(found)), end=" ")
        self.assertTrue(tried > 5)
        return [finding for finding in found if finding.split(":")[0] in _MUST_NOT]

    def finds(self, least, *kinds, **options):
        """Bits flip until there were `least` findings; the firmware is broken."""
        from damage_cases import cases

        found = []
        for _, _, findings in cases(lines=_LOOKS, **options):
            found += [finding for finding in findings if finding.split(":")[0] in kinds]
            if len(found) >= least:
                return
        self.fail(counted(found))

    def test_bits_that_flip(self):
        self.assertEqual(self.damage(step=_STEP)[:3], [])

    def test_blocks_that_are_wiped(self):
        self.assertEqual(self.damage(step=0)[:3], [])

    def test_bits_that_flip_on_a_ring(self):
        self.assertEqual(self.damage(step=_STEP_RING, ring=True)[:3], [])

    def test_blocks_of_a_ring_that_are_wiped(self):
        self.assertEqual(self.damage(step=0, ring=True)[:3], [])

    def test_bits_that_flip_on_a_new_device(self):
        self.assertEqual(self.damage(step=_STEP, new=True)[:3], [])

    def unreadable(self, **options):
        self.needs_micropython()
        from unreadable_places import cases

        for what, tried, found in cases(**options):
            print("%s: %d tried" % (what, tried), end=" ")
            self.assertTrue(tried > 5)
            self.assertEqual(found[:3], [])

    def test_files_that_cannot_be_read_any_more(self):
        self.unreadable(step=1 if WIDE else 3)

    def test_sectors_of_a_ring_that_cannot_be_read_any_more(self):
        self.unreadable(step=1 if WIDE else 5, ring=True)

    def test_a_journal_that_is_younger_than_the_configuration_is_caught(self):
        self.needs_micropython()
        prepare, unconfigured.prepare = unconfigured.prepare, lambda data_dir: None
        try:
            self.finds(4, *_MUST_NOT, step=397, new=True)
        finally:
            unconfigured.prepare = prepare

    def test_a_journal_without_a_second_mark_is_caught(self):
        self.needs_micropython()
        both = journal_cursor.newer
        journal_cursor.newer = lambda one, other: one
        try:
            self.finds(3, *_MUST_NOT, step=797)
        finally:
            journal_cursor.newer = both

    def test_a_frame_whose_checksum_nobody_asks_is_caught(self):
        self.needs_micropython()
        scan = journal_frame.FrameScan
        asked = scan._is_trailer
        scan._is_trailer = lambda *_: True
        try:
            self.finds(4, "altered", "unbootable", step=797)
        finally:
            scan._is_trailer = asked
