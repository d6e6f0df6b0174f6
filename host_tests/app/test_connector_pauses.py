"""Pauses become segments and entries; a flapping pilot fills neither memory, flash nor record."""

import json
import unittest

from charge_point import ocmf_of, play


class TestPauses(unittest.TestCase):
    def test_pauses_of_car_and_charger_are_segments_and_entries(self):
        async def scenario(point):
            await point.begun()
            for pilot, offer in ((False, True), (True, False), (True, True)):
                await point.seconds(10)
                point.inputs.show(1, pilot=pilot, offer=offer)
            await point.seconds(10)
            point.inputs.unplug(1)
            await point.seconds(3)
            self.assertEqual(point.letters(), "BSSCL")
            segments = ocmf_of(point.records()[-1])["XS"]
            self.assertEqual("".join([row[2] for row in segments]), "CPSC")
            readings = point.readings()
            self.assertEqual(sum([r[1] for r in segments]), readings[-1]["RV"] - readings[0]["RV"])

        play(scenario)

    def test_a_flapping_pilot_wears_out_neither_flash_nor_memory(self):
        async def scenario(point):
            await point.begun()
            saves = point.checkpoints.saves
            for i in range(600):
                point.inputs.show(1, pilot=i % 2 == 0)
                await point.seconds(1)
            # 11 checkpoints, and 20 notes of 12 bytes, of which 16 erase one block
            self.assertTrue(point.checkpoints.saves - saves <= 11 + 20)
            self.assertTrue(len(point.connectors[0].session.segments) <= 64)
            self.assertTrue(len(point.points[0].watchers) == 1)
            point.inputs.unplug(1)
            await point.seconds(3)
            self.assertEqual(point.kinds(), ["begin", "session"])
            record = point.journal.frames[-1][1]
            self.assertTrue(len(record) <= 8192 and len(json.loads(record)["ocmf"]) <= 6144)

        play(scenario)
