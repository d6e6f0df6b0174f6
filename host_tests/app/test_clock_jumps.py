"""The wall clock is set at every sample of a session: durations, order and verdicts stay right."""

import json
import unittest

import sample
from charge_point import ChargePoint, ocmf_of, play
from fakes import FakeClock

from wattseal.core import ocmf, ocmf_rules, safe_rules
from wattseal.core.safe_releases import RELEASES

YEAR_MS = 31557600000
STEPS_MS = [
    sign * ms
    for ms in (1000, 2000, 2001, 3000, 60000, 3600000, 86400000, YEAR_MS, 10 * YEAR_MS)
    for sign in (1, -1)
]
SECONDS = 14  # from the plugging in to the unplugging; every second has its sample
PAUSE_AT, RESUME_AT = 5, 8
START_UTC_MS = FakeClock().utc_ms()


async def one_session(point, step_ms, at_s, state):
    """A session with a pause; the clock is set by `step_ms` just before the sample at `at_s`."""
    point.inputs.plug_in(1)
    for second in range(SECONDS):
        if second == at_s:
            point.clock.utc_at_0 += step_ms
            point.clock.time_state = state
        if second in (PAUSE_AT, RESUME_AT):
            point.inputs.show(1, offer=second == RESUME_AT)
        await point.seconds(1)
    point.inputs.unplug(1)
    await point.seconds(4)


class TestJumps(unittest.TestCase):
    def play(self, scenario):
        point = ChargePoint()
        play(scenario, point)
        return point

    def course(self, step_ms, at_s, begin="S", after="S"):
        """[(ms since the begin reading, time state, TX)] of the session record."""

        async def scenario(point):
            point.clock.time_state = begin
            await one_session(point, step_ms, at_s, after)

        point = self.play(scenario)
        self.assertEqual(point.kinds(), ["begin", "session"], (step_ms, at_s))
        self.check_rules(point)
        rows = []
        for reading in point.readings():
            utc_ms, state = ocmf.parse_time(reading["TM"])
            rows.append((utc_ms, state, reading["TX"]))
        self.begun_s = (rows[0][0] - START_UTC_MS) // 1000
        self.segments = ocmf_of(point.records()[-1])["XS"]
        return [(utc_ms - rows[0][0], state, tx) for utc_ms, state, tx in rows]

    def check_rules(self, point):
        pages = [ocmf_of(record)["PG"] for record in point.records()]
        self.assertEqual(pages, ["T%d" % (i + 1) for i in range(len(pages))])
        text = point.records()[-1]["ocmf"]
        payload = json.loads(ocmf.split(text)[0])
        self.assertEqual(ocmf_rules.check(text, payload), [])
        for name in ("1.3.0", "1.4.1"):
            self.assertEqual(safe_rules.check(payload, RELEASES[name]), [])

    def test_by_a_second_to_ten_years_at_every_sample(self):
        undisturbed = self.course(0, 0)
        times = [(ms, tx) for ms, _, tx in undisturbed]
        self.assertEqual([tx for _, tx in times], ["B", "S", "C", "L"])
        segments, self.begin_s = self.segments, self.begun_s
        for step_ms in sample.of(STEPS_MS, 4):
            for at_s in range(SECONDS + 1):
                rows = self.course(step_ms, at_s)
                self.assertEqual([(ms, tx) for ms, _, tx in rows], times, (step_ms, at_s))
                self.assertEqual(self.segments, segments, (step_ms, at_s))
                self.check_states(rows, step_ms, at_s)

    def check_states(self, rows, step_ms, at_s):
        """ "S" on one scale only: up to the step, and behind one that is too small to matter."""
        letters = "".join([state for _, state, _ in rows])
        if abs(step_ms) <= 2000 or at_s >= SECONDS or at_s < self.begin_s:
            self.assertEqual(letters, "SSSS", (step_ms, at_s))
        else:
            behind = "R" * (1 + (at_s <= RESUME_AT) + (at_s <= PAUSE_AT))
            self.assertEqual(letters, "S" * (4 - len(behind)) + behind, (step_ms, at_s))

    def test_a_clock_that_is_first_set_in_the_middle_makes_the_end_relative(self):
        for begin in ("U", "I"):
            for step_ms in (-1000, 10 * YEAR_MS):
                for at_s in (3, 6, 12):
                    rows = self.course(step_ms, at_s, begin, "S")
                    self.assertEqual((rows[0][1], rows[-1][1]), (begin, "R"))

    def test_a_clock_that_is_no_longer_sure_makes_the_end_relative(self):
        for state in ("I", "U"):
            rows = self.course(0, 6, "S", state)
            self.assertEqual((rows[0][1], rows[-1][1]), ("S", "R"))

    def test_two_steps_that_undo_each_other_leave_the_end_synchronised(self):
        async def scenario(point):
            point.inputs.plug_in(1)
            for offset_ms in (0, YEAR_MS, 0, -YEAR_MS):
                point.clock.utc_at_0 += offset_ms
                await point.seconds(3)
            point.inputs.unplug(1)
            await point.seconds(4)
            readings = point.readings()
            self.assertEqual([reading["TM"][-1] for reading in readings], ["S", "S"])

        self.play(scenario)

    def test_a_step_over_a_reset_never_ends_before_the_begin(self):
        for step_ms in sample.of(STEPS_MS, 4):
            for state in ("S", "I", "U"):
                self.reset_and_step(step_ms, state)

    def reset_and_step(self, step_ms, state):
        async def scenario(point):
            await point.begun()
            begin_ms, _ = ocmf.parse_time(point.readings()[0]["TM"])
            point.inputs.unplug(1)
            await point.restart()
            point.clock.utc_at_0 += step_ms
            point.clock.time_state = state
            await point.seconds(4)
            self.assertEqual(point.kinds(), ["begin", "session"])
            self.check_rules(point)
            end = point.readings()[-1]
            end_ms, letter = ocmf.parse_time(end["TM"])
            self.assertEqual((end["TX"], end["EF"]), ("P", "t"))
            if step_ms > -3000:
                self.assertTrue(end_ms - begin_ms >= 3000 + step_ms)
                self.assertEqual(letter, state)
            else:
                self.assertTrue(end_ms >= begin_ms)
                self.assertEqual(letter, state if end_ms > begin_ms else "U")

        self.play(scenario)
