"""Sessions on a pulse meter and power cuts: no total goes back, and none known short is billed."""

import gc
import sys
import unittest

from charge_point import ocmf_of, play
from charge_world import CARD, OTHER_CARD
from pulse_point import PulseChargePoint
from pulse_storm import PULSE

MINUTE_MWH = 60 * 3000  # what a charge point of 3 Wh a second delivers at most


def every(steps, apart=1):
    """All of 1 to `steps` on CPython, some on the slower interpreters."""
    return range(1, steps + 1, apart if sys.implementation.name == "cpython" else 9 * apart)


async def two_drivers(point):
    point.inputs.plug_in(1, CARD)
    await point.seconds(4)
    point.inputs.unplug(1)
    await point.seconds(2)
    point.inputs.plug_in(1, OTHER_CARD)
    await point.seconds(3)
    point.inputs.unplug(1)
    await point.seconds(12)


class Watched(PulseChargePoint):
    """Notes what each life finds missing from the total, and any total below its begin record."""

    def __init__(self, **settings):
        super().__init__(**settings)
        self.on_boot = self.look
        self.missing_mwh = []
        self.below_begin = []

    def look(self, total):
        energy_mwh = total.register.energy_mwh
        self.missing_mwh.append(self.delivered_mwh - sum(self.missing_mwh) - energy_mwh)
        if self.journal.frames:
            begin_wh = ocmf_of(self.records()[-1])["RD"][0]["RV"]
            if energy_mwh // 1000 < begin_wh:
                self.below_begin.append((begin_wh, energy_mwh))


class TestPowerCut(unittest.TestCase):
    def run_with(self, cuts, scenario):
        gc.collect()  # the life before left its world in a small heap
        point = Watched()
        point.power.at = list(cuts)
        play(scenario, point)
        self.check(point, cuts)
        return point

    def check(self, point, cuts):
        records = point.records()
        begun = [r["session"] for r in records if r["kind"] == "begin"]
        ended = [r["session"] for r in records if r["kind"] != "begin"]
        self.assertEqual(sorted(begun), sorted(ended), cuts)
        self.assertEqual((point.contactor.violations, point.contactor.closed), ([], []), cuts)
        self.assertEqual(point.below_begin, [], cuts)
        for missing_mwh in point.missing_mwh:
            self.assertTrue(0 <= missing_mwh <= MINUTE_MWH, (cuts, point.missing_mwh))
        told_wh = 0
        for record in records:
            if record["kind"] == "session":
                first, last = ocmf_of(record)["RD"][0], ocmf_of(record)["RD"][-1]
                told_wh += last["RV"] - first["RV"]
                self.assertEqual((last["TX"], last["EF"], last["ST"]), ("L", "", "G"), cuts)
            elif record["kind"] == "not_billable":
                self.assert_gap(record, cuts)
        kinds = point.kinds()
        if "not_billable" not in kinds:
            self.assertEqual(told_wh * 1000, point.delivered_mwh, cuts)
        self.assertTrue(told_wh * 1000 <= point.delivered_mwh, cuts)

    def assert_gap(self, record, cuts):
        """The gap stands in the record as an event, and the end carries its flag."""
        self.assertEqual(record["reason"], "meter_gap", cuts)
        event, end = ocmf_of(record)["RD"][-2:]
        self.assertEqual((event["TX"], event["EF"], event["ST"]), ("X", "E", "E"), cuts)
        self.assertTrue("RV" not in event, cuts)
        self.assertEqual((end["TX"], end["EF"], end["ST"]), ("P", "Et", "E"), cuts)

    def test_without_a_cut_every_pulse_is_billed(self):
        point = self.run_with([], two_drivers)
        self.assertEqual(point.kinds(), ["begin", "session"] * 2)
        self.assertEqual((point.missing_mwh, point.restarts), ([0], 0))

    def test_a_cut_at_every_touch_of_the_world(self):
        steps = self.run_with([], two_drivers).power.steps
        not_billable = 0
        for at in every(steps):
            not_billable += self.run_with([at], two_drivers).kinds().count("not_billable")
        self.assertTrue(not_billable >= 2)

    def test_a_cut_at_any_time_between_two_saves(self):
        for second in [4 + s for s in every(140, 7)]:
            point = Watched()

            async def scenario(point, second=second):
                point.inputs.plug_in(1)
                await point.seconds(second)
                point.power.on = False
                await point.seconds(20)
                point.inputs.unplug(1)
                await point.seconds(5)

            play(scenario, point)
            self.check(point, second)
            self.assertEqual(point.kinds()[:2], ["begin", "not_billable"], second)
            self.assertEqual(point.points[0].doubted, {"gap": 1})

    def test_a_break_of_the_input_ends_the_session_without_a_bill(self):
        async def scenario(point):
            await point.begun()
            for _ in range(500):
                point.meters[0].counter.play(PULSE)
            await point.seconds(30)
            record = point.records()[-1]
            self.assertEqual(
                (record["kind"], record["reason"]), ("not_billable", "meter_too_fast")
            )
            self.assertEqual(point.letters(), "BXA")

        play(scenario, PulseChargePoint())

    def test_a_start_waits_for_a_medium_that_keeps_the_register(self):
        async def scenario(point):
            point.checkpoints.error = OSError(28)
            point.inputs.plug_in(1)
            await point.seconds(20)
            self.assertEqual((point.kinds(), point.contactor.closed), ([], []))
            self.assertTrue("(E)" in point.connectors[0].refusal)
            point.checkpoints.error = None
            await point.seconds(40)
            self.assertEqual((point.kinds(), point.contactor.closed), (["begin"], [1]))

        play(scenario, PulseChargePoint())
