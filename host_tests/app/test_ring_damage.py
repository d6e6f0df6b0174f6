"""Flipped bits, wiped and worn sectors of the raw-flash ring: what is told, and what must stay."""

import gc
import unittest

from journal_case import unacked
from nor_flash import RawNor

from wattseal.core.journal_frame import JournalFull
from wattseal.drivers.ring_region import Region
from wattseal.storage import on_flash

SECTORS = 16  # five areas of two sectors, six sectors of checkpoints
SECTOR_BYTES = 256
EVERY = 11  # so many bits is the next one that is flipped
RECORDS = 14
ACKED = 3


def opened(flash):
    journal, checkpoints = on_flash(flash, 6, 2, keep_acked=1)
    journal.open()
    return journal, checkpoints


def record(sequence):
    return b"record %04d, " % sequence + b"." * 50


def filled(flash):
    journal, checkpoints = opened(flash)
    for n in range(1, RECORDS + 1):
        checkpoints.save("note", b"note %d" % n)
        if n % 6 == 1:
            checkpoints.save("rare", b"rare %d" % n)
        journal.append(1, record(n))
        if n == 6:
            journal.ack(ACKED)


class StuckNor(RawNor):
    """One sector does not do as it is told: nothing, or an error, or nothing but programs."""

    stuck, kind = -1, ""

    def program(self, at, data):
        if at // SECTOR_BYTES == self.stuck and self.kind != "no erase":
            if self.kind == "error":
                raise OSError(5)
            return
        super().program(at, data)

    def erase(self, sector):
        if sector != self.stuck or self.kind == "no program":
            super().erase(sector)


