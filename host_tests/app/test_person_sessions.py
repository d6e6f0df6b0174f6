"""A person's sessions: all of theirs are found and none of others, all of them can be forgotten,
and what was presented is in no answer, log or flash."""

import asyncio
import binascii
import json
import unittest

from canary import CARD, hits
from charge_world import OTHER_CARD
from nor_flash import TORN_MODES, RawNor
from office_case import OfficeCase

THEIRS = ["person", CARD[0], CARD[2]]


class OnceNor(RawNor):
    """Takes no data over data, as behind flash encryption."""

    def program(self, at, data):
        if self.image[at : at + len(data)] != b"\xff" * len(data):
            raise OSError(5)
        super().program(at, data)


class PersonSessionsTest(OfficeCase):
    slots_bytes = 2048  # 31 keys

    def setUp(self):
        super().setUp()
        self.flash = RawNor(2, self.slots_bytes)
        self.boot()

    def report(self, *more):
        return asyncio.run(self.office.report(THEIRS + list(more)))

    def erase(self, words=THEIRS):
        return asyncio.run(self.office.erase(words))

    def listed(self):
        """Session ids of all pages."""
        found, more = [], []
        while True:
            told = self.report(*more)
            self.assertEqual(hits(CARD[2], told.encode()), [])
            self.assertTrue(len(told) < 700, told)
            parts = told.split(" with key and capsule")
            found += [part.split()[-1] for part in parts[:-1]]
            if "there are more: add " not in told:
                return found
            more = [told.split("there are more: add ")[1]]

    def test_all_of_theirs_and_none_of_others(self):
        names = [self.begun(CARD if number % 3 else OTHER_CARD)[0] for number in range(30)]
        theirs = [name for number, name in enumerate(names) if number % 3]
        for _ in range(2):
            self.audit.notes.clear()
            self.assertEqual(self.listed(), theirs)
            pages = [("report", "person", "8")] * 2 + [("report", "person", "4")]
            self.assertEqual(self.audit.notes, pages)
            self.boot()

    def test_level_and_card_alone_decide(self):
        first = self.begun(CARD)[0]
        second = self.begun((CARD[0], "HEARSAY", CARD[2]))[0]
        for other in (("EMAID", CARD[1], CARD[2]), (CARD[0], CARD[1], CARD[2] + "0"),
                      (CARD[0], CARD[1], CARD[2][:-1]), (CARD[0], CARD[1], CARD[2].lower()),
                      ("NONE", "NONE", "")):  # fmt: skip
            self.begun(other)
        self.assertEqual(self.listed(), [first, second])

    def test_it_says_where_the_capsule_is_and_whether_it_was_delivered(self):
        first = self.begun(CARD)[0]
        self.ended()
        second = self.begun(CARD)[0]
        told = self.report()
        self.assertTrue("%s with key and capsule, from T1, its begin is" % first in told, told)
        self.assertTrue("%s with key and capsule, from T3, undelivered" % second in told)

    def test_the_begin_record_may_come_behind_others(self):
        name, _, capsule = self.identified(CARD)
        for _ in range(5):
            self.journal.append(2, b"{}")
        envelope = {"kind": "begin", "capsule": capsule, "session": name}
        self.journal.append(1, json.dumps(envelope).encode())
        self.assertTrue("from T6" in self.report())

    def test_a_key_without_a_readable_begin_record_is_told_of(self):
        self.begun(CARD)
        self.journal.damaged.add(1)
        told = self.report()
        self.assertTrue("no session of theirs" in told and "1 keys are of nobody knows" in told)
        self.journal.damaged.clear()
        envelope = json.loads(self.journal.frames[0][1])
        for capsule in ("AgEB", "?", ""):
            envelope["capsule"] = capsule
            self.journal.frames[0] = 1, json.dumps(envelope).encode()
            self.assertTrue("1 keys are of nobody" in self.report())
        self.assertEqual(self.audit.notes, [("report", "person", "0")] * 4)

    def test_erase_takes_all_of_theirs_with_one_durable_entry_that_names_none(self):
        names = [self.begun(CARD if number % 3 else OTHER_CARD)[0] for number in range(30)]
        theirs = [name for number, name in enumerate(names) if number % 3]
        keys = [self.key_of(name) for name in theirs]
        others = [self.key_of(name) for name in names if name not in theirs]
        self.assertEqual(self.erase(), "the keys of 20 sessions are destroyed")
        for _ in range(2):
            self.assertEqual([self.in_flash(key) for key in keys], [False] * 20)
            self.assertEqual([self.in_flash(key) for key in others], [True] * 10)
            self.assertTrue(self.report().startswith("no session of theirs has a key here"))
            self.boot()
        self.assertEqual(self.erase(), "the keys of 0 sessions are destroyed")
        reports = [("report", "person", "0")] * 2
        entries = [("erase", "person", "20")] + reports + [("erase", "person", "0")]
        self.assertEqual((self.audit.notes, self.audit.durable), (entries, 4))
        self.assertEqual(hits(CARD[2], repr(self.audit.notes).encode()), [])
        self.assertEqual(hits(CARD[2], bytes(self.flash.image)), [])

    def test_a_flash_that_fails_is_said_and_the_next_try_goes_on(self):
        names = [self.begun(CARD)[0] for _ in range(3)]
        keys = [self.key_of(name) for name in names]
        program, done = self.flash.program, []

        def failing(at, data):
            done.append(at)
            if len(done) > 1:
                raise OSError(5)
            program(at, data)

        self.flash.program = failing
        told = self.erase()
        self.flash.program = program
        self.assertTrue(told.startswith("refused: the flash failed"), told)
        gone = [self.in_flash(key) for key in keys].count(False)
        self.assertTrue(gone >= 1)
        self.assertEqual(self.audit.notes, [("erase", "person", "%d" % gone)])
        self.boot()
        self.assertTrue(self.erase().startswith("the keys of "))
        self.assertEqual([self.in_flash(key) for key in keys], [False] * 3)

    def test_other_things_run_meanwhile_and_no_step_opens_two_capsules(self):
        for _ in range(10):
            self.begun(CARD)
        beats = []

        async def beside():
            while True:
                beats.append(1)
                await asyncio.sleep(0)

        async def both():
            task = asyncio.create_task(beside())
            await self.office.report(THEIRS)
            await self.office.erase(THEIRS)
            task.cancel()

        asyncio.run(both())
        self.assertTrue(len(beats) >= 35, len(beats))

    def test_what_names_no_person(self):
        self.begun(CARD)
        card = [CARD[0], CARD[2]]
        for words in ([], ["x"], card[:1], card + ["x"], card + ["99999"], card + ["1", "2"]):
            for told in (asyncio.run(self.office.report(["person"] + words)),
                         self.erase(["person"] + words)):  # fmt: skip
                self.assertTrue(told.startswith("refused: say person IT ID"), told)
                self.assertFalse(CARD[2] in told)
        self.assertTrue(self.erase(THEIRS + ["0"]).startswith("refused: "))  # no part of them
        self.assertEqual((len(self.slots.live()), self.audit.notes), (1, []))

    def test_no_audit_log_is_needed(self):
        self.audit = None
        self.begun(CARD)
        self.assertTrue(self.report().startswith("1 sessions: "))
        self.assertEqual(self.erase(), "the keys of 1 sessions are destroyed")

    def test_a_cut_at_each_operation_leaves_each_key_whole_or_nowhere(self):
        """And who asks again after it has all of them gone."""
        for kind in (RawNor, OnceNor):
            self.flash = kind(2, 512)
            self.boot()
            theirs = [self.key_of(self.begun(CARD)[0]) for _ in range(3)]
            other = self.begun(OTHER_CARD)[0]
            before, self.flash.log = RawNor(2, 512), []
            before.image[:] = self.flash.image
            self.erase()
            log, self.flash, cuts = self.flash.log, kind(2, 512), 0
            for entry in log:
                for mode in TORN_MODES:
                    self.flash.image[:] = before.image
                    self.flash.replay_torn(entry, mode)
                    self.boot()
                    left = len(self.listed())
                    self.assertEqual([self.in_flash(key) for key in theirs].count(True), left)
                    self.assertEqual(self.erase(), "the keys of %d sessions are destroyed" % left)
                    self.assertEqual([self.in_flash(key) for key in theirs], [False] * 3)
                    self.assertTrue(self.key_of(other) is not None)
                    cuts += 1
                before.replay(entry)
            self.assertTrue(cuts >= 9, cuts)
            self.journal.frames.clear()

    def test_a_start_while_keys_move_keeps_its_key_and_brings_none_back(self):
        """Flash that takes no zeros over data, where each erasure moves all keys in steps."""
        self.flash = OnceNor(2, self.slots_bytes)
        self.boot()
        keys = [self.key_of(self.begun(CARD)[0]) for _ in range(5)]
        others = [self.begun(OTHER_CARD)[0] for _ in range(12)]
        started = []

        async def starts():
            for _ in range(6):
                name = self.desk.session_id()
                await self.desk.identify(OTHER_CARD, name)
                self.desk.begun()
                started.append(name)
                await asyncio.sleep(0)

        async def both():
            starting = asyncio.create_task(starts())
            told = await self.office.erase(THEIRS)
            await starting
            return told

        self.quiet_sleeps = True
        self.assertTrue(asyncio.run(both()).startswith("the keys of 5 sessions"))
        for _ in range(2):
            self.assertEqual([self.in_flash(key) for key in keys], [False] * 5)
            for name in others + started:
                self.assertTrue(self.key_of(name) is not None, name)
            self.assertEqual(len(self.slots.live()), 18)
            self.boot()

    def test_a_start_beside_an_erasure_keeps_its_key(self):
        for _ in range(6):
            self.begun(CARD)

        async def both():
            name = self.desk.session_id()
            erasing = asyncio.create_task(self.office.erase(THEIRS))
            await self.desk.identify(OTHER_CARD, name)
            return name, await erasing

        name, told = asyncio.run(both())
        self.assertTrue(told.startswith("the keys of 6 sessions"), told)
        self.assertEqual(len(self.slots.live()), 1)
        self.assertTrue(self.slots.find(binascii.unhexlify(name)) > 0)


if __name__ == "__main__":
    unittest.main()
