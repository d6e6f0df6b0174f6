"""What the input does before or in a session ends it without a bill, however short it is."""

import unittest

from charge_point import play
from pulse_point import PulseChargePoint
from pulse_storm import PULSE

BURST = (PULSE,) * 200  # at once: too fast for more than ten seconds


class Disturbed(PulseChargePoint):
    """The next wait for a quiet line takes `wait_ms`, and the input does `levels` in it."""

    levels, wait_ms = (), 0

    async def quiet(self):
        played, self.levels = self.levels, ()
        for levels in played:
            self.meters[0].counter.play(levels)
        if played:
            await self.clock.sleep_until(self.clock.now_ms() + self.wait_ms)


class TestBreaks(unittest.TestCase):
    def billed(self, point, scenario):
        play(scenario, point)
        self.assertEqual(point.kinds()[:1], ["begin"], point.log)
        return [(r["kind"], r.get("reason")) for r in point.records()[1:]]

    def billed_after(self, levels, wait_ms):
        """The input does `levels` while a start waits for the identity."""

        async def scenario(point):
            await point.seconds(2)
            point.meters[0].counter.play(PULSE)  # to be saved before the identity is told
            point.levels, point.wait_ms = levels, wait_ms
            point.inputs.plug_in(1)
            await point.seconds(25)
            self.assertEqual(point.levels, ())
            point.inputs.unplug(1)
            await point.seconds(5)

        return self.billed(Disturbed(), scenario)

    def test_a_fault_that_begins_in_the_wait_for_the_identity_and_goes_on(self):
        for levels, wait_ms, reason in (
            (BURST, 500, "meter_too_fast"),
            (("L100",), 2500, "meter_stuck"),
        ):
            ends = self.billed_after(levels, wait_ms)
            self.assertEqual(ends, [("not_billable", reason)])

    def test_a_wait_in_which_nothing_happens_is_no_break(self):
        ends = self.billed_after(("H10",), 500)
        self.assertEqual([kind for kind, _ in ends], ["session"])

    def test_a_short_circuit_ends_a_session_of_a_few_seconds(self):
        async def scenario(point):
            await point.begun()
            point.meters[0].counter.play("L100")
            point.draw_mwh = lambda: 0  # what the car takes now is not seen
            await point.seconds(4)
            point.inputs.unplug(1)
            await point.seconds(2)
            point.meters[0].counter.play("H100")
            await point.seconds(10)

        ends = self.billed(PulseChargePoint(), scenario)
        self.assertEqual(ends, [("not_billable", "meter_stuck")])
