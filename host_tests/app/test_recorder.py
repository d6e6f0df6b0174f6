"""One record at a time: number, signature and bytes belong together, or nothing is left."""

import asyncio
import binascii
import hashlib
import json
import unittest

from charge_point import ChargePoint, ocmf_of, play
from charge_world import CARD, DEVICE
from fakes import settle

from wattseal.app.identity import Desk
from wattseal.app.recorder import NotFit
from wattseal.core import bill, der, ocmf
from wattseal.core.journal_frame import JournalFull
from wattseal.core.p256 import CurveError
from wattseal.core.reading import Reading
from wattseal.core.session import Session


def head(serial="S1"):
    return ocmf.Head("Wattseal", DEVICE, "0.1", "E", "M", serial, "1", "CBIDC", "x 1", "aa")


def session(number=1, utc_ms=1795000000000):
    begun = Session("5e550000000000%02d" % number, number, Reading(1000000, 0, 0, utc_ms, "S"))
    begun.observe(Reading(1000000, 0, 1000, utc_ms + 1000, "S"), "C")
    return begun


def ended(number=1, energy_mwh=2000000):
    done = session(number)
    done.end(Reading(energy_mwh, 0, 60000, 1795000060000, "S"), "L")
    return done


class TestRecorder(unittest.TestCase):
    def setUp(self):
        self.point = ChargePoint()
        self.point.boot_recorder()
        self.recorder = self.point.recorder
        self.who, _ = asyncio.run(
            Desk(self.point.random, lambda purpose: bytes(32)).identify(CARD, "5e55")
        )

    def record(self, what, kind, reason="", serial="S1"):
        return self.recorder.record(what, head(serial), self.who, kind, reason)

    def assert_signed(self, record):
        payload, signature = ocmf.split(record["ocmf"])
        signed, _ = der.decode(binascii.unhexlify(json.loads(signature)["SD"]))
        digest = hashlib.sha256(payload.encode()).digest()
        self.assertEqual(signed, int.from_bytes(digest, "big"))

    def assert_nothing_left(self):
        """After a failure the next record gets the number, and nothing blocks it."""
        self.assertEqual(self.point.journal.frames, [])
        self.assertEqual(asyncio.run(self.record(ended(), bill.SESSION)), 1)
        record = self.point.records()[0]
        self.assertEqual((record["pg"], ocmf_of(record)["PG"]), (1, "T1"))
        self.assert_signed(record)

    def test_records_asked_for_at_once_get_consecutive_paginations_in_order(self):
        async def scenario():
            tasks = []
            for number in range(1, 6):
                tasks.append(asyncio.create_task(self.record(ended(number), bill.SESSION)))
            return list(await asyncio.gather(*tasks))

        self.assertEqual(asyncio.run(scenario()), [1, 2, 3, 4, 5])
        self.assertEqual(self.point.signer.most_at_once, 1)
        for i, record in enumerate(self.point.records()):
            self.assertEqual((record["pg"], record["connector"]), (i + 1, i + 1))
            self.assertEqual(ocmf_of(record)["PG"], "T%d" % (i + 1))
            self.assert_signed(record)
        self.assertEqual(len({record["id"] for record in self.point.records()}), 5)

    def test_a_task_that_is_cancelled_while_it_signs_leaves_the_turn_to_the_next(self):
        async def scenario():
            task = asyncio.create_task(self.record(ended(1), bill.SESSION))
            await settle(2)
            task.cancel()
            await settle(3)
            return await asyncio.wait_for(self.record(ended(2), bill.SESSION), 5)

        self.assertEqual(asyncio.run(scenario()), 1)
        self.assertEqual([r["connector"] for r in self.point.records()], [2])

    def test_a_signer_or_a_medium_that_fails_leaves_no_half_record(self):
        for fault in (CurveError("twice"), OSError(5)):
            self.setUp()
            self.point.signer.errors = [fault]
            with self.assertRaises(type(fault)):
                asyncio.run(self.record(ended(), bill.SESSION))
            self.assert_nothing_left()
        for fault in (JournalFull(), OSError(28)):
            self.setUp()
            self.point.journal.error = fault
            with self.assertRaises(type(fault)):
                asyncio.run(self.record(ended(), bill.SESSION))
            self.point.journal.error = None
            self.assert_nothing_left()

    def test_a_heap_that_is_too_full_makes_a_record_wait_a_few_times(self):
        """Before a reset, which would end every session; and the count begins anew."""
        for _ in range(2):
            self.point.signer.errors = [MemoryError() for _ in range(4)]
            for _ in range(4):
                with self.assertRaises(OSError):
                    asyncio.run(self.record(ended(), bill.SESSION))
            asyncio.run(self.record(ended(), bill.SESSION))
        self.assertEqual([record["pg"] for record in self.point.records()], [1, 2])
        self.point.signer.errors = [MemoryError() for _ in range(5)]
        raised = []
        for _ in range(5):
            try:
                asyncio.run(self.record(ended(), bill.SESSION))
            except (OSError, MemoryError) as fault:
                raised.append(type(fault))
        self.assertEqual(raised, [OSError] * 4 + [MemoryError])

    def test_what_is_stored_when_the_heap_ends_is_not_stored_twice(self):
        append = self.point.journal.append

        def stored(kind, payload):
            append(kind, payload)
            raise MemoryError

        self.point.journal.append = stored
        self.assertEqual(asyncio.run(self.record(ended(), bill.SESSION)), 1)
        self.assertTrue(self.point.appended.is_set())
        self.assertEqual(len(self.point.records()), 1)

    def test_the_publisher_is_woken_only_by_what_is_stored(self):
        self.point.journal.error = OSError(5)
        with self.assertRaises(OSError):
            asyncio.run(self.record(ended(), bill.SESSION))
        self.assertFalse(self.point.appended.is_set())
        self.point.journal.error = None
        asyncio.run(self.record(ended(), bill.SESSION))
        self.assertTrue(self.point.appended.is_set())

    def test_a_session_that_breaks_a_rule_is_stored_with_the_reason_and_not_billable(self):
        asyncio.run(self.record(ended(energy_mwh=900000), bill.SESSION))
        record = self.point.records()[0]
        self.assertEqual((record["kind"], record["reason"]), ("not_billable", "energy_negative"))
        self.assertEqual(self.recorder.self_check_failures, 1)

    def test_a_begin_that_could_never_be_billed_is_refused_and_takes_no_number(self):
        for what, serial in ((session(), ""), (ended(), "S1"), (session(utc_ms=-1), "")):
            with self.assertRaises(NotFit):
                asyncio.run(self.record(what, bill.BEGIN, serial=serial))
        self.assertEqual(self.recorder.self_check_failures, 3)
        self.assert_nothing_left()

    def test_the_begin_record_holds_no_segments_and_the_end_record_all_of_them(self):
        done = ended()
        asyncio.run(self.record(session(), bill.BEGIN))
        asyncio.run(self.record(done, bill.SESSION))
        begin, end = [ocmf_of(record) for record in self.point.records()]
        self.assertFalse("XS" in begin)
        self.assertEqual(end["XS"], done.segments)

    def test_a_correction_waits_for_its_turn_and_wakes_the_publisher(self):
        asyncio.run(self.record(ended(), bill.SESSION))
        first, _ = ocmf.split(self.point.records()[0]["ocmf"])

        async def scenario():
            self.point.appended.clear()
            await self.correct(first)
            self.assertTrue(self.point.appended.is_set())
            sessions = [self.record(ended(number), bill.SESSION) for number in (2, 3)]
            return list(await asyncio.gather(sessions[0], self.correct(first), sessions[1]))

        self.assertEqual(asyncio.run(scenario()), [3, 4, 5])
        told = [(record["pg"], ocmf_of(record)["PG"]) for record in self.point.records()]
        self.assertEqual(told, [(number, "T%d" % number) for number in range(1, 6)])

    def correct(self, text):
        make = text.replace
        return self.recorder.correct(
            1, "5e55", lambda own, head: make('"PG":"T1"', '"PG":"T%d"' % own)
        )


class TestSignerInTheConnector(unittest.TestCase):
    def test_a_signer_that_fails_for_good_takes_the_firmware_down_and_the_reset_closes(self):
        async def scenario(point):
            await point.begun()
            point.signer.errors = [CurveError("twice")]
            point.inputs.unplug(1)
            await point.seconds(3)
            self.assertEqual((point.kinds(), point.contactor.closed), (["begin"], []))
            with self.assertRaises(CurveError):
                await point.shut_down()
            await point.restart()
            await point.seconds(3)
            self.assertEqual((point.kinds(), point.letters()), (["begin", "session"], "BP"))

        play(scenario)

    def test_a_secure_element_that_does_not_answer_is_tried_again(self):
        async def scenario(point):
            point.signer.errors = [OSError(110)]
            point.inputs.plug_in(1)
            await point.seconds(10)
            self.assertEqual((point.kinds(), point.contactor.closed), ([], []))
            await point.seconds(35)
            self.assertEqual(point.contactor.closed, [1])
            point.signer.errors = [OSError(110)]
            point.inputs.unplug(1)
            await point.seconds(40)
            self.assertEqual((point.kinds(), point.letters()), (["begin", "session"], "BL"))

        play(scenario)
