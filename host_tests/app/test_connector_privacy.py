"""What a driver presents at the reader is in no record, checkpoint or log line."""

import unittest

from charge_point import ocmf_of, play
from charge_world import CARD


class TestPrivacy(unittest.TestCase):
    def test_no_record_checkpoint_or_log_line_holds_the_identification(self):
        async def scenario(point):
            await point.begun()
            kept = b"".join(point.checkpoints.blobs.values())
            point.inputs.show(1, stop="R")
            await point.seconds(3)
            point.inputs.unplug(1)
            point.inputs.plug_in(1)
            point.journal.room = 0
            await point.seconds(20)
            everything = "".join(point.log) + repr(point.journal.frames) + repr(kept)
            self.assertFalse(CARD[2].lower() in everything.lower())
            self.assertTrue('"IT":"LOCAL"' in everything.replace("\\", ""))

        play(scenario)

    def test_the_same_card_has_another_pseudonym_in_each_session(self):
        async def scenario(point):
            for _ in range(2):
                await point.begun()
                point.inputs.unplug(1)
                await point.seconds(3)
            names = [ocmf_of(record)["ID"] for record in point.records()]
            self.assertEqual((names[0], names[2]), (names[1], names[3]))
            self.assertTrue(names[0] != names[2])
            sessions = [record["session"] for record in point.records()]
            self.assertEqual(len(set(sessions)), 2)

        play(scenario)
