"""Identifications under keys in slots: who it was is found, until the key is destroyed, and never
after; a key goes in time, and no wrong clock takes it."""

import asyncio
import binascii
import json
import unittest

from charge_world import CARD, OTHER_CARD
from cryptolib import aes
from office_case import DAY_MS, HOUR_MS, OfficeCase, Session

from wattseal.core import sealing, slot_capsule
from wattseal.core.ecdsa import KeyFault
from wattseal.core.hmac_sha256 import hmac_sha256
from wattseal.core.pseudonym import pid
from wattseal.drivers import key_slot


class PrivacyOfficeTest(OfficeCase):
    def test_the_capsule_and_the_pseudonym_hang_on_the_key(self):
        name, who, text = self.begun()
        capsule, key = binascii.a2b_base64(text), self.key_of(name)
        self.assertEqual(slot_capsule.opened(key, "w1", name, capsule, aes), CARD)
        salt = hmac_sha256(key, b"salt1")
        self.assertEqual((who.id_type, who.data), ("LOCAL", pid(salt, CARD[0], CARD[2])))
        self.assertEqual((who.level, capsule[0], len(capsule)), (CARD[1], 2, 123))
        self.assertFalse(CARD[2].encode() in capsule or CARD[2].encode() in self.flash.image)
        for device, session in (("w2", name), ("w1", "00" * 8)):
            with self.assertRaises(sealing.SealFault):
                slot_capsule.opened(key, device, session, capsule, aes)
        for at in range(len(capsule)):
            changed = bytearray(capsule)
            changed[at] ^= 1
            with self.assertRaises(sealing.SealFault):
                slot_capsule.opened(key, "w1", name, bytes(changed), aes)

    def test_all_capsules_are_of_one_length(self):
        cards = (CARD, ("EMAID", "SECURE", "DE8ACC12E46L89"), ("NONE", "NONE", ""),
                 ("CARD_TXN_NR", "CERTIFIED", "9" * 40))  # fmt: skip
        self.assertEqual(len({len(self.begun(card)[2]) for card in cards}), 1)

    def test_two_sessions_of_a_driver_have_nothing_in_common(self):
        first, second = self.begun(), self.begun()
        self.assertTrue(first[1].data != second[1].data and first[2] != second[2])

    def test_report_says_who_it_was_after_a_restart_too(self):
        first, other = self.begun(), self.begun(OTHER_CARD)
        self.boot()
        for (name, who, _), card in ((first, CARD), (other, OTHER_CARD)):
            answer = self.office.report([name])
            self.assertTrue(" ".join(card) in answer, answer)
            salt = binascii.unhexlify(answer.split("salt ")[1])
            self.assertEqual(who.data, pid(salt, card[0], card[2]))
        self.assertEqual(self.audit.notes, [("report", first[0], ""), ("report", other[0], "")])

    def test_erase_takes_the_key_and_leaves_the_others(self):
        name, other = self.begun()[0], self.begun(OTHER_CARD)[0]
        key = self.key_of(name)
        self.assertTrue(self.in_flash(key))
        self.assertEqual(
            asyncio.run(self.office.erase([name])), "session %s: its key is destroyed" % name
        )
        self.assertFalse(self.in_flash(key))
        self.assertEqual(self.audit.notes, [("erase", name, "asked")])
        for _ in range(2):
            self.assertTrue(self.office.report([name]).startswith("refused: there is no key"))
            self.assertTrue(
                asyncio.run(self.office.erase([name])).startswith("refused: there is no key")
            )
            self.assertTrue(OTHER_CARD[2] in self.office.report([other]))
            self.boot()

    def test_a_key_that_took_the_slot_while_erase_waited_lives(self):
        names = []
        while self.slots.free:
            names.append(self.begun()[0])
            self.ended()
        new = self.desk.session_id()

        async def both():
            await self.retention.review()
            await self.retention.review()  # acknowledged is known
            start = asyncio.create_task(self.desk.identify(OTHER_CARD, new))
            erase = asyncio.create_task(self.office.erase([names[0]]))
            await start
            self.said = await erase

        self.quiet_sleeps = True
        asyncio.run(both())
        self.assertTrue(self.key_of(new) is not None)
        self.assertTrue(self.said.startswith("refused: there is no key"), self.said)
        self.assertEqual(self.audit.notes, [("erase", names[0], "full")])

    def test_what_names_no_session(self):
        self.begun()
        for words in ([], [""], ["x"], ["abc"], ["\xe4"], ["00" * 8], ["00" * 99]):
            erased = asyncio.run(self.office.erase(words))
            for told in (self.office.report(words), erased):
                self.assertTrue(told.startswith("refused: "), words)
        self.assertEqual(self.audit.notes, [])

    def test_a_level_is_asked_for_and_no_audit_log_is_needed(self):
        self.audit = None
        name = self.begun()[0]
        words = self.office.words()
        self.assertEqual([words[word][0] for word in ("report", "erase")], [3, 3])
        self.assertTrue(CARD[2] in words["report"][1]([name]))
        self.assertTrue("destroyed" in asyncio.run(words["erase"][1](["erase", name])))

    def test_a_record_that_is_gone_is_said_to_be(self):
        name, _, _ = self.identified()
        self.assertTrue("begin record is not" in self.office.report([name]))
        envelope = {"kind": "begin", "capsule": "AgEB", "session": name}
        self.journal.append(1, json.dumps(envelope).encode())
        self.assertTrue("damaged" in self.office.report([name]))
        self.assertEqual(self.audit.notes, [])

    def test_a_start_that_fails_leaves_no_key(self):
        keys = []
        for _ in range(20):
            keys.append(self.key_of(self.identified()[0]))
        self.assertEqual(len(self.slots.live()), 1)
        self.assertEqual([self.in_flash(key) for key in keys], [False] * 19 + [True])
        self.assertEqual(self.quiets, 39 + 4)  # each key, each that goes, steps of two moves

    def test_full_slots_refuse_a_start_until_a_session_is_acknowledged(self):
        names = [self.begun()[0] for _ in range(7)]
        with self.assertRaises(KeyFault):
            self.identified()
        self.assertEqual((self.desk.faults, len(self.slots.live())), (1, 7))
        for name in (names[4], names[2]):
            slot = self.slots.find(binascii.unhexlify(name))
            for _ in self.slots.note_steps(slot, key_slot.ACKED_AT, 1):
                pass
        key = self.key_of(names[2])
        self.begun()
        self.assertFalse(self.in_flash(key))
        self.assertEqual(self.audit.notes, [("erase", names[2], "full")])
        self.assertEqual(self.office.counts["key_slots_full"], 2)


