"""Bits of a store flip, blocks of it are wiped: nothing wrong is sent, no number is used again."""

import sys

from cut_test import WIDE, CutCase, counted

_STEP, _STEP_RING = (797, 5003) if WIDE else (3203, 20011)
_PAIRS, _PAIRS_RING = (-1, -5) if WIDE else (-3, -29)
_LOOKS = 200  # how often it is looked whether enough was found
_DECLARED = ("neighbours", "refused", "unmountable", "taken_back")

if sys.implementation.name == "micropython":
    import virtual_time

    virtual_time.install()

    import wattseal.core.ocmf_rules  # noqa: F401 - early, as in virtual_power
    from wattseal import unconfigured
    from wattseal.app.open_sessions import OpenSessions
    from wattseal.core import journal_cursor, journal_frame
    from wattseal.drivers.journal_marks import Marks


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
        return [finding for finding in found if finding.split(":")[0] not in _DECLARED]

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

    def test_bits_that_flip_behind_the_last_end(self):
        self.assertEqual(self.damage(step=_STEP, closed=True)[:3], [])

    def test_bits_of_a_ring_that_flip_behind_the_last_end(self):
        self.assertEqual(self.damage(step=_STEP_RING, ring=True, closed=True)[:3], [])

    def test_two_blocks_that_are_wiped(self):
        for closed in (False, True):
            self.assertEqual(self.damage(step=_PAIRS, closed=closed)[:3], [])

    def test_two_blocks_of_a_ring_that_are_wiped(self):
        for closed in (False, True):
            self.assertEqual(self.damage(step=_PAIRS_RING, ring=True, closed=closed)[:3], [])

    def test_an_end_that_nobody_noted_is_caught(self):
        self.needs_micropython()
        noted, OpenSessions.ending = OpenSessions.ending, lambda *_: None
        try:
            self.finds(2, "second_end", step=797, closed=True)
        finally:
            OpenSessions.ending = noted

    def newest_of_a_ring_wiped(self):
        """[what is wrong]. The journal's first sector, and each of the checkpoints' in turn."""
        from store_damage import Store

        store, found = Store(ring=True), []
        last = len(store.image) // 4096 - 1
        for block in range(last, last - 4, -1):
            found += store.wipe(store.files_blocks, block)
        return found

    def test_a_ring_that_loses_newest_records_and_cursor(self):
        """One place for the cursor is not enough, and that is caught."""
        self.needs_micropython()
        self.assertEqual(self.newest_of_a_ring_wiped(), [])
        both, Marks.save = Marks.save, Marks.save_own
        try:
            found = counted(self.newest_of_a_ring_wiped())
        finally:
            Marks.save = both
        self.assertTrue("pg_reuse" in found or "silent" in found, found)

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
            self.finds(4, "silent", "pg_reuse", step=397, new=True)
        finally:
            unconfigured.prepare = prepare

    def test_a_journal_without_a_second_mark_is_caught(self):
        self.needs_micropython()
        both = journal_cursor.newer
        journal_cursor.newer = lambda one, other: one
        try:
            self.finds(3, "silent", "pg_reuse", step=797)
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
