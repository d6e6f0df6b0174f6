"""Values of the moment are only what was read; off means off; the status comes by the clock."""

import asyncio
import json
import unittest

from charge_point import ChargePoint, play
from charge_world import CARD, Signer
from fakes import until

from wattseal.app.greeting import Greeting
from wattseal.app.live import Live
from wattseal.app.reserve import Reserve
from wattseal.app.sampler import Sampler


class Publisher:
    def __init__(self):
        self.told = []
        self.statuses = 0

    async def tell(self, name, text):
        self.told.append((int(name[len("live/") :]), json.loads(text)))

    def tell_status(self):
        self.statuses += 1


async def shown(point, period_ms=1):
    """What is told of each connector now."""
    publisher = Publisher()
    live = Live(point.connectors, publisher, point.clock, point.quiet, period_ms, 0)
    task = asyncio.create_task(live.run())
    await asyncio.sleep(0.02)  # what should not be told has time to
    await until(lambda: len(publisher.told) >= len(point.connectors) or not period_ms)
    task.cancel()
    return publisher.told


def nothing(text, reason):
    """`text` without a reading: null is no number of a while ago, and no 0."""
    text.update({"power_w": None, "register_wh": None, "unread": reason})
    return text


class TestLive(unittest.TestCase):
    def test_power_register_age_and_session(self):
        async def scenario(point):
            await point.seconds(1)
            connector, text = (await shown(point))[0]
            self.assertEqual(connector, 1)
            expected = {
                "v": 1, "state": "idle", "power_w": 0, "register_wh": 1000, "age_ms": 0,
            }  # fmt: skip
            self.assertEqual(text, expected)
            await point.begun()
            _, text = (await shown(point))[0]
            register_wh = point.meters[0].energy_mwh // 1000
            self.assertEqual((text["state"], text["register_wh"]), ("C", register_wh))
            self.assertEqual(text["power_w"], 10800)
            self.assertEqual(text["session_wh"], register_wh - 1000)

        play(scenario)

    def test_a_silent_meter_has_no_values(self):
        async def scenario(point):
            await point.begun()
            point.meters[0].fault = "T"
            await point.seconds(1)
            text = {"v": 1, "state": "C", "age_ms": 1000}
            self.assertEqual((await shown(point))[0][1], nothing(text, "T"))

        play(scenario)

    def test_a_reading_is_of_now_for_three_grid_points(self):
        """Nothing is sampled in `detect`, so that there are no faults either."""

        async def scenario(point):
            await point.begun()
            point.samplers[0].held = True
            await point.seconds(3)
            text = (await shown(point))[0][1]
            register_wh = point.meters[0].energy_mwh // 1000 - 9
            self.assertEqual((text["register_wh"], text["age_ms"]), (register_wh, 3000))
            await point.seconds(1)
            text = {"v": 1, "state": "C", "age_ms": 4000}
            self.assertEqual((await shown(point))[0][1], nothing(text, "not_sampled"))
            point.samplers[0].held = False
            await point.seconds(1)
            text = (await shown(point))[0][1]
            self.assertEqual((text["age_ms"], text["power_w"] is None), (0, False))

        play(scenario)

    def test_before_the_first_sample_there_are_no_values(self):
        async def scenario(point):
            point.meters[0].slow_ms = 500  # the first one is under way
            text = nothing({"v": 1, "state": "idle"}, "not_sampled")
            self.assertEqual((await shown(point))[0][1], text)

        play(scenario)

    def test_a_refused_start_is_told_with_its_reason(self):
        async def scenario(point):
            point.journal.room = 0
            point.inputs.plug_in(1)
            await point.seconds(5)
            text = (await shown(point))[0][1]
            self.assertEqual(text["state"], "idle")
            self.assertTrue("the journal is full" in text["refused"])

        play(scenario)

    def test_no_value_names_the_driver(self):
        async def scenario(point):
            await point.begun()
            self.assertFalse(CARD[2] in repr(await shown(point)))

        play(scenario)

    def test_a_period_of_0_tells_nothing(self):
        async def scenario(point):
            self.assertEqual(await shown(point, 0), [])

        play(scenario)

    def test_each_connector_speaks_for_itself(self):
        async def scenario(point):
            await point.begun(2)
            states = {connector: text["state"] for connector, text in await shown(point)}
            self.assertEqual(states, {1: "idle", 2: "C"})

        play(scenario, ChargePoint(("S1", "S2")))

    def test_the_status_comes_by_the_clock_or_not_at_all(self):
        async def statuses(status_s):
            publisher = Publisher()
            live = Live([], publisher, None, None, 0, status_s)
            live._status_ms //= 100
            task = asyncio.create_task(live.run_status())
            await asyncio.sleep(0.05)
            await until(lambda: publisher.statuses >= 2 or not status_s)
            task.cancel()
            return publisher.statuses

        self.assertTrue(asyncio.run(statuses(1)) >= 2)
        self.assertEqual(asyncio.run(statuses(0)), 0)


class TestGreeting(unittest.TestCase):
    def test_the_status_tells_no_place_and_no_person(self):
        async def scenario(point):
            await point.begun()
            greeting = Greeting(point.journal, point.signer, [], point.clock, "0.1", point.reserve)
            expected = {
                "v": 1, "state": "online", "fw": "0.1", "oldest": 1, "next": 2, "lost": [],
                "time": "S", "late_max_ms": 0, "missed": 0, "counts": {},
                "room": 999999, "full": False,
            }  # fmt: skip
            self.assertEqual(json.loads(greeting.status()), expected)

        play(scenario)

    def test_what_went_wrong_is_counted(self):
        point = ChargePoint()
        greeting = Greeting(
            point.journal, point.signer, [], point.clock, "", Reserve(point.journal, [1], False),
            lambda: ({"bad_frames": 2}, {"fault": "lost"}),
        )  # fmt: skip
        status = json.loads(greeting.status())
        self.assertEqual((status["counts"], status["fault"]), ({"bad_frames": 2}, "lost"))

    def test_without_memory_for_the_counts_the_rest_is_told(self):
        def told():
            raise MemoryError()

        point = ChargePoint()
        reserve = Reserve(point.journal, [1], False)
        greeting = Greeting(point.journal, None, [], point.clock, "", reserve, told)
        status = json.loads(greeting.status())
        self.assertEqual((status["counts"], status["room"]), ({"status_no_memory": 1}, 1000000))

    def test_the_worst_sampler_is_told(self):
        point = ChargePoint()
        samplers = [Sampler([], point.clock), Sampler([], point.clock)]
        samplers[0].missed, samplers[1].missed, samplers[1].late_max_ms = 2, 3, 40
        reserve = Reserve(point.journal, [1], False)
        greeting = Greeting(point.journal, None, samplers, point.clock, "", reserve)
        status = json.loads(greeting.status())
        self.assertEqual((status["missed"], status["late_max_ms"]), (5, 40))

    def test_the_key_is_a_subject_public_key_info(self):
        class Keyed(Signer):
            def public_key(self):
                return bytes(64)

        key = json.loads(Greeting(None, Keyed(None), [], None, "", None).key())
        self.assertEqual(len(key["spki"]), 182)
        self.assertEqual((key["spki"][:4], key["history"]), ("3059", [key["spki"]]))