class KeyRetentionTest(OfficeCase):
    def review(self, hours=1):
        for _ in range(hours):
            self.clock.ms += HOUR_MS
            asyncio.run(self.retention.review())

    def left(self):
        return len(self.slots.live())

    def test_seven_days_after_the_acknowledgement(self):
        name = self.begun()[0]
        self.place.session = Session(name)
        self.review(48)
        self.place.session = None
        self.review(48)  # nobody has acknowledged it
        self.ended()
        self.review(7 * 24)
        self.assertEqual(self.left(), 1)
        self.boot()  # what was noted stays
        self.review(3)
        self.assertEqual(self.left(), 0)
        self.assertEqual(self.audit.notes, [("erase", name, "7 d")])

    def test_an_open_session_keeps_its_key_whatever_is_acknowledged(self):
        self.place.session = Session(self.begun()[0])
        self.ended()
        self.review(20 * 24)
        self.assertEqual(self.left(), 1)

    def test_ninety_days_after_the_begin_at_most(self):
        name = self.begun()[0]
        self.place.session = Session(name)
        self.clock.ms += 88 * DAY_MS - HOUR_MS
        self.review(48)
        self.assertEqual(self.left(), 1)
        self.review(1)
        self.assertEqual(self.left(), 0)
        self.assertEqual(self.audit.notes, [("erase", name, "90 d")])

    def test_one_that_nobody_acknowledged_goes_only_after_two_steady_days(self):
        """A clock that was a year ahead for a day destroyed what nobody else has."""
        name = self.begun()[0]
        self.review(3)
        self.clock.utc_at_0 += 365 * DAY_MS
        self.review(24)
        self.clock.utc_at_0 -= 365 * DAY_MS
        self.review(3)
        self.assertTrue(self.slots.find(binascii.unhexlify(name)) > 0)
        self.clock.utc_at_0 += 365 * DAY_MS
        self.review(48)
        self.assertEqual(self.left(), 1)
        self.review(1)
        self.assertEqual((self.left(), self.audit.notes), (0, [("erase", name, "90 d")]))

    def test_times_of_a_clock_that_was_ahead_are_noted_anew(self):
        true_utc_at_0 = self.clock.utc_at_0
        for acknowledged_then in (True, False):
            self.clock.utc_at_0 = true_utc_at_0 + 365 * DAY_MS
            key = self.key_of(self.begun()[0])
            other = self.key_of(self.begun(OTHER_CARD)[0])
            if acknowledged_then:
                self.ended()
            self.review(4)
            self.clock.utc_at_0 = true_utc_at_0
            self.review(2)
            self.ended()
            self.boot()  # what was noted is in flash
            now_s = self.clock.utc_ms() // 1000
            held = [self.slots.get(slot) for slot in self.slots.live()]
            self.assertEqual([now_s - each.began_s <= 7200 for each in held], [True, True])
            self.assertEqual([each.key for each in held], [key, other])
            self.review(7 * 24 - 2)
            self.assertEqual(self.left(), 2)
            self.review(6)
            self.assertEqual((self.left(), self.in_flash(key)), (0, False))

    def test_a_clock_that_is_put_back_by_less_than_an_hour_moves_nothing(self):
        self.begun()
        self.ended()
        self.review(4)
        self.clock.utc_at_0 -= HOUR_MS // 2
        self.flash.log = []
        self.review(5)
        self.assertEqual(self.flash.log, [])

    def test_a_clock_that_jumps_destroys_nothing(self):
        self.begun()
        self.ended()
        self.review(5)
        for _ in range(10):
            self.clock.utc_at_0 += 400 * DAY_MS
            self.review(1)
            self.clock.utc_at_0 -= 400 * DAY_MS
            self.review(2)
        self.assertEqual(self.left(), 1)
        self.clock.utc_at_0 += 400 * DAY_MS
        self.review(1)
        self.assertEqual(self.left(), 1)
        self.review(1)  # it has stood for an hour
        self.assertEqual(self.left(), 0)

    def test_a_time_that_is_not_synchronised_destroys_nothing(self):
        self.begun()
        self.ended()
        for state in ("U", "I"):
            self.clock.time_state = state
            self.clock.ms += 200 * DAY_MS
            self.review(48)
            self.assertEqual(self.left(), 1)

    def test_without_time_what_is_acknowledged_makes_room_when_all_slots_are_taken(self):
        self.clock.time_state = "U"
        names = [self.begun()[0] for _ in range(7)]
        self.review(2)  # nobody has acknowledged them
        with self.assertRaises(KeyFault):
            self.identified()
        self.ended()
        self.review(2)
        self.begun()
        self.assertEqual(self.left(), 7)
        self.assertEqual(self.audit.notes, [("erase", names[0], "full")])

    def test_a_flash_that_cannot_be_read_is_looked_at_again(self):
        self.begun()
        self.ended()
        get, self.slots.get = self.slots.get, self.fails
        self.review(3)
        self.slots.get = get
        self.review(9 * 24)
        self.assertEqual(self.left(), 0)

    def fails(self, slot):
        raise OSError(5)

    def test_a_time_that_a_cut_tore_is_written_anew_and_the_key_goes_in_time(self):
        name, other = self.begun()[0], self.begun(OTHER_CARD)[0]
        slot = self.slots.find(binascii.unhexlify(name))
        self.flash.image[slot * 64 + 56 : slot * 64 + 60] = b"\x6b\x00\x12\x34"
        self.ended()
        self.boot()
        self.assertEqual(self.slots.get(slot).acked_s, 0)
        self.review(3)
        marked_s = self.slots.get(slot).acked_s
        self.assertTrue(0 < self.clock.utc_ms() // 1000 - marked_s <= 3600)
        self.boot()
        self.assertEqual(self.slots.get(slot).acked_s, marked_s)
        key = self.key_of(name)
        self.review(7 * 24 + 2)
        self.assertEqual((self.left(), self.in_flash(key)), (0, False))
        self.assertEqual(
            sorted(self.audit.notes), sorted([("erase", each, "7 d") for each in (name, other)])
        )

    def test_a_torn_begin_counts_from_when_it_is_written_anew(self):
        name = self.begun()[0]
        self.place.session = Session(name)
        slot = self.slots.find(binascii.unhexlify(name))
        self.flash.image[slot * 64 + 48] = 0
        self.boot()
        self.clock.time_state = "U"
        self.review(3)
        self.clock.time_state = "S"
        self.review(2)
        self.boot()
        self.assertTrue(self.slots.get(slot).began_s > 0)
        self.clock.ms += 90 * DAY_MS
        self.review(49)
        self.assertEqual(self.left(), 0)

    def test_a_begin_without_time_counts_from_when_it_is_known(self):
        self.clock.time_state = "U"
        self.place.session = Session(self.begun()[0])
        self.review(30)
        self.clock.time_state = "S"
        self.review(2)
        self.clock.ms += 88 * DAY_MS
        self.review(47)
        self.assertEqual(self.left(), 1)
        self.review(3)
        self.assertEqual(self.left(), 0)


if __name__ == "__main__":
    unittest.main()
