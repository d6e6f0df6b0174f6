"""Keeping a server's time: when it is asked, when it is believed, and what gets into the flash."""

import unittest

from server_time import TRUE_UTC_MS, Checkpoints, Kept
from timed_world import DAY, HOUR, MINUTE, SECOND, World

from wattseal.app.clock_floor import ClockFloor
from wattseal.core.clock_state import BUILT_UTC_S

YEAR = 31557600000


class TestTimekeeper(unittest.TestCase):
    def test_a_clock_that_knows_nothing_is_set_by_two_answers(self):
        async def scenario(world):
            await world.clock.advance(10 * SECOND)
            self.assertEqual((world.clock.state(), world.clock.sets), ("U", 0))
            await world.clock.advance(10 * SECOND)
            self.assertEqual((world.clock.state(), world.error_ms()), ("S", 0))
            self.assertEqual(world.counts(), {"time_steps": 1})
            await world.passes(10 * HOUR)
            self.assertEqual(world.server.asked[:3], [0, 16000, 16000 + HOUR])
            self.assertEqual(len(world.server.asked), 12)

        World().play(scenario)

    def test_an_rtc_that_ran_on_is_synchronised_by_one_answer(self):
        async def scenario(world):
            await world.clock.advance(SECOND)
            self.assertEqual((world.clock.state(), world.error_ms()), ("S", 0))
            self.assertEqual(world.counts(), {})

        World(TRUE_UTC_MS - 900).play(scenario)

    def test_a_single_wrong_answer_changes_nothing(self):
        async def scenario(world):
            await world.passes(HOUR)
            for wrong in (YEAR, -40 * DAY, 900 * SECOND, 3 * SECOND):
                world.server.once = [wrong]
                await world.passes(2 * HOUR)
                self.assertEqual((world.clock.state(), world.error_ms()), ("S", 0))
            self.assertEqual(world.counts(), {"time_steps": 1, "time_refused": 2})

        World().play(scenario)

    def test_a_step_is_taken_told_and_counted(self):
        async def scenario(world):
            await world.passes(HOUR)
            world.server.offset_ms = -60 * SECOND
            await world.passes(2 * HOUR)
            self.assertEqual(world.error_ms(), -60 * SECOND)
            self.assertEqual(world.counts(), {"time_steps": 2})
            self.assertEqual(world.log[1:], ["time: the clock was set by -60000 ms"])

        World().play(scenario)

    def test_a_server_that_is_far_off_is_believed_when_the_old_time_is_a_day_old(self):
        async def scenario(world):
            await world.passes(HOUR)
            world.server.offset_ms = 2 * HOUR
            await world.passes(23 * HOUR)
            self.assertEqual((world.clock.state(), world.error_ms()), ("S", 0))
            await world.passes(3 * HOUR)
            self.assertEqual((world.clock.state(), world.error_ms()), ("S", 2 * HOUR))

        World().play(scenario)

    def test_what_is_before_the_floor_or_a_lifetime_after_it_is_never_taken(self):
        tomorrow_s = TRUE_UTC_MS // 1000 + 86400
        for floor_s, offset_ms in ((tomorrow_s, 0), (0, -101 * DAY), (0, 21 * YEAR)):

            async def scenario(world, offset_ms=offset_ms):
                world.server.offset_ms = offset_ms
                await world.passes(DAY // 2)
                self.assertEqual((world.clock.state(), world.clock.sets), ("U", 0))
                self.assertEqual(world.counts(), {"time_refused": 13})

            World(kept=Kept(floor_s)).play(scenario)

    def test_without_answers_it_is_informative_after_a_day_and_stays_so(self):
        async def scenario(world):
            await world.passes(HOUR)
            world.server.down = True
            await world.passes(23 * HOUR)
            self.assertEqual(world.clock.state(), "S")
            await world.passes(9 * DAY, HOUR)
            self.assertEqual(world.clock.state(), "I")
            world.server.down = False
            await world.passes(2 * HOUR)
            self.assertEqual(world.clock.state(), "S")

        World().play(scenario)

    def test_the_pauses_grow_from_a_minute_to_the_hour(self):
        async def scenario(world):
            world.server.down = True
            await world.passes(6 * HOUR, MINUTE)
            asked = world.server.asked
            pauses_s = [(b - a) // 1000 for a, b in zip(asked, asked[1:])]
            self.assertEqual(pauses_s[:8], [64, 128, 256, 512, 1024, 2048, 3600, 3600])
            self.assertEqual(world.counts(), {"time_failed": len(asked)})

        World().play(scenario)

    def test_nobody_is_asked_while_the_link_is_down(self):
        async def scenario(world):
            world.link.is_there = False
            await world.passes(HOUR)
            self.assertEqual(world.server.asked, [])
            world.link.is_there = True
            await world.clock.advance(2 * SECOND)
            self.assertEqual(len(world.server.asked), 1)

        World().play(scenario)

    def test_the_floor_is_kept_once_a_day_by_a_clock_that_was_right(self):
        async def scenario(world):
            await world.passes(HOUR // 2)
            self.assertEqual((world.kept.saves, world.quiets), (0, 0))
            await world.passes(10 * DAY, HOUR)
            self.assertTrue(9 <= world.kept.saves <= 10)
            self.assertEqual(world.quiets, world.kept.saves)
            behind_s = world.clock.utc_ms() // 1000 - world.kept.utc_s
            self.assertTrue(60 <= behind_s <= 90000)

        World(kept=Kept(TRUE_UTC_MS // 1000 - 3600)).play(scenario)

    def test_a_wrong_time_that_lasts_for_less_than_an_hour_is_not_kept(self):
        async def scenario(world):
            world.server.once = [YEAR, YEAR]
            await world.passes(DAY // 2)
            self.assertEqual(world.kept.saves, 0)

        World().play(scenario)

    def test_a_time_that_a_person_set_back_meanwhile_is_not_kept(self):
        async def scenario(world):
            keeper, clock = world.keeper, world.clock
            quiet, kept_s = keeper._quiet, keeper.kept_s

            async def while_a_meter_is_asked():
                await quiet()
                clock.set_utc_ms(clock.utc_ms() - YEAR, False)

            keeper._quiet = while_a_meter_is_asked
            await world.passes(3 * HOUR)
            self.assertTrue(world.quiets > 0)
            self.assertEqual((world.kept.saves, keeper.kept_s), (0, kept_s))

        World().play(scenario)

    def test_a_medium_that_refuses_costs_a_count(self):
        async def scenario(world):
            world.kept.error = OSError(28)
            await world.passes(3 * HOUR)
            self.assertEqual(world.counts(), {"time_steps": 1, "time_unkept": 2})
            self.assertEqual(world.clock.state(), "S")

        World().play(scenario)

    def test_what_was_kept_makes_an_older_rtc_unknown(self):
        for rtc_utc_ms, state in ((TRUE_UTC_MS - 1, "U"), (TRUE_UTC_MS, "I")):
            world = World(rtc_utc_ms, Kept(TRUE_UTC_MS // 1000))
            self.assertEqual(world.clock.state(), state)


class TestClockFloor(unittest.TestCase):
    def test_gives_back_what_was_kept(self):
        checkpoints = Checkpoints()
        for utc_s in (BUILT_UTC_S, (1 << 32) - 1):
            ClockFloor(checkpoints).save(utc_s)
            self.assertEqual(ClockFloor(checkpoints).load(), utc_s)

    def test_what_is_missing_odd_or_unreadable_is_no_floor(self):
        checkpoints = Checkpoints()
        self.assertEqual(ClockFloor(checkpoints).load(), 0)
        for blob in (b"", b"123", b"12345"):
            checkpoints.blobs["clock"] = blob
            self.assertEqual(ClockFloor(checkpoints).load(), 0)
        checkpoints.error = OSError(5)
        self.assertEqual(ClockFloor(checkpoints).load(), 0)
