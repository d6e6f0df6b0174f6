"""A key that was erased is nowhere in the flash's image, whenever the power fails on the way."""

import os
import unittest

from failing_flash import FailingFlash
from nor_flash import TORN_MODES, RawNor
from sample import of

from wattseal.core.hmac_sha256 import hmac_sha256
from wattseal.drivers import key_slot
from wattseal.drivers.key_slots import KeySlots, SlotsFull
from wattseal.drivers.ring_region import Region

SECTOR_BYTES = 512  # seven slots and the header
SLOTS = 7
FRONT = 1  # a sector of somebody else's
NOW_S = 1800000000


class OnceNor(RawNor):
    """Takes no data over data, as behind flash encryption: nothing happens, or rubbish."""

    garbles = False

    def program(self, at, data):
        if self.image[at : at + len(data)] != b"\xff" * len(data):
            if not self.garbles:
                raise OSError(5)
            data = bytes([byte ^ 0x5A for byte in data])
        super().program(at, data)


class WornNor(RawNor):
    """Can be read, and changed no more while it is `dead`."""

    dead = False

    def program(self, at, data):
        if self.dead:
            raise OSError(5)
        super().program(at, data)

    def erase(self, sector):
        if self.dead:
            raise OSError(5)
        super().erase(sector)


class GarblingNor(OnceNor):
    garbles = True


KINDS = (RawNor, OnceNor, GarblingNor)


def key(number):
    return hmac_sha256(b"a key", b"%d" % number)


def label(number):
    return b"session%d" % number


def opened(flash):
    slots = KeySlots(Region(flash, FRONT, 2, bytearray(64)))
    slots.open()
    return slots


def traces(image, secret):
    """Windows of 8 bytes of a key that are anywhere in an image."""
    return [at for at in range(len(secret) - 7) if secret[at : at + 8] in image]


def noted(slots, slot, at, utc_s):
    for _ in slots.note_steps(slot, at, utc_s):
        pass


class Case(unittest.TestCase):
    def made(self, kind=RawNor, keys=0):
        self.flash = kind(FRONT + 2, SECTOR_BYTES)
        self.flash.image[:SECTOR_BYTES] = b"J" * SECTOR_BYTES
        slots = opened(self.flash)
        for number in range(keys):
            slots.put(key(number), label(number), number + 1, NOW_S + number)
        return slots

    def holds(self, slots, numbers):
        """These keys, each whole, and no others."""
        held = sorted([slots.get(slot).key for slot in slots.live()])
        self.assertEqual(held, sorted([key(number) for number in numbers]))
        for number in numbers:
            self.assertEqual(slots.get(slots.find(label(number))).key, key(number))


class KeySlotsTest(Case):
    def test_a_key_is_there_after_a_restart(self):
        slots = self.made(keys=3)
        self.holds(slots, [0, 1, 2])
        for _ in range(3):
            again = opened(self.flash)
            self.holds(again, [0, 1, 2])
            found = again.get(again.find(label(1)))
            self.assertEqual((found.began_s, found.acked_s, found.number), (NOW_S + 1, 0, 2))
        self.assertEqual((again.find(b"another!"), again.get(0), again.get(99)), (0, None, None))

    def test_the_search_finds_a_key_that_is_there(self):
        self.made(keys=1)
        self.assertEqual(len(traces(self.flash.image, key(0))), 25)
        self.assertEqual(traces(self.flash.image, key(1)), [])

    def test_an_erased_key_is_nowhere_and_its_neighbours_are_whole(self):
        for kind in KINDS:
            for gone in range(3):
                slots = self.made(kind, keys=3)
                slots.erase(slots.find(label(gone)))
                self.assertEqual(traces(self.flash.image, key(gone)), [])
                left = [number for number in range(3) if number != gone]
                self.holds(slots, left)
                self.holds(opened(self.flash), left)
                self.assertEqual(bytes(self.flash.image[:SECTOR_BYTES]), b"J" * SECTOR_BYTES)

    def test_zeros_take_no_erase_of_a_sector(self):
        slots = self.made(keys=3)
        before = self.flash.erases
        slots.erase(2)
        self.assertEqual(self.flash.erases, before)

    def test_slots_come_back_and_wear_is_shared(self):
        for kind in KINDS:
            slots = self.made(kind)
            before = self.flash.erases
            for number in range(20 * SLOTS):
                slot = slots.put(key(number), label(number % 9), number + 1)
                self.assertEqual(slots.get(slot).key, key(number))
                slots.erase(slot)
                self.assertEqual(traces(self.flash.image, key(number)), [])
            self.assertEqual(slots.live(), [])
            most = 42 if kind is RawNor else 2 * 20 * SLOTS
            self.assertTrue(0 < self.flash.erases - before <= most, self.flash.erases)
            self.assertTrue(abs(self.flash.worn[1] - self.flash.worn[2]) <= 1, self.flash.worn)

    def test_a_full_one_tells_the_oldest_and_overwrites_none(self):
        slots = self.made(keys=SLOTS)
        slots.erase(1)
        slots.put(key(7), label(7), 9)  # in the oldest one's place
        image = bytes(self.flash.image)
        oldest = 0
        try:
            slots.put(key(8), label(8), 9)
        except SlotsFull as full:
            oldest = full.oldest
        self.assertEqual(slots.get(oldest).key, key(1))
        self.assertEqual(bytes(self.flash.image), image)
        self.holds(opened(self.flash), range(1, 8))

    def test_times_are_noted_and_stay_until_they_are_noted_anew(self):
        for kind in (RawNor, OnceNor):
            slots = self.made(kind, keys=3)
            for at, utc_s in ((key_slot.BEGAN_AT, NOW_S), (key_slot.ACKED_AT, NOW_S + 5)):
                noted(slots, 2, at, utc_s)
            noted(slots, 1, key_slot.ACKED_AT, NOW_S + 7)
            noted(slots, 2, key_slot.ACKED_AT, NOW_S - 9)  # a clock that was ahead
            for each in (slots, opened(self.flash)):
                found = [each.get(slot) for slot in (1, 2, 3)]
                times = [(slot.began_s, slot.acked_s) for slot in found]
                self.assertEqual(times, [(NOW_S, NOW_S + 7), (NOW_S, NOW_S - 9), (NOW_S + 2, 0)])
                self.holds(each, range(3))

    def test_what_lay_there_before_is_no_key(self):
        for seed in range(8):
            flash = RawNor(FRONT + 2, SECTOR_BYTES)
            flash.image[SECTOR_BYTES:] = os.urandom(2 * SECTOR_BYTES)
            slots = opened(flash)
            self.assertEqual(slots.live(), [])
            slots.put(key(seed), label(seed), 1)
            self.holds(opened(flash), [seed])


