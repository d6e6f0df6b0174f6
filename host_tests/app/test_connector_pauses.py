"""Load management that cannot decide fills neither memory, flash nor record."""

import gc
import json
import unittest

from charge_point import ocmf_of, play


class TestPauses(unittest.TestCase):
    def test_a_flapping_offer_wears_out_neither_flash_nor_memory(self):
        async def scenario(point):
            await point.begun()
            saves = point.checkpoints.saves
            for i in range(600):
                point.inputs.show(1, offer=i % 2 == 0)
                await point.seconds(1)
            # 11 checkpoints, and 20 notes of 12 bytes, of which 16 erase one block
            self.assertTrue(point.checkpoints.saves - saves <= 11 + 20)
            self.assertTrue(len(point.connectors[0].session.segments) <= 64)
            self.assertTrue(len(point.points[0].watchers) == 1)
            gc.collect()  # what is compiled here lies all over a heap that has little to spare
            point.inputs.unplug(1)
            await point.seconds(3)
            self.assertEqual(point.kinds(), ["begin", "session"])
            readings, rows = point.readings(), ocmf_of(point.records()[-1])["XS"]
            self.assertEqual(sum([r[1] for r in rows]), readings[-1]["RV"] - readings[0]["RV"])
            suspended_s = sum([b[0] - a[0] for a, b in zip(rows, rows[1:]) if a[2] == "S"])
            self.assertTrue(suspended_s >= 300, rows)  # no second of it counts as charging
            record = point.journal.frames[-1][1]
            self.assertTrue(len(record) <= 8192 and len(json.loads(record)["ocmf"]) <= 6144)

        play(scenario)

    def test_what_is_kept_already_is_not_kept_again(self):
        async def scenario(point):
            await point.begun()
            point.inputs.show(1, offer=False)
            await point.seconds(70)
            saves = point.checkpoints.saves
            await point.seconds(150)
            self.assertEqual(point.checkpoints.saves, saves)

        play(scenario)