class RingDamageTest(unittest.TestCase):
    def setUp(self):
        gc.collect()
        self.flash = RawNor(SECTORS, SECTOR_BYTES)

    def check(self, flash, most_missing):
        """No number twice, nothing altered, what is missing is listed. Returns (lost, journal)."""
        journal, checkpoints = opened(flash)
        self.assertTrue(journal.next == RECORDS + 1, journal.next)
        self.assertTrue(journal.acked <= ACKED, journal.acked)
        missing = []
        for n in range(1, RECORDS + 1):
            found = journal.read(n)
            self.assertTrue(found in (None, (1, record(n))), found)
            if found is None and n > ACKED:
                missing.append(n)
        self.assertTrue(len(missing) <= most_missing, missing)
        self.assertEqual([n for n in journal.lost if n > ACKED], missing)
        return missing, journal, checkpoints

    def test_any_bit_that_flips_costs_one_record_at_most_and_is_told(self):
        filled(self.flash)
        before, told = bytes(self.flash.image), 0
        for place in range(0, len(before) * 8, EVERY):
            at, bit = place >> 3, 1 << (place & 7)
            if before[at] == 0xFF:
                continue
            self.flash.image[at] ^= bit
            missing, _, checkpoints = self.check(self.flash, 1)
            for name, last, older in (("note", 14, 13), ("rare", 13, 7)):
                found = checkpoints.load(name)
                old = found == b"%s %d" % (name.encode(), older)
                self.assertTrue(old or found == b"%s %d" % (name.encode(), last), found)
                self.assertTrue(not old or checkpoints.damaged(name), (name, place))
                told += old
            told += len(missing)
            self.flash.image[:] = before
        self.assertTrue(told > 20, told)

    def test_a_sector_that_is_wiped_gives_no_number_out_twice(self):
        filled(self.flash)
        before = bytes(self.flash.image)
        for sector in range(SECTORS):
            for byte in (b"\xff", b"\x00", b"\x5a"):
                at = sector * SECTOR_BYTES
                self.flash.image[at : at + SECTOR_BYTES] = byte * SECTOR_BYTES
                journal = self.check(self.flash, RECORDS)[1]
                self.assertEqual(journal.append(1, b"goes on"), RECORDS + 1)
                self.assertEqual(opened(self.flash)[0].read(RECORDS + 1), (1, b"goes on"))
                self.flash.image[:] = before

    def test_a_store_that_is_emptier_than_its_mark_is_told(self):
        filled(self.flash)
        self.flash.image[: 10 * SECTOR_BYTES] = b"\xff" * (10 * SECTOR_BYTES)
        missing, journal, _ = self.check(self.flash, RECORDS)
        self.assertEqual(missing, list(range(ACKED + 1, RECORDS + 1)))

    def test_a_worn_sector_costs_nothing_that_was_stored(self):
        counted = 0
        for kind in ("no program", "no erase", "error"):
            for sector in range(SECTORS):
                flash = StuckNor(SECTORS, SECTOR_BYTES)
                if kind == "no erase":
                    flash.image[sector * SECTOR_BYTES] = 0x00
                flash.stuck, flash.kind = sector, kind
                counted += self.use(flash)
                gc.collect()
        self.assertTrue(counted > 10, counted)

    def use(self, flash):
        """Appends and acknowledges twice round the ring; a refused append is tried again."""
        journal, checkpoints = opened(flash)
        note = None
        for n in range(1, 40):
            for value in (b"%d" % n, b"%d again" % n):
                try:
                    checkpoints.save("note", value)
                    note = value
                except OSError:
                    pass
            self.assertEqual(checkpoints.load("note"), note)
            self.append(journal, n)
            self.assertEqual(journal.read(n), (1, record(n)))
            if n > 3:
                self.assertEqual(journal.read(n - 2), (1, record(n - 2)))
                self.ack(journal, n - 3)
        bad = journal.counters["areas_bad"]
        journal, checkpoints = opened(flash)
        self.assertEqual((journal.next, checkpoints.load("note")), (40, note))
        for n in range(max(37, journal.oldest), 40):
            self.assertEqual(journal.read(n), (1, record(n)))
        return bad

    def append(self, journal, n):
        for _ in range(3):
            try:
                self.assertEqual(journal.append(1, record(n)), n)
                return
            except OSError:
                pass
        self.assertTrue(False, "three appends failed")

    def ack(self, journal, upto):
        for _ in range(3):
            try:
                journal.ack(upto)
                return
            except OSError:
                pass

    def test_an_area_that_failed_is_left_alone_from_then_on(self):
        flash, errors = StuckNor(SECTORS, SECTOR_BYTES), 0
        journal, _ = opened(flash)
        flash.stuck, flash.kind = 3, "error"  # the later sector of the second area
        for _ in range(80):
            try:
                journal.append(1, record(journal.next))
            except OSError:
                errors += 1
            journal.ack(journal.next - 1)
        self.assertEqual((errors, journal.counters["areas_bad"]), (1, 1))

    def test_a_flash_that_fails_for_a_while_is_healed(self):
        flash = StuckNor(SECTORS, SECTOR_BYTES)
        journal, _ = opened(flash)
        for _ in range(13):
            journal.append(1, record(journal.next))
        journal.ack(12)  # three areas, of which two hold nothing that is needed
        room, was, touched = journal.room_bytes, journal.next, []

        def refuse(*what):
            touched.append(what)
            raise OSError(5)

        flash.program = flash.erase = refuse
        for tries in range(40):
            touched.clear()
            with self.assertRaises((OSError, JournalFull)):
                journal.append(1, record(journal.next))
            if tries > 6:  # all have failed: no more than a look at one area
                self.assertEqual((journal.room_bytes, journal.heal()), (0, False))
                self.assertTrue(len(touched) <= 4, touched)
        self.assertEqual(journal.counters["areas_bad"], 5)
        del flash.program, flash.erase
        for _ in range(40):
            journal.append(1, record(journal.next))
            journal.ack(journal.next - 1)
        self.assertEqual((journal.next, journal.lost), (was + 40, []))
        while journal.heal():
            pass
        self.assertTrue(journal.room_bytes >= room, (journal.room_bytes, room))
        for each in (journal, opened(flash)[0]):
            self.assertEqual(each.read(was + 39), (1, record(was + 39)))

    def test_one_area_is_tried_after_the_other_and_none_that_holds_records(self):
        flash = StuckNor(SECTORS, SECTOR_BYTES)
        journal, _ = opened(flash)
        for n in range(1, 4):
            journal.append(1, record(n))
        program, failing = flash.program, list(range(2, SECTORS))

        def refuse(at, data):
            if at // SECTOR_BYTES in failing:
                raise OSError(5)
            program(at, data)

        flash.program, flash.erase = refuse, lambda sector: None
        for _ in range(8):
            try:
                journal.append(1, record(journal.next))
            except (OSError, JournalFull):
                pass
        self.assertTrue(journal.counters["areas_bad"] > 2)
        failing.remove(4)  # the later of two areas is well again
        failing.remove(5)
        healed = [journal.heal() for _ in range(journal.counters["areas_bad"] + 1)]
        self.assertEqual(healed.count(True), 1, healed)
        for n in range(1, 4):
            self.assertEqual(journal.read(n), (1, record(n)))

    def test_what_cannot_be_read_at_the_start_is_not_healed(self):
        flash = StuckNor(SECTORS, SECTOR_BYTES)
        journal, _ = opened(flash)
        while journal.next <= 12:  # three areas
            journal.append(1, record(journal.next))
        read_into = flash.read_into

        def unreadable(at, buffer):
            if at < 2 * SECTOR_BYTES:
                raise OSError(5)
            read_into(at, buffer)

        flash.read_into = unreadable
        journal, _ = opened(flash)
        self.assertEqual(journal.counters["areas_bad"], 1)
        self.assertEqual(journal.heal(), False)
        try:
            while True:
                journal.append(1, record(journal.next))
        except JournalFull:
            pass
        del flash.read_into
        journal, _ = opened(flash)
        self.assertEqual([journal.read(n) for n in (1, 2)], [(1, record(1)), (1, record(2))])

    def test_a_sector_that_does_not_erase_is_told_before_anything_is_put_there(self):
        flash = StuckNor(1, SECTOR_BYTES)
        flash.program(SECTOR_BYTES - 1, b"\x7f")
        flash.stuck, flash.kind = 0, "no erase"
        with self.assertRaises(OSError):
            Region(flash, 0, 1, bytearray(64)).erase(0)

    def test_a_full_ring_refuses_and_keeps_everything(self):
        journal, _ = opened(self.flash)
        stored = 0
        while journal.room_bytes >= 300:  # a segment's end may stay unused
            stored = journal.append(1, record(stored + 1))
        self.assertTrue(stored > 20, stored)
        with self.assertRaises(JournalFull):
            while True:
                stored = journal.append(1, record(stored + 1))
        for each in (journal, opened(self.flash)[0]):
            self.assertEqual(list(unacked(each))[-1], (stored, 1, record(stored)))
            self.assertEqual((each.next, each.lost), (stored + 1, []))
        room = journal.room_bytes
        journal.ack(stored - 1)
        self.assertTrue(journal.room_bytes > room + 300, journal.room_bytes)
        for n in range(stored + 1, stored + 40):
            self.assertEqual(journal.append(1, record(n)), n)
            journal.ack(n - 1)
