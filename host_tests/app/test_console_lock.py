"""Unlocking a console level: who has the key may, once for each challenge; who guesses waits."""

import asyncio
import unittest

from charge_world import PowerCut
from console_case import ConsoleCase, Signer, answer_to

MINUTE_MS = 60000
NO_CHALLENGE = "refused: there is no challenge; say unlock LEVEL"
# By Python's own hmac: key 00..1f, device w0123456789abcde, nonce 00..0f.
KNOWN = {
    1: "e0a3979a5efb05168b9a882ac9a54cdb",
    2: "ee1c49bd88332487da87e97e793b6c35",
    3: "0ca4867bd8861a6f059138f37ba9bc38",
}


class TestUnlock(unittest.TestCase):
    def setUp(self):
        self.case = ConsoleCase()
        self.say = self.case.say

    def test_answers_that_another_program_computed(self):
        for level, digits in KNOWN.items():
            self.setUp()
            challenge = self.say("unlock %d" % level)
            self.assertEqual(challenge, "challenge %d 000102030405060708090a0b0c0d0e0f" % level)
            told = self.say("answer " + digits)
            self.assertEqual(
                told, "level %d, until ten minutes without a line that needs one" % level
            )
            self.assertEqual(self.case.lock.level, level)
            self.assertEqual(self.case.audit.noted, [("unlock", str(level), "console")])

    def test_every_command_at_every_level(self):
        rows = (("look", 0, "looked"), ("probe", 1, "probed"), ("wait", 1, "waited"),
                ("change", 2, "changed "), ("erase", 3, "erased"))  # fmt: skip
        for level in range(4):
            self.setUp()
            if level:
                self.case.unlock(level)
            for word, needs, done in rows:
                told = done if level >= needs else "refused: it needs level %d" % needs
                self.assertEqual(self.say(word), told)
            known = sorted(word for word, needs, _ in rows if needs <= level)
            self.assertEqual(
                self.say("unlock"), "level %d; commands: %s" % (level, ", ".join(known))
            )
            self.assertEqual(self.say("status"), "{}")
            self.assertEqual(self.say("detect 0"), "0")
            self.assertTrue(self.say("help").startswith("commands: "))

    def test_the_rest_of_a_line_goes_to_its_command(self):
        self.case.unlock(2)
        self.assertEqual(self.say("change a  b"), "changed a b")
        self.assertEqual(self.say("full"), "refused: this device has no such command")

    def test_no_other_level_and_no_other_form(self):
        for line in ("unlock 0", "unlock 4", "unlock 01", "unlock x", "unlock 1 2", "unlock -1"):
            self.assertEqual(self.say(line), "refused: a level is 1, 2 or 3")
        right = answer_to(self.say("unlock 1"))
        for digits in ("", right[:-1], right + "0", right.upper(), right[:-1] + "g", right + " 1"):
            self.assertEqual(self.say("answer " + digits), "refused: an answer has 32 hex digits")
        self.assertEqual(self.say("answer " + right)[:7], "level 1")
        self.assertEqual(self.case.checkpoints.blobs["unlocks"], b"\0")

    def test_an_answer_is_good_once(self):
        line = "answer " + answer_to(self.say("unlock 2"))
        self.say(line)
        self.say("lock")
        self.assertEqual(self.say(line), NO_CHALLENGE)
        self.say("unlock 2")
        self.assertEqual(self.say(line), "refused: wrong answer")
        self.assertEqual(self.case.lock.level, 0)

    def test_after_a_wrong_answer_the_challenge_is_gone(self):
        right = answer_to(self.say("unlock 2"))
        self.say("answer " + "0" * 32)
        self.assertEqual(self.say("answer " + right), NO_CHALLENGE)

    def test_a_new_challenge_voids_the_one_before(self):
        right = answer_to(self.say("unlock 2"))
        self.say("unlock 2")
        self.assertEqual(self.say("answer " + right), "refused: wrong answer")

    def test_no_answer_of_another_level_device_or_key(self):
        for wrong in (
            lambda c: answer_to(c, level=1),
            lambda c: answer_to(c, level=3),
            lambda c: answer_to(c, device_id="w0123456789abcdf"),
            lambda c: answer_to(c, Signer(bytes(32))),
        ):
            self.setUp()
            self.assertEqual(
                self.say("answer " + wrong(self.say("unlock 2"))), "refused: wrong answer"
            )
            self.assertEqual(self.say("change"), "refused: it needs level 2")
            self.assertEqual(self.case.audit.noted, [("unlock_failed", "2", "console")])

    def test_each_of_the_128_bits_counts(self):
        for bit in range(128):
            self.setUp()
            number = int(answer_to(self.say("unlock 3")), 16) ^ 1 << bit
            self.assertEqual(self.say("answer %032x" % number), "refused: wrong answer")

    def test_a_challenge_lasts_two_minutes(self):
        for late_ms, good in ((2 * MINUTE_MS - 1, True), (2 * MINUTE_MS, False)):
            self.setUp()
            right = answer_to(self.say("unlock 2"))
            self.case.clock.ms += late_ms
            told = self.say("answer " + right)
            self.assertEqual(told[:7] == "level 2", good, told)

    def test_a_level_lasts_ten_minutes_without_a_line(self):
        self.case.unlock(2)
        for _ in range(3):
            self.case.clock.ms += 10 * MINUTE_MS - 1
            self.assertEqual(self.say("change"), "changed ")
        self.case.clock.ms += 10 * MINUTE_MS
        self.assertEqual(self.say("change"), "refused: it needs level 2")
        self.assertEqual(self.case.lock.level, 0)

    def test_what_a_controller_says_does_not_hold_a_level(self):
        self.case.unlock(2)
        for _ in range(10):
            self.case.clock.ms += MINUTE_MS
            self.say("status")
            self.say("show")
        self.assertEqual(self.say("change"), "refused: it needs level 2")

    def test_lock_and_a_wrong_answer_end_a_level(self):
        self.case.unlock(3)
        self.assertEqual(self.say("lock"), "level 0")
        self.assertEqual(self.say("erase"), "refused: it needs level 3")
        self.case.unlock(3)
        self.case.fail()
        self.assertEqual(self.say("erase"), "refused: it needs level 3")
        challenge = self.say("unlock 3")
        self.say("lock")
        self.assertEqual(self.say("answer " + answer_to(challenge)), NO_CHALLENGE)

    def test_a_lower_level_takes_the_higher_one_s_place(self):
        self.case.unlock(3)
        self.case.unlock(1)
        self.assertEqual(self.say("change"), "refused: it needs level 2")

    def test_nobody_has_to_take_it_down(self):
        self.case = ConsoleCase(audit=False)
        self.case.fail(5)
        self.case.clock.ms += MINUTE_MS
        self.assertEqual(self.case.unlock(1)[:7], "level 1")

    def test_where_no_small_integer_holds_the_time(self):
        for ticks in (1 << 29, 1 << 30, 1 << 31, 1 << 32):
            self.setUp()
            self.case.clock.ms = ticks - MINUTE_MS
            self.assertEqual(self.case.unlock(2)[:7], "level 2")
            right = answer_to(self.say("unlock 2"))
            self.case.clock.ms = ticks + MINUTE_MS - 1
            self.assertEqual(self.say("answer " + right)[:7], "level 2")
            self.case.clock.ms += 10 * MINUTE_MS
            self.assertEqual(self.say("change"), "refused: it needs level 2")


