"""A tariff in the shipped assembly: signed into records, retained once, and not there without."""

import binascii
import gc
import hashlib
import json
import sys
import unittest

from board_case import ON_MICROPYTHON, FolderCase

if ON_MICROPYTHON:
    import virtual_power
    from charge_point import ocmf_of
    from four_elements import TEXT

    from wattseal import assembly, late
    from wattseal.app.prices import Prices
    from wattseal.core.pricing import loading
    from wattseal.core.reading import Reading

    WITH_TARIFF = virtual_power.CONFIG.replace('"version":1,', '"version":1,"tariff":"t.json",')

# What stays while sessions can begin.
RESIDENT = ["", ".boundary", ".priced_session", ".tariff", ".zone"]


def loaded():
    """Which of core.pricing's modules are."""
    name = "wattseal.core.pricing"
    return sorted([module[len(name) :] for module in sys.modules if module.startswith(name)])


async def session(world):
    await world.seconds(3)
    world.plug_in()
    await world.seconds(3600)
    world.unplug()
    await world.seconds(10)


class PricedBoardTest(FolderCase):
    def setUp(self):
        super().setUp()
        names = ["wattseal.core.pricing" + name for name in loaded()]
        self.drop("wattseal.app.prices", "wattseal.tariffs.wiring", *reversed(names))

    def configure(self, text):
        virtual_power.configure(self.folder, WITH_TARIFF)
        with open(self.folder + "/t.json", "wb") as file:
            file.write(text)

    def test_the_record_has_its_price_and_the_broker_the_tariff(self):
        self.configure(TEXT)
        virtual_power.Power(self.world, stays=False).on(session)
        receiver = self.world.receiver
        self.assertEqual(receiver.counted, {"begin": 1, "session": 1})
        payload = ocmf_of(json.loads(receiver.stored[2]))
        cost = payload["XC"]
        told_mwh = 1000 * (payload["RD"][-1]["RV"] - payload["RD"][0]["RV"])
        self.assertTrue(told_mwh > 0)
        self.assertEqual(sum([line[2] for line in cost["lines"] if line[1] == "E"]), told_mwh)
        self.assertEqual(list(receiver.tariffs), [cost["th"]])
        tariff = receiver.tariffs[cost["th"]]
        self.assertEqual(json.loads(tariff), json.loads(TEXT))
        digest = binascii.hexlify(hashlib.sha256(tariff).digest()).decode()
        self.assertEqual(digest, cost["th"])

    def test_what_prices_and_loads_does_not_stay(self):
        self.configure(TEXT)

        async def script(world):
            self.assertEqual(loaded(), RESIDENT)
            await session(world)
            self.assertEqual(loaded(), RESIDENT)

        virtual_power.Power(self.world, stays=False).on(script)

    def test_a_sample_between_two_boundaries_allocates_nothing(self):
        prices = Prices(loading.load(TEXT), "four")
        session = prices.begin("5e55", 1, Reading(10**9, 0, 5000, 1795000000000, "S"))
        sample = Reading(10**9 + 1, 0, 6000, 1795000001000, "S")
        session.observe(sample, "C")
        gc.collect()
        before = gc.mem_alloc()
        session.observe(sample, "C")
        self.assertEqual(gc.mem_alloc() - before, 0)

    def test_the_cost_of_the_last_session_is_told_once_it_is_known(self):
        shown = WITH_TARIFF.replace('"status_s":0', '"live_ms":1000,"home_assistant":"on"')
        virtual_power.configure(self.folder, shown)
        with open(self.folder + "/t.json", "wb") as file:
            file.write(TEXT)

        async def script(world):
            await world.seconds(3)
            self.assertFalse("cost" in json.loads(world.receiver.live))
            await session(world)
            cost = ocmf_of(json.loads(world.receiver.stored[2]))["XC"]
            self.assertTrue(cost["pay"] > 0)
            told = json.loads(world.receiver.live)["cost"]
            self.assertEqual(told, "%d.%04d" % (cost["pay"] // 10000, cost["pay"] % 10000))
            shown = json.loads(world.receiver.discovered)["cmps"]["cost1"]
            self.assertEqual(shown["unit_of_meas"], "EUR")

        virtual_power.Power(self.world, stays=False).on(script)

    def test_without_a_tariff_nothing_of_it_is_loaded(self):
        async def script(world):
            await session(world)
            self.assertEqual(loaded(), [])

        virtual_power.Power(self.world, stays=False).on(script)
        self.assertEqual(self.world.receiver.tariffs, {})
        self.assertFalse("XC" in ocmf_of(json.loads(self.world.receiver.stored[2])))

    def test_a_heap_without_room_for_one_meters_without_a_price_and_says_so(self):
        class Small:
            collect = gc.collect

            @staticmethod
            def mem_free():
                return 65536

        late.gc = Small
        self.configure(TEXT)
        power = virtual_power.Power(self.world, stays=False)
        said = []
        assembly._log = said.append
        try:
            power.on(session)
        finally:
            late.gc = gc
        sentence = "tariff: this image has no room for one (65536 bytes of heap free"
        self.assertTrue(said[1].startswith(sentence), said)
        self.assertEqual(self.world.receiver.status["counts"].get("tariff_no_room"), 1)
        self.assertEqual(self.world.receiver.counted, {"begin": 1, "session": 1})
        self.assertFalse("TT" in ocmf_of(json.loads(self.world.receiver.stored[2])))
        self.assertEqual(loaded(), [])

    def test_one_that_is_refused_stops_the_start_with_a_sentence(self):
        self.configure(TEXT.replace(b'"EUR"', b'"euro"'))
        power = virtual_power.Power(self.world, stays=False)
        with self.assertRaises(virtual_power.Ended):
            power.on(session)
        self.assertTrue("t.json is refused: cur is not" in str(power.said), power.said)


if __name__ == "__main__":
    unittest.main()
