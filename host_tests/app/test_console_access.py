"""What joins the levels to the firmware: extra words, what fails in one, and the clock by hand."""

import asyncio
import unittest

from charge_world import Checkpoints, Power
from command_desk import NOW_S, CommandDesk
from console_case import Audit, Signer, answer_to

from wattseal import late
from wattseal.console import setting
from wattseal.console.access import Access

ENOUGH = 25000


class Firmware:
    """As much of assembly.Firmware as is touched; also its own board, recorder and config."""

    def __init__(self):
        desk = CommandDesk()
        self.power = Power()
        self.checkpoints = Checkpoints(self.power)
        self.signer = Signer()
        self.audit = Audit()
        self.clock, self.connectors = desk.clock, desk.connectors
        self.board = self.recorder = self.config = self
        self.uplink = self  # a gateway: there is no certificate to judge by the clock
        self.command_key = ""

    async def quiet(self):
        return None

    calm = quiet


class TestAccess(unittest.TestCase):
    def setUp(self):
        self.drop, late.drop = late.drop, lambda *names: None  # others have them in their hands
        self.firmware = Firmware()
        self.free_bytes = ENOUGH
        self.raises = None
        self.access = Access(
            self.firmware, {"fail": (3, self.fail_as_told), "hang": (0, self.fails_later)},
            lambda: self.free_bytes,
        )  # fmt: skip

    def tearDown(self):
        late.drop = self.drop

    def fail_as_told(self, words):
        if self.raises:
            raise self.raises
        return "did " + " ".join(words)

    async def fails_later(self, words):
        return self.fail_as_told(words)

    def say(self, line):
        return asyncio.run(self.access.answer(line.split()))

    def unlock(self, level):
        return self.say("answer " + answer_to(self.say("unlock %d" % level)))

    def test_a_word_that_somebody_adds_has_its_level(self):
        self.assertEqual(self.say("fail now"), "refused: it needs level 3")
        self.unlock(3)
        self.assertEqual(self.say("fail now"), "did now")
        self.assertEqual(
            self.say("unlock"),
            "level 3; commands: audit, erase, fail, fault, faults, hang, help, journal, live, log,"
            " meter, mqtt, report, selftest, session, show, time, time and seconds",
        )

    def test_a_device_without_key_slots_says_so_in_one_sentence(self):
        for word in ("report", "erase"):
            self.assertEqual(self.say(word + " 00"), "refused: it needs level 3")
        self.unlock(3)
        for word in ("report", "erase"):
            told = "refused: no keys of sessions are kept; that needs `id_mode: slots`"
            self.assertEqual(self.say(word + " 00"), told)

    def test_what_fails_in_one_tells_nothing_and_ends_nothing(self):
        self.unlock(3)
        for fault, told in (
            (OSError(28, "04C0FFEE"), "refused: error 28"),
            (ValueError("04C0FFEE"), "refused: ValueError"),
            (ImportError("04C0FFEE"), "refused: ImportError"),
            (MemoryError("04C0FFEE"), "refused: not enough memory"),
        ):
            self.raises = fault
            self.assertEqual((self.say("fail"), self.say("hang")), (told, told))
        self.raises = None
        self.assertEqual(self.say("hang on"), "did on")

    def test_without_memory_it_says_so_and_may_be_asked_again(self):
        self.free_bytes = ENOUGH - 1
        for line in ("unlock 1", "show", "lock", "help me"):
            self.assertEqual(self.say(line), "refused: not enough memory")
        self.assertEqual(self.say("help")[:23], "commands: status, heap,")
        self.assertEqual((self.access.level, self.firmware.signer.drawn), (0, 0))
        self.free_bytes = ENOUGH
        self.assertEqual(self.unlock(1)[:7], "level 1")
        self.free_bytes = 0  # it is loaded
        self.assertEqual((self.unlock(2)[:7], self.access.level), ("level 2", 2))

    def test_the_clock_is_set_at_level_2_and_that_is_taken_down(self):
        line = "time %d" % (NOW_S + 500)
        self.unlock(1)
        self.assertEqual(self.say(line), "refused: it needs level 2")
        self.unlock(2)
        told = self.say(line)
        self.assertEqual(told, "refused: connector 2 is in use; draw its plug first")
        self.firmware.connectors[1].idle = True
        self.assertEqual(self.say(line), "the clock is set, and informative")
        self.assertEqual(self.firmware.clock.utc_ms() // 1000, NOW_S + 500)
        noted = [what for what, _, _ in self.firmware.audit.noted]
        self.assertEqual(noted, ["unlock", "unlock", "time"])

    def test_no_other_form_of_a_time(self):
        self.firmware.connectors[1].idle = True
        for words in ([], ["x"], ["-1"], ["1", "2"], ["1.5"], ["9" * 11], ["4294967296"], ["0"]):
            self.assertTrue(setting.time(self.firmware, words).startswith("refused: "), words)
        self.assertEqual(self.firmware.audit.noted, [])


if __name__ == "__main__":
    unittest.main()
