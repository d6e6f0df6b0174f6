"""A connector that is configured no more leaves no session open: it gets its closing record."""

import unittest

from charge_point import ChargePoint, ocmf_of, play

from wattseal.core.ecdsa import KeyFault
from wattseal.core.journal_frame import JournalFull


def begun_on_two():
    """Connector 2 has a session that a checkpoint tells more of, and is gone at the next start."""
    point = ChargePoint(("S1", "S2"))

    async def scenario(point):
        await point.begun(2)
        await point.seconds(90)
        point.inputs.show(2, offer=False)
        await point.seconds(400)
        point.inputs.show(2, offer=True)
        await point.seconds(95)  # of which its notes alone tell
        await point.begun(1)
        await point.shut_down()

    play(scenario, point)
    point.meters = point.meters[:1]
    return point


def after(point, seconds, *checks):
    async def scenario(point):
        await point.seconds(seconds)
        for check in checks:
            check(point)

    play(scenario, point)


class RemovedTest(unittest.TestCase):
    def session_of(self, point, connector):
        """The newest."""
        mine = [record for record in point.records() if record["connector"] == connector]
        return mine[-1]["session"]

    def settled(self, point):
        return point.open_sessions._all_closed.is_set()

    def of_removed(self, point):
        return [record for record in point.records() if record["connector"] == 2]

    def test_it_ends_once_with_the_newest_value_that_was_kept(self):
        point = begun_on_two()
        kept_wh = 0
        for _ in range(3):
            after(point, 40)
            begin, end = self.of_removed(point)
            told = end["kind"], end["reason"], end["session"]
            self.assertEqual(told, ("not_billable", "connector_removed", begin["session"]))
            readings = ocmf_of(end)["RD"]
            noted_wh = point.open_sessions.noted(2)[1]
            last = readings[-1]
            self.assertEqual((last["TX"], last["ST"], last["EF"]), ("P", "N", "Et"))
            self.assertEqual(last["RV"], noted_wh)
            self.assertTrue(last["RV"] > max([row.get("RV", 0) for row in readings[:-1]]))
            self.assertTrue(kept_wh in (0, last["RV"]))
            kept_wh = last["RV"]
            self.assertTrue(self.settled(point))
        self.assertFalse("session2" in point.checkpoints.blobs)

    def test_the_others_meter_as_ever(self):
        point = begun_on_two()

        async def scenario(point):
            await point.seconds(40)
            point.inputs.unplug(1)
            await point.seconds(3)
            await point.begun(1)
            point.inputs.unplug(1)
            await point.seconds(5)

        play(scenario, point)
        kinds = [record["kind"] for record in point.records() if record["connector"] == 1]
        self.assertEqual(kinds, 3 * ["begin", "session"])  # the car waits, and is plugged in anew

    def test_its_closing_record_waits_for_room_and_is_promised_some(self):
        point = begun_on_two()
        append, refused = point.journal.append, []

        def full(kind, payload):
            if b'"connector":2' in payload and len(refused) < 3:
                refused.append(kind)
                raise JournalFull
            return append(kind, payload)

        point.journal.append = full

        async def scenario(point):
            await point.seconds(80)
            waits = len(refused), len(self.of_removed(point)), point.reserve._promised[2]
            self.assertEqual(waits, (3, 1, 1))
            self.assertFalse(self.settled(point))
            await point.seconds(30)
            self.assertEqual((len(self.of_removed(point)), point.reserve._promised[2]), (2, 0))

        play(scenario, point)

    def test_its_closing_record_waits_for_memory_and_for_the_key(self):
        for fault in (MemoryError(), KeyFault("it does not belong")):
            point = begun_on_two()
            append, refused = point.journal.append, []

            def fails(kind, payload, append=append, refused=refused, fault=fault):
                if b'"connector":2' in payload and not refused:
                    refused.append(kind)
                    raise fault
                return append(kind, payload)

            point.journal.append = fails
            after(point, 50)
            self.assertEqual(len(self.of_removed(point)), 2)

    def test_one_that_cannot_be_looked_for_keeps_nobody_waiting_and_ends_the_next_time(self):
        point = begun_on_two()

        async def scenario(point):
            find, before = point.open_sessions._left.find, self.session_of(point, 1)

            async def fails(connector, quiet):
                if connector == 2:
                    raise MemoryError
                return await find(connector, quiet)

            point.open_sessions._left.find = fails
            await point.seconds(20)
            self.assertNotEqual(point.connectors[0].session.session_id, before)
            self.assertEqual(len(self.of_removed(point)), 1)
            self.assertTrue(self.settled(point))

        play(scenario, point)
        after(point, 40)
        self.assertEqual(len(self.of_removed(point)), 2)

    def test_one_whose_session_has_ended_gets_nothing(self):
        point = ChargePoint(("S1", "S2"))

        async def scenario(point):
            await point.begun(2)
            point.inputs.unplug(2)
            await point.seconds(3)

        play(scenario, point)
        point.meters = point.meters[:1]
        after(point, 40, lambda point: self.assertFalse(2 in point.reserve._promised))
        self.assertEqual(point.kinds(), ["begin", "session"])

    def test_one_of_which_nothing_can_be_read_is_counted_and_keeps_nobody_waiting(self):
        point = begun_on_two()
        point.checkpoints.blobs.clear()
        for number, (kind, payload) in enumerate(point.journal.frames):
            point.journal.frames[number] = kind, payload.replace(b"OCMF|", b"OCMF")

        def counted(point):
            self.assertEqual(point.open_sessions.unreadable, 2)
            self.assertEqual(point.reserve._promised[2], 0)
            self.assertEqual(len(self.of_removed(point)), 1)
            self.assertTrue(self.settled(point))

        after(point, 40, counted)


if __name__ == "__main__":
    unittest.main()