class TestLockOut(unittest.TestCase):
    def setUp(self):
        self.case = ConsoleCase()
        self.say = self.case.say

    def locked_s(self):
        """As the device says it, 0 for not at all."""
        told = self.say("unlock 1")
        return int(told.split()[4]) if told.startswith("refused: locked out for ") else 0

    def test_after_five_it_doubles_to_an_hour(self):
        self.case.fail(4)
        self.assertEqual(self.locked_s(), 0)
        for seconds in (60, 120, 240, 480, 960, 1920, 3600, 3600, 3600):
            self.case.fail()
            self.assertEqual(self.locked_s(), seconds)
            self.case.clock.ms += seconds * 1000 - 1
            self.assertEqual(self.locked_s(), 1)
            self.case.clock.ms += 1
            self.assertEqual(self.locked_s(), 0)
        words = [what for what, _, _ in self.case.audit.noted]
        self.assertEqual(words.count("unlock_failed"), 13)
        self.assertEqual(words.count("locked_out"), 9)

    def test_it_is_for_every_level_and_for_the_right_answer(self):
        self.case.fail(5)
        for level in (1, 2, 3):
            self.assertEqual(self.say("unlock %d" % level), "refused: locked out for 60 s")
        self.assertEqual(self.say("answer " + "0" * 32), NO_CHALLENGE)
        self.assertEqual(len(self.case.audit.noted), 6)  # nobody fills the log with refusals

    def test_a_right_answer_begins_anew(self):
        for _ in range(3):
            self.case.fail(4)
            self.assertEqual(self.case.unlock(2)[:7], "level 2")

    def test_a_restart_shortens_nothing(self):
        self.case.fail(3)
        self.case.restart()
        self.case.fail(2)
        self.case.clock.ms += 30000
        self.case.restart()
        self.assertEqual(self.locked_s(), 60)
        self.case.clock.ms += 60000
        self.case.fail()
        self.case.restart()
        self.assertEqual(self.locked_s(), 120)
        self.case.clock.ms += 120000
        self.assertEqual(self.case.unlock(1)[:7], "level 1")
        self.case.restart()
        self.assertEqual(self.locked_s(), 0)
        self.assertEqual(self.case.lock.level, 0)

    def test_a_loaded_late_one_counts_from_the_start(self):
        self.case.fail(5)
        self.case.restart()
        self.case.clock.ms = 59999
        self.assertEqual(self.locked_s(), 1)

    def test_a_count_that_is_damaged_or_unreadable_locks_out(self):
        def torn(case):
            case.checkpoints.torn.add("unlocks")

        def odd(case):
            case.checkpoints.blobs["unlocks"] = b"\0\0"

        def empty(case):
            case.checkpoints.blobs["unlocks"] = b""

        def broken(case):
            case.checkpoints.error = OSError(5)

        for harm in (torn, odd, empty, broken):
            self.setUp()
            harm(self.case)
            self.case.restart()
            self.assertEqual(self.locked_s(), 60)
        self.setUp()
        self.case.checkpoints.blobs["unlocks"] = b"\x07"
        torn(self.case)
        self.case.restart()
        self.assertEqual(self.locked_s(), 240)

    def test_more_wrong_answers_than_a_byte_holds(self):
        self.case.checkpoints.blobs["unlocks"] = b"\xff"
        self.case.restart()
        self.case.clock.ms = 3600000
        self.case.fail()
        self.assertEqual(self.locked_s(), 3600)
        self.assertEqual(self.case.checkpoints.blobs["unlocks"], b"\xff")

    def test_a_power_cut_at_any_step_gives_no_try_for_nothing(self):
        for right in (False, True):
            for at in range(1, 6):
                self.setUp()
                challenge = self.say("unlock 2")
                digits = answer_to(challenge) if right else "0" * 32
                self.case.power.steps, self.case.power.at = 0, [at]
                try:
                    told = self.say("answer " + digits)
                except PowerCut:
                    told = "cut"
                kept = self.case.checkpoints.blobs.get("unlocks", b"\0")
                self.assertEqual(told == "cut", at <= (4 if right else 2))
                if told == "refused: wrong answer":
                    self.assertEqual(kept, b"\1")
                self.case.power.on, self.case.power.at = True, []
                self.case.restart()
                self.assertEqual(self.case.lock.level, 0)

    def test_what_cannot_be_counted_is_no_try(self):
        for right in (False, True):
            self.setUp()
            challenge = self.say("unlock 2")
            self.case.checkpoints.error = OSError(28)
            digits = answer_to(challenge) if right else "0" * 32
            self.assertEqual(self.say("answer " + digits), "refused: the flash fails")
            self.assertEqual(self.case.lock.level, 0)

    def test_the_flash_is_written_when_no_meter_is_asked(self):
        self.case.fail(2)
        self.assertEqual((self.case.quiet, self.case.checkpoints.saves), (2, 2))

    def test_the_console_goes_on_behind_it(self):
        said, lines = [], [b"unlock 1", b"answer 00", b"wait", b"look"]

        class Lines:
            async def read_line(self):
                if not lines:
                    await asyncio.Event().wait()
                return lines.pop(0)

        async def scenario():
            console = self.case.console
            console._lines, console._say = Lines(), said.append
            task = asyncio.create_task(console.run())
            await asyncio.sleep(0.05)
            task.cancel()

        asyncio.run(scenario())
        told = ["refused: an answer has 32 hex digits", "refused: it needs level 1", "looked"]
        self.assertEqual(said[1:], told)


if __name__ == "__main__":
    unittest.main()
