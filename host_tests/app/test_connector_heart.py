"""By what a connector is watched: it rests when nothing was told, and is silent when it hangs."""

import asyncio
import unittest

from charge_point import ChargePoint, play
from charge_world import CARD


class TestHeart(unittest.TestCase):
    def hearts_over(self, seconds, prepare):
        """[(beats, resting)] of the connector at each second after `prepare(point)`."""
        rows = []

        async def scenario(point):
            await point.seconds(3)
            prepare(point)
            for _ in range(seconds):
                await point.seconds(1)
                heart = point.connectors[0].heart
                rows.append((heart.beats, heart.resting))

        play(scenario, ChargePoint())
        return rows

    def test_every_sample_is_a_beat(self):
        rows = self.hearts_over(20, lambda point: None)
        beats = [beats for beats, _ in rows]
        self.assertTrue(all(after > before for before, after in zip(beats, beats[1:])), beats)

    def test_it_rests_while_detect_keeps_the_samples_away(self):
        # 23 minutes at the most, and no reason for a reset.
        def hold(point):
            point.samplers[0].held = True

        rows = self.hearts_over(20, hold)
        self.assertEqual(len({beats for beats, _ in rows[1:]}), 1)
        self.assertTrue(all(resting for _, resting in rows[1:]), rows)

    def test_it_rests_while_a_start_waits_for_detect_whatever_the_driver_does(self):
        for then in ({"plug": False}, {"pilot": True}):

            def hold(point, then=then):
                point.samplers[0].held = True
                point.inputs.show(1, plug=True, id=CARD)

                async def later():
                    await point.seconds(5)
                    point.inputs.show(1, **then)

                self.task = asyncio.create_task(later())

            rows = self.hearts_over(20, hold)
            self.assertTrue(all(resting for _, resting in rows[1:]), rows)

    def test_one_that_hangs_does_not_rest(self):
        def hang(point):
            async def never(*_):
                await point.clock.sleep_until(1 << 40)

            point.recorder.record = never
            point.inputs.plug_in(1)

        rows = self.hearts_over(20, hang)
        self.assertEqual(len({beats for beats, _ in rows[5:]}), 1)
        self.assertFalse(any(resting for _, resting in rows[5:]), rows)
