"""A line that USB holds everything up for is the last one, until somebody is there again."""

import unittest

from wattseal.app import newest_lines

TAKEN_MS = 2
NOT_TAKEN_MS = 1000  # of a pulled cable: 500 ms for the text, and for its end
MINUTE_MS = 60000


class Cable:
    """Stands in for `time` and `print`: each line takes `line_ms`."""

    def __init__(self):
        self.ms, self.line_ms, self.lines = 5000, TAKEN_MS, []

    def ticks_ms(self):
        return self.ms

    def ticks_diff(self, end, start):
        return end - start

    def print(self, text):
        self.lines.append(text)
        self.ms += self.line_ms


class TestPulledCable(unittest.TestCase):
    def setUp(self):
        self.cable = Cable()
        self.real = newest_lines.time
        newest_lines.time, newest_lines.print = self.cable, self.cable.print

    def tearDown(self):
        newest_lines.heard()
        newest_lines.time = self.real
        del newest_lines.print

    def held_up_ms(self, lines):
        began_ms = self.cable.ms
        for n in range(lines):
            newest_lines.log("line %d" % n)
        return self.cable.ms - began_ms

    def test_lines_that_are_taken_are_all_printed(self):
        self.assertEqual(self.held_up_ms(40), 40 * TAKEN_MS)
        self.assertEqual(len(self.cable.lines), 40)

    def test_one_line_alone_holds_everything_up_and_all_are_kept(self):
        self.cable.line_ms = NOT_TAKEN_MS
        self.assertEqual(self.held_up_ms(20), NOT_TAKEN_MS)
        self.assertEqual(self.cable.lines, ["line 0"])
        self.assertTrue(b"line 19\n" in bytes(newest_lines.kept))

    def test_whoever_types_is_answered(self):
        self.cable.line_ms = NOT_TAKEN_MS
        self.held_up_ms(2)
        self.cable.line_ms = TAKEN_MS
        newest_lines.say("nobody is there")
        newest_lines.heard()
        newest_lines.say("an answer")
        newest_lines.say("and more")
        self.assertEqual(self.cable.lines, ["line 0", "an answer", "and more"])

    def test_one_is_tried_after_three_minutes(self):
        self.cable.line_ms = NOT_TAKEN_MS
        self.held_up_ms(2)
        for _ in range(3):
            self.cable.ms += 3 * MINUTE_MS
            self.assertEqual(self.held_up_ms(5), NOT_TAKEN_MS)
        self.cable.line_ms = TAKEN_MS
        self.cable.ms += 3 * MINUTE_MS
        self.assertEqual(self.held_up_ms(5), 5 * TAKEN_MS)

    def test_ticks_that_have_wrapped_keep_nothing_quiet(self):
        self.cable.line_ms = NOT_TAKEN_MS
        self.held_up_ms(1)
        self.cable.ms -= 10 * MINUTE_MS  # as their difference looks after half their period
        self.cable.line_ms = TAKEN_MS
        self.assertEqual(self.held_up_ms(3), 3 * TAKEN_MS)


if __name__ == "__main__":
    unittest.main()
