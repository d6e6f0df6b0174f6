"""A priced session is taken back once, whatever comes between, and nothing else is."""

import unittest

from charge_point import DEVICE, play
from charge_world import PowerCut
from priced_point import PricedPoint

from wattseal.commanding import correcting
from wattseal.core import correction, ocmf_rules
from wattseal.core.command import CommandError

REASON = "wrong tariff"


async def closed(point):
    await point.begun()
    await point.seconds(100)
    point.inputs.unplug(1)
    await point.seconds(3)


async def correct(point, number=2, reason=REASON, device=DEVICE):
    return await correcting.correct(point.journal, point.recorder, device, number, reason)


class TestCorrections(unittest.TestCase):
    async def refused(self, point, part, *given, **named):
        before = len(point.records())
        try:
            await correct(point, *given, **named)
        except CommandError as fault:
            self.assertTrue(part in str(fault), fault)
        else:
            self.fail("not refused: " + part)
        self.assertEqual(len(point.records()), before)

    def assert_taken_back(self, point):
        """Record 3 takes back record 2, and nothing else does."""
        records = point.records()
        self.assertEqual([r["kind"] for r in records], ["begin", "session", "correction"])
        last, made, was = records[-1], point.payload(), point.payload(1)
        self.assertEqual((last["pg"], made["PG"], made["UR"]), (3, "T3", 2))
        self.assertEqual(made["UC"], REASON)
        for key in ("session", "device", "connector"):
            self.assertEqual(last[key], records[1][key])
        self.assertEqual(ocmf_rules.check(last["ocmf"], made), [])
        text, _ = last["ocmf"].split("|")[1:]
        expected = records[1]["ocmf"].split("|")[1]
        expected = correction.payload(expected, was["XC"], 2, 3, REASON)  # negates `was` itself
        self.assertEqual(text, expected)
        was = point.payload(1)
        for key in ("net", "gross", "pay"):
            self.assertEqual(made["XC"][key], -was["XC"][key])
        self.assertTrue(was["XC"]["pay"] > 0)
        self.assertEqual(made["RD"], was["RD"])
        self.assertEqual(made["XS"], was["XS"])

    def test_a_bill_is_taken_back_once(self):
        async def scenario(point):
            await closed(point)
            await correct(point)
            self.assert_taken_back(point)
            await self.refused(point, "corrected already, by T3")
            await self.refused(point, "not a bill", 1)
            await self.refused(point, "not a bill", 3)
            await self.refused(point, "no such record", 9)
            await self.refused(point, "tell of a person", reason="a@b")
            await point.restart()
            await point.seconds(3)
            await self.refused(point, "corrected already, by T3")

        play(scenario, PricedPoint())

    def test_a_session_without_a_price(self):
        async def scenario(point):
            await closed(point)
            await self.refused(point, "no price")
            await self.refused(point, "another key", device="w9")

        play(scenario, PricedPoint(text=None))

    def test_a_session_that_is_open_stays_so(self):
        """The correction is of the same connector."""

        async def scenario(point):
            await closed(point)
            point.inputs.plug_in(1)
            await point.seconds(20)
            await correct(point)
            await point.restart()
            await point.seconds(5)
            kinds = [record["kind"] for record in point.records()]
            self.assertEqual(kinds[:5], ["begin", "session", "begin", "correction", "session"])

        play(scenario, PricedPoint())

    def test_a_record_that_cannot_be_read_may_be_the_correction(self):
        async def scenario(point):
            await closed(point)
            await correct(point)
            read = point.journal.read
            point.journal.read = lambda number: None if number == 3 else read(number)
            await self.refused(point, "T3 cannot be read")

        play(scenario, PricedPoint())

    def test_no_room_is_taken_from_a_session(self):
        async def scenario(point):
            await closed(point)
            point.reserve.is_full = lambda: True
            await self.refused(point, "no room")

        play(scenario, PricedPoint())

    def test_a_correction_that_breaks_a_rule_is_not_stored(self):
        async def scenario(point):
            await closed(point)
            kept = point.journal.frames[1]
            broken = kept[1].replace(b'\\"ST\\":\\"G\\"', b'\\"ST\\":\\"T\\"')
            point.journal.frames[1] = (kept[0], broken)
            await self.refused(point, "our own rules: status_T")

        play(scenario, PricedPoint())

    def test_the_power_is_cut_at_each_step(self):
        """Then the command comes again: the bill is taken back once."""

        async def scenario(point):
            await closed(point)
            point.power.steps, point.power.at = 0, [self.at]
            try:
                await correct(point)
                self.cut = False
            except PowerCut:
                pass
            point.power.at = []
            await point.restart()
            await point.seconds(3)
            try:
                await correct(point)
            except CommandError as fault:
                self.assertTrue("corrected already" in str(fault), fault)
            self.assert_taken_back(point)

        self.cut, self.at = True, 1
        while self.cut:
            play(scenario, PricedPoint())
            self.at += 1
        self.assertTrue(self.at > 4, self.at)  # signing, and both sides of the append


if __name__ == "__main__":
    unittest.main()