class KeySlotsPowerCutTest(Case):
    def cut(self, kind, act, judge, keys=3, prepare=None):
        """The power fails at every operation of `act`, and again at each of the recovery."""
        slots = self.made(kind, keys)
        if prepare:
            prepare(slots)
        start, self.flash.log = bytes(self.flash.image), []
        act(slots)
        log, cuts, self.begun = self.flash.log, 0, False
        before, self.flash = RawNor(FRONT + 2, SECTOR_BYTES), kind(FRONT + 2, SECTOR_BYTES)
        before.image[:] = start
        for entry in log:
            for mode in TORN_MODES:
                for seed in range(4 if mode == "garbage" else 1):
                    cuts += self.recover(before, entry, mode, seed, judge)
            before.replay(entry)
        return cuts

    def recover(self, before, entry, mode, seed, judge):
        def torn():
            self.flash.image[:] = before.image
            self.flash.log = None
            self.flash.replay_torn(entry, mode, seed)
            return bytes(self.flash.image) != bytes(before.image)

        touched = torn()
        self.flash.log = []
        judge(opened(self.flash), touched or self.begun)
        log = self.flash.log
        for at in of(range(len(log)), 3):
            for again in ("half", "garbage"):
                torn()
                for done in log[:at]:
                    self.flash.replay(done)
                self.flash.replay_torn(log[at], again, 3)
                judge(opened(self.flash), touched or self.begun)
        self.begun = True
        return 1 + 2 * len(log)

    def test_erasing_is_finished_by_the_next_start(self):
        """In place: from the first bit on. By a move: from the new header on, else the key stays
        whole, and whoever asked asks again."""

        def judge(slots, touched):
            if slots.find(label(1)) and slots.get(slots.find(label(1))):
                self.holds(slots, [0, 1, 2])
                slots.erase(slots.find(label(1)))
            self.assertEqual(traces(self.flash.image, key(1)), [])
            self.holds(slots, [0, 2])

        for kind, least in ((RawNor, 7), (OnceNor, 100), (GarblingNor, 100)):
            cuts = self.cut(kind, lambda slots: slots.erase(slots.find(label(1))), judge)
            print("%s: %d cuts" % (kind.__name__, cuts), end=" ")
            self.assertTrue(cuts >= least)

    def test_in_place_no_bit_that_changed_leaves_the_key_usable(self):
        def judge(slots, touched):
            if touched:
                self.assertEqual(slots.find(label(1)), 0)
                self.assertEqual(traces(self.flash.image, key(1)), [])
            self.holds(slots, [0, 2] if touched else [0, 1, 2])

        self.assertTrue(self.cut(RawNor, lambda slots: slots.erase(2), judge) >= 7)

    def test_putting_a_key_there_and_the_move_before_it(self):
        """The new key is whole or nowhere; erased ones stay nowhere, the others stay."""

        def prepare(slots):
            for slot in (2, 3):
                slots.erase(slot)

        def judge(slots, touched):
            kept = [number for number in range(8) if number not in (1, 2, 7)]
            for gone in (1, 2):
                self.assertEqual(traces(self.flash.image, key(gone)), [])
            if slots.find(label(7)):
                kept.append(7)
            else:
                self.assertEqual(traces(self.flash.image, key(7)), [])
            self.holds(slots, kept)

        for kind in KINDS:

            def act(slots):
                slots.put(key(7), label(7), 9)

            cuts = self.cut(kind, act, judge, SLOTS, prepare)
            self.assertTrue(cuts >= 7, cuts)

    def test_a_torn_time_is_written_anew_and_no_key_is_lost(self):
        """Whatever a cut leaves of it, the next call goes on; times that are whole stay."""

        def prepare(slots):
            slots.erase(3)
            torn = SECTOR_BYTES + 2 * 64 + 56
            self.flash.image[torn : torn + 4] = b"\x12\x34\x56\x78"
            self.assertEqual(slots.get(2).acked_s, 0)

        def judge(slots, touched):
            self.holds(slots, [0, 1])
            self.assertEqual(traces(self.flash.image, key(2)), [])
            if not slots.get(2).acked_s:
                noted(slots, 2, key_slot.ACKED_AT, NOW_S + 9)
            times = [(slots.get(slot).began_s, slots.get(slot).acked_s) for slot in (1, 2)]
            self.assertEqual(times, [(NOW_S, 0), (NOW_S + 1, NOW_S + 9)])

        for kind in KINDS:
            cuts = self.cut(
                kind,
                lambda slots: noted(slots, 2, key_slot.ACKED_AT, NOW_S + 9),
                judge,
                3,
                prepare,
            )
            self.assertTrue(cuts >= 50, cuts)

    def test_a_wrong_time_is_written_anew_and_no_key_is_lost(self):
        def prepare(slots):
            noted(slots, 1, key_slot.ACKED_AT, NOW_S + 7)
            noted(slots, 2, key_slot.ACKED_AT, NOW_S + 9999999)

        def judge(slots, touched):
            self.holds(slots, [0, 1, 2])
            self.assertTrue(slots.get(2).acked_s in (0, NOW_S + 9, NOW_S + 9999999))
            if slots.get(2).acked_s != NOW_S + 9:
                noted(slots, 2, key_slot.ACKED_AT, NOW_S + 9)
            times = [(slots.get(slot).began_s, slots.get(slot).acked_s) for slot in (1, 2, 3)]
            expected = [(NOW_S, NOW_S + 7), (NOW_S + 1, NOW_S + 9), (NOW_S + 2, 0)]
            self.assertEqual(times, expected)

        for kind in KINDS:
            cuts = self.cut(
                kind,
                lambda slots: noted(slots, 2, key_slot.ACKED_AT, NOW_S + 9),
                judge,
                3,
                prepare,
            )
            self.assertTrue(cuts >= 50, cuts)

    def test_a_move_is_done_in_steps_of_few_keys(self):
        self.flash = RawNor(FRONT + 2, 4096)
        slots = opened(self.flash)
        for number in range(63):
            slots.put(key(number), b"sess%04d" % number, number + 1)
        slots.erase(1)
        self.assertTrue(slots.crowded)
        self.flash.log, most = [], 0
        for _ in slots.move_steps():
            erased = len([entry for entry in self.flash.log if entry[0] == "erase"])
            most = max(most, len(self.flash.log) + 7 * erased)
            self.flash.log = []
        self.assertTrue(0 < most <= 8, most)
        self.assertFalse(slots.crowded)
        for found in (slots, opened(self.flash)):
            held = [found.get(slot).key for slot in found.live()]
            self.assertEqual(held, [key(number) for number in range(1, 63)])

    def test_a_key_that_could_not_be_erased_is_still_one_to_be_erased(self):
        slots = self.made(WornNor, 3)
        self.flash.dead = True
        self.assertRaises(OSError, slots.erase, 2)
        self.flash.dead = False
        self.assertEqual(slots.find(label(1)), 2)
        slots.erase(slots.find(label(1)))
        self.assertEqual((traces(self.flash.image, key(1)), slots.find(label(1))), ([], 0))

    def test_an_error_of_the_flash_is_told_and_the_next_try_erases(self):
        for kind in KINDS:
            for done in ("nothing", "half", "all"):
                at = tried = 0
                while True:
                    at += 1
                    self.made(kind, 3)
                    flash = FailingFlash(self.flash)
                    slots = opened(flash)
                    flash.fail(at, OSError(5), done, False)
                    try:
                        slots.erase(2)
                        told = False
                    except OSError:
                        told = True
                    struck = flash.calls >= at
                    flash.restore()
                    if not told:
                        self.assertEqual(traces(self.flash.image, key(1)), [])
                    slots.erase(2)
                    self.assertEqual(traces(self.flash.image, key(1)), [])
                    self.holds(opened(self.flash), [0, 2])
                    if not struck:
                        break
                    tried += 1
                self.assertTrue(tried >= 2, tried)


if __name__ == "__main__":
    unittest.main()
