"""A session that charges, parks, is suspended and charges again: what its record says of each."""

import json
import unittest

from charge_point import DRAW_MWH, ChargePoint, ocmf_of, play

from wattseal.core import ocmf

DRAW_WH = DRAW_MWH // 1000
IDLE_AFTER_S = 300


def segments(point):
    return ocmf_of(point.records()[-1])["XS"]


class TestIdle(unittest.TestCase):
    def check(self, point):
        """Segments without a hole, and at each turn a reading of that very moment."""
        readings = point.readings()
        begin_ms, _ = ocmf.parse_time(readings[0]["TM"])
        rows = segments(point)
        register_wh = readings[0]["RV"]
        turns = [reading for reading in readings[1:-1] if reading["TX"] in ("C", "S")]
        self.assertEqual(len(turns), len(rows) - 1)
        for row, turn in zip(rows, turns):
            register_wh += row[1]
            self.assertEqual(turn["RV"], register_wh)
        for row, turn in zip(rows[1:], turns):
            self.assertEqual(row[0], (ocmf.parse_time(turn["TM"])[0] - begin_ms) // 1000)
        self.assertEqual(register_wh + rows[-1][1], readings[-1]["RV"])
        return rows

    def test_it_parks_once_that_is_sure_and_charges_again_once_that_is(self):
        async def scenario(point):
            await point.begun()
            await point.seconds(100)
            point.inputs.show(1, pilot=False)  # the car is full
            await point.seconds(IDLE_AFTER_S + 100)
            point.inputs.show(1, pilot=True)  # and warms itself up before it leaves
            await point.seconds(50)
            point.inputs.unplug(1)
            await point.seconds(3)
            rows = self.check(point)
            self.assertEqual("".join([row[2] for row in rows]), "CPC")
            full_s = rows[1][0] - IDLE_AFTER_S
            self.assertTrue(100 <= full_s <= 104, rows)
            self.assertEqual(rows[2][0] - full_s, IDLE_AFTER_S + 100 + 30)
            charged_s = point.delivered_mwh // DRAW_MWH - 50
            self.assertEqual([row[1] // DRAW_WH for row in rows], [charged_s, 31, 19])

        play(scenario)

    def test_a_charger_that_offers_nothing_suspends_at_once_and_never_parks(self):
        async def scenario(point):
            await point.begun()
            await point.seconds(50)
            point.inputs.show(1, offer=False)
            await point.seconds(1000)
            point.inputs.show(1, offer=True)
            await point.seconds(200)
            point.inputs.show(1, pilot=False)
            await point.seconds(IDLE_AFTER_S - 10)  # 10 s short of being sure
            point.inputs.unplug(1)
            await point.seconds(3)
            self.assertEqual(point.letters(), "BSCL")
            rows = self.check(point)
            self.assertEqual("".join([row[2] for row in rows]), "CSC")
            self.assertEqual(rows[2][0] - rows[1][0], 1000)
            self.assertTrue(rows[1][1] <= DRAW_WH)  # of the second that ends with the reading

        play(scenario)

    def test_a_meter_that_is_silent_for_a_minute_makes_the_wait_begin_anew(self):
        for silent_s, waits_s in ((20, IDLE_AFTER_S), (65, 100 + 65 + IDLE_AFTER_S)):

            async def scenario(point, silent_s=silent_s, waits_s=waits_s):
                await point.begun()
                point.inputs.show(1, pilot=False)
                await point.seconds(100)
                point.meters[0].fault = "T"
                await point.seconds(silent_s)
                point.meters[0].fault = ""
                await point.seconds(2 * IDLE_AFTER_S)
                point.inputs.unplug(1)
                await point.seconds(3)
                rows = self.check(point)
                self.assertEqual("".join([row[2] for row in rows]), "CP")
                self.assertTrue(waits_s <= rows[1][0] <= waits_s + 5, rows)
                self.assertEqual(point.readings()[-1]["EF"], "t" if silent_s > 30 else "")

            play(scenario)


class TestPowerCut(unittest.TestCase):
    def cut(self, edit, then=lambda point: None):
        """The segments of a session that is cut while the car parks."""
        point = ChargePoint()

        async def scenario(point):
            await point.begun()
            await point.seconds(100)
            point.inputs.show(1, pilot=False)
            await point.seconds(IDLE_AFTER_S + 70)
            point.inputs.unplug(1)
            edit(point.checkpoints.blobs)
            await point.restart()
            point.meters[0].energy_mwh += 3000
            then(point)
            await point.seconds(15)

        play(scenario, point)
        readings, rows = point.readings(), segments(point)
        self.assertEqual(sum([row[1] for row in rows]), readings[-1]["RV"] - readings[0]["RV"])
        times = [ocmf.parse_time(reading["TM"])[0] for reading in readings]
        self.assertTrue(1000 * rows[-1][0] <= times[-1] - times[0])
        self.assertTrue("t" in readings[-1]["EF"])
        return rows

    def test_the_time_without_power_is_no_parking(self):
        rows = self.cut(lambda blobs: None)
        self.assertEqual([row[1:] for row in rows[1:]], [[3, "S"]])
        self.assertEqual(rows[0][2], "C")
        self.assertTrue(IDLE_AFTER_S + 100 <= rows[1][0] <= IDLE_AFTER_S + 104)

    def test_a_checkpoint_of_version_0_1_leaves_it_open_what_the_rest_was(self):
        def without_open(blobs):
            kept = json.loads(blobs["session1"])
            self.assertEqual(len(kept[1][5]), 3)
            del kept[1][5:]
            blobs["session1"] = json.dumps(kept).encode()

        rows = self.cut(without_open)
        self.assertEqual([row[1:] for row in rows[1:]], [[3, "S"]])
        self.assertTrue(IDLE_AFTER_S + 100 <= rows[1][0] <= IDLE_AFTER_S + 104)

    def test_a_begin_record_alone_tells_nothing_of_its_state(self):
        rows = self.cut(lambda blobs: blobs.clear())
        self.assertEqual([row[0::2] for row in rows], [[0, "S"]])

    def test_a_meter_that_is_gone_afterwards_leaves_the_sum_whole(self):
        def silent(point):
            point.meters[0].fault = "T"

        rows = self.cut(lambda blobs: None, silent)
        self.assertEqual("".join([row[2] for row in rows]), "CS")
