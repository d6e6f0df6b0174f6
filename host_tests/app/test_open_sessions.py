"""What a boot finds of an open session; whatever stands in the journal, it stops nothing."""

import asyncio
import json
import sys
import unittest

from charge_point import ChargePoint, play

from wattseal.app.open_sessions import OpenSessions
from wattseal.core import bill


def begun_and_crashed(edit=None, keep=False):
    """A charge point with an open session whose begin record's text `edit` has changed."""
    point = ChargePoint()

    async def scenario(point):
        await point.begun()
        await point.shut_down()

    play(scenario, point)
    if edit:
        kind, payload = point.journal.frames[0]
        point.journal.frames[0] = (kind, edit(payload))
    if not keep:
        point.checkpoints.blobs.clear()
    return point


def found(point):
    (first,), sessions = all_found(point, 1)
    return first, sessions


def all_found(point, connectors):
    """What each of them is told, asked at once, as at a start."""
    sessions = OpenSessions(point.journal, point.checkpoints, point.quiet)
    numbers = [number + 1 for number in range(connectors)]
    assert not sessions.scan(lambda: None, numbers)

    async def asked():
        asks = [sessions.find(number, point.quiet) for number in numbers]
        return await asyncio.gather(*asks)

    return asyncio.run(asked()), sessions


def swap(old, new):
    return lambda payload: payload.replace(old, new)


class Refusing:
    """A journal that gives nothing back, and says that it may later."""

    def __init__(self, journal):
        self.next = 9
        self._row = bill.BEGIN, 1, journal.frames[0][1]

    def scan_all(self, take, feed):
        take(*self._row)

    def read(self, number):
        raise OSError(5)


MODULE = "wattseal.app.left_open"
ODD = (
    swap(b'"ocmf":"OCMF|', b'"ocmf":"OCMF'),
    swap(b'"ocmf":"', b'"ocmf":7,"x":"'),
    swap(b'"ocmf":"', b'"text":"'),
    swap(b'"session":"', b'"session":7,"x":"'),
    swap(b'"session":"', b'"session":"\\u0022'),
    swap(b'\\"RV\\":1000,', b'\\"RV\\":\\"1000\\",'),
    swap(b'\\"RV\\":1000,', b'\\"RV\\":null,'),
    swap(b'\\"RV\\":1000,', b'\\"RV\\":[],'),
    swap(b'\\"RV\\":1000,', b""),
    swap(b'\\"RD\\":[', b'\\"RD\\":[7,'),
    swap(b'\\"TM\\":\\"20', b'\\"TM\\":\\"xx'),
    swap(b'\\"TM\\":', b'\\"TM\\":7,\\"x\\":'),
    swap(b'\\"MS\\":\\"S1', b'\\"MS\\":\\"S1\\\\n'),
    swap(b'\\"GI\\":\\"Wattseal\\",', b""),
    swap(b'\\"ID\\":\\"', b'\\"ID\\":\\"0123456789'),
    lambda payload: payload[:-40],
    lambda payload: b'{"connector":1,',
    lambda payload: b'{"connector":1,"kind":"begin"}',
    lambda payload: b'["connector":1, 7]',
)


