"""Statistics in the shipped assembly: what consented stays leave, once, and nothing of others."""

import json
import os
import sys
import unittest

ON_MICROPYTHON = sys.implementation.name == "micropython"
if ON_MICROPYTHON:
    import virtual_time

    virtual_time.install()

    import scratch_folder
    import virtual_power
    from charge_point import ocmf_of
    from virtual_board import VirtualWorld

    MADE = '"version":1,"policy":1,"statistics":"on",'
    WITH = virtual_power.CONFIG.replace('"version":1,', MADE)

MONTH_S = 40 * 86400
QUARTER_MS = 900000


async def to_quarter(world, beyond_s=0):
    """Sleep to the next quarter's begin and so far beyond it."""
    await world.seconds((QUARTER_MS - world.utc_ms % QUARTER_MS) // 1000 + 1 + beyond_s)


async def stay(world, minutes, consents=True):
    world.inputs.show(1, consent=consents)
    world.plug_in()
    await world.seconds(60 * minutes)
    world.unplug()


def loads(world):
    return [json.loads(text) for topic, text in world.receiver.statistics if topic == "load/1"]


def stats(world):
    return [text for topic, text in world.receiver.statistics if topic == "stat"]


def counts(world):
    found = world.firmware.journal.counters
    return {name: n for name, n in found.items() if name.startswith("statistics") and n}


class StatisticsTest(unittest.TestCase):
    def setUp(self):
        if not ON_MICROPYTHON:
            raise unittest.SkipTest("CPython has no task queue of MicroPython's")
        self.folder = scratch_folder.on_host()
        virtual_power.provision(self.folder)
        virtual_power.configure(self.folder, WITH)
        self.world = VirtualWorld(self.folder)
        self.power = virtual_power.Power(self.world)

    def tearDown(self):
        if ON_MICROPYTHON:
            for name in ("journal", "statistics"):
                if name in os.listdir(self.folder):
                    scratch_folder.remove(self.folder + "/" + name)
            scratch_folder.remove(self.folder)

    def on(self, script):
        self.power.on(script)

    def test_a_stay_is_told_when_its_last_quarter_is_over(self):
        async def script(world):
            await to_quarter(world, 300)
            begin_s = world.utc_ms // 1000
            await stay(world, 40)
            await world.seconds(30)
            self.assertEqual(loads(world), [])
            await to_quarter(world, 10)
            rows = loads(world)
            quarters = (begin_s % 900 + 2400) // 900 + 1
            expected = [10] + [15] * (quarters - 2) + [5]
            self.assertEqual([row["occ_min"] for row in rows], expected)
            self.assertEqual(world.receiver.counted, {"begin": 1, "session": 1})
            readings = ocmf_of(json.loads(world.receiver.stored[2]))["RD"]
            true_wh = readings[-1]["RV"] - readings[0]["RV"]
            wh = sum([row["wh"] for row in rows])
            self.assertTrue(true_wh > 1000 and abs(wh - true_wh) <= 50 * quarters + 100)
            self.assertEqual(sorted(rows[0]), ["idle_min", "kw", "occ_min", "q", "v", "wh"])
            self.assertEqual(counts(world), {})

        self.on(script)

    def test_without_consent_and_after_withdrawal_there_is_nothing(self):
        async def script(world):
            await to_quarter(world, 60)
            await stay(world, 35, consents=False)
            await to_quarter(world, 60)
            world.inputs.show(1, consent=True)
            world.plug_in()
            await world.seconds(1500)
            world.inputs.show(1, consent=False)  # mid-session
            await world.seconds(3)
            blob = world.firmware.checkpoints.load("statistics")
            self.assertEqual((blob[-3:], any(blob[1:-3])), (b"\1\0\0", False))
            await world.seconds(600)
            world.unplug()
            await to_quarter(world, 60)
            await to_quarter(world, 60)
            self.assertEqual(world.receiver.statistics, [])
            self.assertEqual(world.receiver.counted, {"begin": 2, "session": 2})

        self.on(script)

    def test_taken_back_while_the_end_reading_is_waited_for_it_is_refused(self):
        """What is signed and what is published agree, and the answer says it as well."""

        async def script(world):
            await to_quarter(world, 60)
            world.inputs.show(1, consent=True)
            world.plug_in()
            await world.seconds(1500)
            world.meters[0].silent = True
            world.unplug()
            await world.seconds(10)
            session = world.firmware.connectors[0].session
            say = world.firmware.recorder.consents.say
            self.assertFalse(say(1, session.session_id, False, False))
            world.meters[0].silent = False
            await to_quarter(world, 60)
            await to_quarter(world, 60)
            self.assertEqual(ocmf_of(json.loads(world.receiver.stored[2]))["UP"]["s"], 1)
            self.assertTrue(len(loads(world)) > 0)

        self.on(script)

    def test_a_month_is_told_once_whatever_the_power_does(self):
        async def five(world):
            for _ in range(6):
                await to_quarter(world, 60)
                await stay(world, 5)
                await world.seconds(60)
            await to_quarter(world, 60)

        async def month_later(world):
            await world.seconds(20)
            await to_quarter(world, 60)

        self.on(five)
        self.assertEqual(stats(self.world), [])
        self.world.step_ms += 1000 * MONTH_S
        self.on(month_later)
        told = stats(self.world)
        self.assertEqual(len(told), 1)
        month = json.loads(told[0])
        self.assertEqual(sum([cell["n"] for cell in month["cells"]]) + month["rest"]["n"], 6)
        self.on(month_later)
        self.world.step_ms += 1000 * MONTH_S
        self.on(month_later)
        self.assertEqual(stats(self.world), told)

    def test_a_month_that_a_power_cut_caught_on_its_way_is_the_same_to_the_byte(self):
        async def five(world):
            for _ in range(5):
                await to_quarter(world, 60)
                await stay(world, 5)
                await world.seconds(60)
            await to_quarter(world, 60)

        class Cut(Exception):
            pass

        def cut_after(saves):
            async def script(world):
                left = [saves]

                def kept(name, blob):
                    if name == "statistics":
                        left[0] -= 1

                world.kept = kept
                await world.until(lambda: left[0] <= 0, 1200)

            return script

        async def later(world):
            world.kept = lambda name, blob: None
            await world.seconds(20)
            await to_quarter(world, 60)

        self.on(five)
        self.world.step_ms += 1000 * MONTH_S
        for saves in (1, 1, 2):
            self.on(cut_after(saves))
        self.on(later)
        told = stats(self.world)
        self.assertTrue(1 <= len(told) <= 4 and len(set(told)) == 1)
        self.assertTrue("few" not in json.loads(told[0]))

    def test_a_reset_takes_no_more_than_the_open_quarter(self):
        async def cut(world):
            await to_quarter(world, 300)
            world.inputs.show(1, consent=True)
            world.plug_in()
            await world.seconds(3000)

        async def after(world):
            await world.seconds(60)
            await to_quarter(world, 60)

        self.on(cut)
        self.on(after)
        self.assertEqual([row["occ_min"] for row in loads(self.world)], [10, 15, 5])

    def test_a_broker_that_was_away_gets_it_after_what_is_billed(self):
        async def script(world):
            await to_quarter(world, 60)
            world.broker.cut_off()
            await stay(world, 20)
            await to_quarter(world, 600)
            self.assertEqual(world.receiver.statistics, [])
            world.broker.restore()
            await world.until(lambda: len(loads(world)) >= 2, 300)
            self.assertEqual(world.receiver.counted, {"begin": 1, "session": 1})
            self.assertEqual(loads(world)[0]["occ_min"], 10)

        self.on(script)

    def test_where_there_is_no_room_it_is_said_once_and_sessions_go_on(self):
        from wattseal import late

        class Full:
            collect = staticmethod(lambda: None)
            mem_free = staticmethod(lambda: 40000)

        async def script(world):
            await to_quarter(world, 60)
            await stay(world, 20)
            await to_quarter(world, 60)
            self.assertEqual(counts(world), {"statistics_no_room": 1})

        room, late.gc = late.gc, Full
        try:
            self.on(script)
        finally:
            late.gc = room
        self.assertEqual(self.world.receiver.statistics, [])
        self.assertEqual(self.world.receiver.counted, {"begin": 1, "session": 1})

    def test_a_time_zone_that_is_none_costs_the_statistics_alone(self):
        text = WITH.replace('"version":1,', '"version":1,"time_zone":"Berlin",')
        virtual_power.configure(self.folder, text)

        async def script(world):
            await world.seconds(25)
            self.assertEqual(len([text for text in self.power.said if "time_zone" in text]), 1)
            await stay(world, 20)
            await world.seconds(60)
            self.assertEqual(counts(world), {"statistics_off": 1})

        self.on(script)
        self.assertEqual(self.world.receiver.counted, {"begin": 1, "session": 1})

    def test_where_they_are_off_nothing_of_them_is_loaded(self):
        virtual_power.configure(self.folder, virtual_power.CONFIG)

        async def script(world):
            await to_quarter(world, 60)
            await stay(world, 20)
            await to_quarter(world, 60)

        self.on(script)
        self.assertEqual(self.world.receiver.statistics, [])
        self.assertFalse("statistics" in os.listdir(self.folder))


if __name__ == "__main__":
    unittest.main()
