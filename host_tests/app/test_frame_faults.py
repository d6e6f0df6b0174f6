"""Some of the faults that `make faults` plays in full, on every golden frame and interpreter."""

import unittest

import frame_faults
import golden_frames
import stream_faults
from scripted_line import bus_on, run


class TestGoldenFrames(unittest.TestCase):
    def test_are_twenty_of_many_functions_and_lengths(self):
        frames = golden_frames.load()
        self.assertEqual(len(frames), 20)
        self.assertEqual({golden.function for golden in frames}, {3, 4, 6, 16, 43})
        self.assertTrue(len({len(golden.reply) for golden in frames}) >= 12)
        self.assertEqual(max([len(golden.reply) for golden in frames]), 255)

    def test_are_what_the_master_asks_and_takes(self):
        for golden in golden_frames.load():
            line = frame_faults.ScriptedLine(lambda _, golden=golden: [(9, golden.reply)])
            self.assertEqual(run(golden.ask(bus_on(line))), golden.told(), golden.name)
            self.assertEqual(line.sent, [golden.request])


class TestFaults(unittest.TestCase):
    def test_no_wrong_value_and_a_good_one_after_each(self):
        for kind, _, wrong in frame_faults.cases(every=97, late_step_ms=211):
            self.assertEqual(wrong, [], kind)

    def test_nor_from_random_streams(self):
        for what, _, wrong in stream_faults.cases(6000):
            self.assertEqual(wrong, [], what)


if __name__ == "__main__":
    unittest.main()
