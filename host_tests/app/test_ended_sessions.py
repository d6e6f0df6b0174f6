"""A session that has ended never ends again, whatever becomes of its end record and the notes."""

import unittest

from charge_point import ChargePoint, play

from wattseal.core import bill

FOREIGN = bill.payload(bill.SESSION, "00", "w1", 2, 2, "5e", "OCMF|{}|{}")


class Damaged(unittest.TestCase):
    def ended(self, point, then, *kinds):
        """One session is begun and ended; `then(point)` comes upon it, and a restart."""

        async def scenario(point):
            await point.begun()
            await point.seconds(35)  # the register is noted
            point.inputs.unplug(1)
            await point.seconds(5)
            await then(point)
            point.journal.error = point.checkpoints.error = None
            await point.restart()
            await point.seconds(5)

        play(scenario, point)
        self.assertEqual([bill.NAMES[kind] for kind, _ in point.journal.frames], list(kinds))


class TestEndedSessions(Damaged):
    def test_an_end_record_that_rots_is_not_made_again(self):
        async def rots(point):
            point.journal.damaged.add(2)

        self.ended(ChargePoint(), rots, "begin", "session")

    def test_nor_one_of_a_second_session_that_was_too_short_for_a_note(self):
        async def second(point):
            await point.begun()
            point.inputs.unplug(1)
            await point.seconds(5)
            point.journal.damaged.add(4)

        self.ended(ChargePoint(), second, "begin", "session", "begin", "session")

    def test_nor_one_that_rots_with_the_begin_record_while_the_checkpoint_stays(self):
        point = ChargePoint()
        remove = point.checkpoints.remove
        point.checkpoints.remove = refuse

        async def rot(point):
            point.journal.damaged.update((1, 2))
            point.checkpoints.remove = remove

        self.ended(point, rot, "begin", "session")
        self.assertFalse("session1" in point.checkpoints.blobs)

    def test_a_note_that_the_medium_refused_once_is_written_behind_the_end(self):
        point = ChargePoint()
        save, refused = point.checkpoints.save, []

        def once(name, blob):
            if point.inputs.plugged(1) or refused:
                return save(name, blob)
            refused.append(name)
            raise OSError(5)

        point.checkpoints.save = once

        async def rots(point):
            point.journal.damaged.add(2)

        self.ended(point, rots, "begin", "session")
        self.assertEqual(refused, ["newest1"])

    def test_a_boot_writes_the_note_that_is_missing_when_no_meter_is_asked(self):
        point = ChargePoint()
        order = []

        async def boots(point):
            point.checkpoints.blobs.clear()  # as it was before there were notes
            quiet, save = point.quiet, point.checkpoints.save

            async def told():
                order.append("quiet")
                await quiet()

            def saved(name, blob):
                order.append(name)
                save(name, blob)

            point.quiet, point.checkpoints.save = told, saved
            await point.restart()
            await point.seconds(5)
            point.journal.damaged.add(2)

        self.ended(point, boots, "begin", "session")
        self.assertEqual(order[-2:], ["quiet", "newest1"])

    def test_the_number_of_an_end_that_failed_may_be_anothers(self):
        async def taken(point):
            point.journal.frames[1] = (bill.SESSION, FOREIGN)

        self.ended(ChargePoint(), taken, "begin", "session", "session")

    def test_a_checkpoint_of_a_later_session_is_the_newest(self):
        point = ChargePoint()

        async def back_in_time(point):
            await point.begun()
            point.inputs.unplug(1)
            await point.shut_down()
            point.journal.damaged.update((2, 3))  # only the first begin record can be read
            point.checkpoints.blobs.pop("newest1")

        self.ended(point, back_in_time, "begin", "session", "begin", "session")
        self.assertTrue(b'"pg":4' in point.journal.frames[3][1])
        sessions = [record["session"] for record in point.records()]
        self.assertEqual(sessions[2], sessions[3])

    def test_a_session_that_is_noted_as_later_is_the_newest(self):
        point = ChargePoint()

        async def back_in_time(point):
            await point.begun()
            await point.seconds(35)
            point.inputs.unplug(1)
            await point.shut_down()
            point.journal.damaged.update((2, 3))
            point.checkpoints.blobs.pop("session1")

        self.ended(point, back_in_time, "begin", "session", "begin")
        self.assertEqual(point.open_sessions.unreadable, 1)


def refuse(*_):
    raise OSError(5)
