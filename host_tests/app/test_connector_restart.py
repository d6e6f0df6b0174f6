"""The power is cut at every touch of the world: each session is closed once, every Wh told."""

import unittest

from charge_point import ChargePoint, ocmf_of, play
from charge_world import CARD, OTHER_CARD


async def two_drivers(point):
    """A session with a pause and its unplugging, and one that a stop ends; then peace."""
    inputs = point.inputs
    inputs.plug_in(1, CARD)
    await point.seconds(5)
    inputs.show(1, offer=False)
    await point.seconds(2)
    inputs.show(1, offer=True)
    await point.seconds(2)
    inputs.unplug(1)
    await point.seconds(3)
    inputs.plug_in(1, OTHER_CARD)
    await point.seconds(4)
    inputs.show(1, stop="R")
    await point.seconds(4)
    inputs.unplug(1)
    await point.seconds(15)


async def side_by_side(point):
    """Two connectors that begin and end at the same moment."""
    for number in (1, 2):
        point.inputs.plug_in(number)
    await point.seconds(4)
    for number in (1, 2):
        point.inputs.unplug(number)
    await point.seconds(20)


class TestPowerCut(unittest.TestCase):
    def steps(self, scenario, connectors):
        """How often the firmware touches the world when nothing is cut."""
        return self.run_with([], scenario, connectors).power.steps

    def run_with(self, cuts, scenario, connectors):
        point = ChargePoint(["S%d" % n for n in range(connectors)])
        point.power.at = list(cuts)
        play(scenario, point)
        self.check(point, cuts)
        return point

    def check(self, point, cuts):
        records = point.records()
        pages = [ocmf_of(record)["PG"] for record in records]
        self.assertEqual(pages, ["T%d" % (i + 1) for i in range(len(records))], cuts)
        begun = [r["session"] for r in records if r["kind"] == "begin"]
        ended = [r["session"] for r in records if r["kind"] == "session"]
        self.assertEqual(sorted(begun), sorted(ended), cuts)
        self.assertEqual(len(set(begun)), len(begun), cuts)
        self.assertEqual(len(begun) + len(ended), len(records), cuts)
        self.assertEqual((point.contactor.violations, point.contactor.closed), ([], []), cuts)
        self.assertEqual(self.told_wh(records), point.delivered_mwh // 1000, cuts)
        left = [name for name in point.checkpoints.blobs if name.startswith("session")]
        self.assertEqual(left, [], cuts)

    def told_wh(self, records):
        told = 0
        for record in records:
            readings = ocmf_of(record)["RD"]
            if record["kind"] == "session":
                self.assertTrue(readings[-1]["TX"] in ("L", "R", "P"))
                self.assertEqual("t" in readings[-1]["EF"], readings[-1]["TX"] == "P")
                told += readings[-1]["RV"] - readings[0]["RV"]
        return told

    def test_at_every_step_of_two_sessions(self):
        for step in range(1, self.steps(two_drivers, 1) + 1):
            point = self.run_with([step], two_drivers, 1)
            self.assertEqual(point.restarts, 1)

    def test_at_every_step_of_two_connectors(self):
        for step in range(1, self.steps(side_by_side, 2) + 1):
            self.run_with([step], side_by_side, 2)

    def test_once_more_at_every_step_of_the_recovery(self):
        for first in range(3, self.steps(two_drivers, 1), 13):
            for second in range(1, 13):
                self.run_with([first, second, 2], two_drivers, 1)

    def test_while_nothing_can_be_stored(self):
        async def full_for_a_while(point):
            point.inputs.plug_in(1)
            await point.seconds(3)
            point.journal.room = 0
            point.inputs.unplug(1)
            await point.seconds(40)
            point.journal.room = 99
            await point.seconds(50)

        for step in range(1, self.steps(full_for_a_while, 1), 3):
            self.run_with([step], full_for_a_while, 1)


class TestAfterARestart(unittest.TestCase):
    def test_the_open_session_ends_with_the_live_register_before_anything_else(self):
        async def scenario(point):
            await point.begun()
            await point.restart()  # the car is still there
            point.contactor.events.clear()
            point.meters[0].energy_mwh += 4000
            live_wh = point.meters[0].energy_mwh // 1000
            await point.seconds(5)
            self.assertEqual(point.kinds(), ["begin", "session", "begin"])
            end = point.readings(1)[-1]
            self.assertEqual((end["TX"], end["EF"], end["ST"]), ("P", "t", "G"))
            self.assertEqual(end["RV"], live_wh)
            self.assertEqual(point.contactor.events, [("open", 1), ("open", 1), ("close", 1)])

        play(scenario)

    def test_pauses_before_the_restart_are_kept(self):
        async def scenario(point):
            await point.begun()
            point.inputs.show(1, offer=False)
            await point.seconds(70)
            point.inputs.unplug(1)
            await point.restart()
            await point.seconds(3)
            self.assertEqual(point.letters(), "BSP")
            self.assertEqual(ocmf_of(point.records()[-1])["XS"][0][2], "C")

        play(scenario)

    def test_a_checkpoint_that_is_missing_or_odd_or_another_sessions_costs_only_the_pauses(self):
        for blob in (None, b"", b"{}", b"[1,2]", b"\xff\xfe", b"[1,[],[],[]]", b"null", b"other"):

            async def scenario(point, blob=blob):
                await point.begun()
                kept = point.checkpoints.blobs
                name = list(kept)[0]
                if blob == b"other":
                    session = point.records()[0]["session"].encode()
                    kept[name] = kept[name].replace(session, b"0" * 16)
                elif blob is None:
                    del kept[name]
                else:
                    kept[name] = blob
                point.inputs.unplug(1)
                await point.restart()
                await point.seconds(3)
                self.assertEqual((point.kinds(), point.letters()), (["begin", "session"], "BP"))
                self.assertEqual(*[record["session"] for record in point.records()])

            play(scenario)

    def test_a_meter_that_was_changed_while_the_power_was_off_is_not_billed(self):
        async def scenario(point):
            await point.begun()
            point.inputs.unplug(1)
            point.meters[0].serial = "S2"
            await point.restart()
            await point.seconds(3)
            last = point.records()[-1]
            self.assertEqual((last["kind"], last["reason"]), ("not_billable", "meter_changed"))
            readings = point.readings()
            self.assertEqual((readings[-1]["RV"], readings[-1]["ST"]), (readings[0]["RV"], "X"))

        play(scenario)

    def test_a_meter_that_stays_silent_after_a_restart_gives_one_record_and_no_bill(self):
        async def scenario(point):
            await point.begun()
            point.inputs.unplug(1)
            point.meters[0].fault = "T"
            await point.restart()
            await point.seconds(20)
            self.assertEqual(point.kinds(), ["begin", "not_billable"])
            await point.restart()
            await point.seconds(20)
            self.assertEqual(len(point.kinds()), 2)

        play(scenario)

    def test_a_clock_that_was_lost_never_ends_a_session_before_it_began(self):
        async def scenario(point):
            await point.begun()
            point.inputs.unplug(1)
            await point.restart()
            point.clock.utc_at_0, point.clock.time_state = 0, "U"
            await point.seconds(3)
            self.assertEqual(point.kinds(), ["begin", "session"])
            times = [reading["TM"] for reading in point.readings()]
            self.assertTrue(times[0][:23] <= times[1][:23] and times[1][-1] == "U", times)

        play(scenario)