class TestOpenSessions(unittest.TestCase):
    def test_an_odd_begin_record_takes_nothing_down_and_is_counted(self):
        for i, edit in enumerate(ODD):
            point = begun_and_crashed(edit)
            self.assertTrue(point.journal.frames[0][1] != begun_and_crashed().journal.frames[0][1])
            point.journal.append(bill.BEGIN, b"nobody's")
            session, sessions = found(point)
            self.assertEqual((session, sessions.unreadable), (None, 1), i)
            self.assertEqual(point.journal.stays(), 1 << 32)  # and the journal waits for neither

    def test_after_an_odd_begin_record_the_connector_serves_the_next_car(self):
        for edit in ODD[3:7]:
            point = begun_and_crashed(edit)
            point.inputs.unplug(1)

            async def scenario(point):
                await point.begun()
                point.inputs.unplug(1)
                await point.seconds(3)
                self.assertEqual([kind for kind, _ in point.journal.frames], [1, 1, 2])

            play(scenario, point)

    def test_a_checkpoint_speaks_for_a_begin_record_that_cannot_be_read(self):
        for edit in ODD:
            point = begun_and_crashed(edit, keep=True)
            point.inputs.unplug(1)

            async def scenario(point):
                await point.seconds(3)
                self.assertEqual([kind for kind, _ in point.journal.frames], [1, 2])
                self.assertEqual(point.letters(), "BP")

            play(scenario, point)

    def test_a_journal_that_may_read_it_later_takes_nothing_down(self):
        point = begun_and_crashed()
        point.journal = Refusing(point.journal)
        session, sessions = found(point)
        self.assertEqual((session, sessions.unreadable), (None, 1))

    def test_an_end_record_that_cannot_be_read_has_ended_its_session(self):
        point = begun_and_crashed(keep=True)
        sessions = OpenSessions(point.journal, point.checkpoints, point.quiet)
        sessions.ending(1, 2)
        point.journal = Refusing(point.journal)
        session, sessions = found(point)
        self.assertEqual((session, sessions.unreadable), (None, 0))

    def test_a_number_that_another_record_has_got_ends_no_session(self):
        """Its own end record could not be signed, and for a moment nobody can read the other."""
        for number, gets in ((2, True), (1, False)):
            point = begun_and_crashed(keep=True)
            OpenSessions(point.journal, point.checkpoints, point.quiet).ending(1, 2)
            point.journal.append(
                bill.SESSION, bill.payload(bill.SESSION, "00", "w1", number, 2, "5e", "OCMF|{}|{}")
            )
            scan, seen_first = point.journal.scan_all, gets

            def scan_all(take, feed, point=point, scan=scan, seen_first=seen_first):
                if not seen_first:
                    point.journal.damaged.add(2)
                scan(take, feed)
                point.journal.damaged ^= {2}

            point.journal.scan_all = scan_all
            session, sessions = found(point)
            self.assertEqual((session is not None, sessions.unreadable), (gets, 0))

    def test_a_session_that_only_its_note_tells_of_is_counted(self):
        """Not one that has ended: under its noted number, or behind which others have."""
        for ending, connector, lost in ((0, 2, 1), (2, 2, 0), (0, 1, 0)):
            point = begun_and_crashed()
            OpenSessions(point.journal, point.checkpoints, point.quiet).note(1, 1, 1000, ending)
            other = bill.payload(bill.SESSION, "00", "w1", connector, 2, "5e", "OCMF|{}|{}")
            point.journal.frames[0] = (bill.SESSION, other)
            point.journal.append(bill.SESSION, other)
            session, sessions = found(point)
            self.assertEqual((session, sessions.unreadable), (None, lost), (ending, connector))

    def test_the_first_begin_record_of_what_is_open_stays_in_the_journal(self):
        point = ChargePoint(("S1", "S2"))

        async def scenario(point):
            await point.begun(1)
            await point.begun(2)
            self.assertEqual(point.journal.stays(), 1)
            await point.restart()
            self.assertEqual(point.journal.stays(), 1)  # until its end record is there
            await point.seconds(10)
            self.assertEqual(point.kinds()[:4], ["begin", "begin", "session", "session"])
            await point.shut_down()

        play(scenario, point)
        point.inputs.unplug(1)
        point.inputs.unplug(2)

        async def ended(point):
            await point.seconds(10)
            self.assertEqual(point.journal.stays(), 1 << 32)

        play(ended, point)

    def test_a_checkpoint_speaks_for_a_begin_record_that_made_way(self):
        for damaged in (False, True):
            point = begun_and_crashed(keep=True)
            before = json.loads(point.journal.frames[0][1])["session"]
            if damaged:
                point.journal.damaged.add(1)
            else:  # acknowledged, and deleted because others needed the room
                other = bill.payload(bill.SESSION, "00", "w1", 2, 1, "5e", "OCMF|{}|{}")
                point.journal.frames[0] = (bill.SESSION, other)
            session, _ = found(point)
            self.assertEqual(session[0].session_id, before)

    def test_a_checkpoint_of_a_session_that_ended_is_forgotten(self):
        point = begun_and_crashed(keep=True)
        kept = dict(point.checkpoints.blobs)
        point.inputs.unplug(1)

        async def scenario(point):
            await point.seconds(3)
            point.checkpoints.blobs.update(kept)  # as if the reset had come before `forget`
            await point.restart()
            await point.seconds(3)
            self.assertEqual(point.kinds(), ["begin", "session"])
            self.assertEqual(list(point.checkpoints.blobs), ["newest1"])

        play(scenario, point)

    def test_checkpoints_that_cannot_be_read_are_done_without(self):
        point = begun_and_crashed(keep=True)
        point.checkpoints.error = OSError(5)
        session, sessions = found(point)
        self.assertEqual((session[0].begin_wh, sessions.unreadable), (1000, 0))

    def test_each_connector_has_its_own_session_and_gives_it_out_once(self):
        point = ChargePoint(("S1", "S2"))

        async def scenario(point):
            await point.begun(1)
            await point.begun(2)
            point.inputs.unplug(1)
            await point.seconds(3)
            await point.shut_down()

        play(scenario, point)
        (ended, (session, head, who)), sessions = all_found(point, 2)
        self.assertEqual(ended, None)
        self.assertEqual((session.connector, head.ms, who.id_type), (2, "S2", "LOCAL"))
        point.checkpoints.blobs.clear()
        self.assertEqual(asyncio.run(sessions.find(2, point.quiet)), None)

    def test_what_only_a_start_needs_is_gone_once_each_connector_has_asked(self):
        point = ChargePoint()
        sessions = OpenSessions(point.journal, point.checkpoints, point.quiet)
        sessions.scan(lambda: None, [1, 2])

        async def asked():
            waits = sessions.find(1, point.quiet), sessions.ready(), sessions.settled()
            tasks = [asyncio.create_task(wait) for wait in waits]

            async def state():
                await asyncio.sleep(0.02)
                return [MODULE in sys.modules] + [task.done() for task in tasks]

            self.assertEqual(await state(), [True, False, False, False])
            await sessions.find(2, point.quiet)
            self.assertEqual(await state(), [False, True, True, False])
            sessions.done()
            self.assertEqual(await state(), [False, True, True, False])
            sessions.done()
            self.assertEqual(await state(), [False, True, True, True])

        asyncio.run(asked())

    def test_a_connector_that_does_not_ask_keeps_nobody_waiting_for_ever(self):
        point = ChargePoint()
        sessions = OpenSessions(point.journal, point.checkpoints, point.quiet)
        sessions.scan(lambda: None, [1])
        asyncio.run(asyncio.wait_for(sessions.ready(0.02), 10))
        asyncio.run(asyncio.wait_for(sessions.settled(0.02), 10))

    def test_an_empty_journal_has_no_open_session(self):
        self.assertEqual(found(ChargePoint())[0], None)
