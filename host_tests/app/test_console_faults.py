"""What `faults` and `fault CODE` tell: each in three lines of a terminal, the worst first."""

import asyncio
import sys
import unittest

from wattseal import late
from wattseal.console import fault_telling, fault_words
from wattseal.console.signs import present


class Firmware:
    """As much of assembly.Firmware as telling touches; `calms`: how often it waited for meters."""

    def __init__(self):
        self.calms = 0

    async def calm(self):
        self.calms += 1


class TestConsoleFaults(unittest.TestCase):
    def setUp(self):
        self.codes, self.firmware, self.said = present.codes, Firmware(), []
        self.found = {}
        present.codes = lambda firmware: self.found

    def tearDown(self):
        present.codes = self.codes

    def ask(self, *words):
        self.said = []
        return asyncio.run(fault_telling.answer(self.firmware, list(words), self.said.append))

    def test_nothing_is_wrong(self):
        self.assertEqual((self.ask(), self.said), ("no faults", []))

    def test_the_worst_comes_first_and_what_is_only_counted_last(self):
        self.found = {"bus_timeout": 12, "offline": 0, "key_refused": 1, "bad_frames": 3}
        self.assertEqual(self.ask(), "faults 4, the worst key_refused")
        self.assertEqual(
            self.said[::3],
            [
                "key_refused 1 - a driver cannot charge now (blinks 1-4)",
                "bad_frames 3 - records, prices or keys are at risk (blinks 2-3)",
                "offline - a person is needed soon (blinks 3-5)",
                "bus_timeout 12 - only counted",
            ],
        )
        self.assertEqual(
            self.said[1:3],
            [
                "  The key file holds no key pair: nothing can be signed.",
                "  do: Put back the copy of device.key; a new key makes this another device.",
            ],
        )

    def test_what_is_only_counted_is_no_fault_to_be_told_of(self):
        self.found = {"torn_tails": 1}
        self.assertEqual(self.ask(), "no faults, only what is counted")
        self.assertEqual(self.said[0], "torn_tails 1 - only counted")

    def test_it_waits_for_the_meters_before_each_fault(self):
        self.found = {"lost": 0, "unread": 0}
        self.ask()
        self.assertEqual(len(self.said), 6)
        self.assertEqual(self.firmware.calms, 2)  # whose words are loaded

    def test_every_code_is_listed_and_each_is_explained_on_a_terminal(self):
        self.assertEqual(self.ask("all"), "fault CODE tells what it means")
        self.assertTrue(all(len(line) <= 80 for line in self.said), self.said)
        words = " ".join(self.said).split()
        codes = [word for word in words if not word.endswith(":")]
        self.assertEqual([w[:-1] for w in words if w.endswith(":")], list(fault_words.PLACES))
        self.assertEqual(len(set(codes)), len(codes))
        self.assertTrue(len(codes) > 80, codes)
        for code in codes:
            lines = self.ask("code", code).split("\n")
            self.assertEqual(len(lines), 3, code)
            self.assertTrue(lines[0].startswith(code + " - "), lines)
            self.assertTrue(all(len(line) <= 80 for line in lines), lines)
            self.found = {code: 123456}
            self.ask()
            self.assertEqual(self.said[1:], lines[1:])
            self.assertTrue(len(self.said[0]) <= 80, self.said)
            self.assertTrue(self.said[0].startswith(code + " 123456 - "), self.said)

    def test_no_other_form(self):
        for code in ("unrea", "nread", "A", "", "B.", "unread|A"):
            told = self.ask("code", code)
            self.assertEqual(told, "refused: there is no such code; see faults all")
        for words in (["x"], ["all", "all"], ["code"], ["code", "unread", "full"]):
            self.assertEqual(self.ask(*words), "refused: say faults, faults all, or fault CODE")

    def test_its_sentences_do_not_stay(self):
        self.ask("all")
        self.ask("code", "time_steps")
        held = [name for name in sys.modules if name.startswith("wattseal.console.fault_words.")]
        self.assertEqual(held, [])

    def test_one_that_cannot_be_loaded_is_the_caller_s_to_tell(self):
        async def no_room(calm, *names):
            raise MemoryError

        load, late.load = late.load, no_room
        try:
            with self.assertRaises(MemoryError):
                self.ask("all")
        finally:
            late.load = load


if __name__ == "__main__":
    unittest.main()
