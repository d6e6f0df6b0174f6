"""The console: a local controller's three commands, nonsense answered, nobody's identity shown."""

import asyncio
import unittest

from wattseal.app import console as module
from wattseal.app.console import Console


class Controls:
    """contracts.Controls that remembers."""

    def __init__(self):
        self.calls = []

    def present(self, *what):
        self.calls.append(("present",) + what)

    def request_stop(self, *what):
        self.calls.append(("stop",) + what)


class Lines:
    def __init__(self, *lines):
        self.lines = list(lines)

    async def read_line(self):
        if not self.lines:
            await asyncio.Event().wait()
        return self.lines.pop(0)


def console(controls, said=None, lines=None):
    say = (said if said is not None else []).append
    detect = ", ".join
    return Console(lines, controls, [1, 12], lambda: b'{"v":1}', lambda: say("free"), say, detect)


class TestConsole(unittest.TestCase):
    def setUp(self):
        self.controls = Controls()
        self.console = console(self.controls)

    def test_tells_the_status(self):
        self.assertEqual(self.console.answer(b"status"), '{"v":1}')

    def test_shows_the_memory(self):
        said = []
        console(self.controls, said).answer(b"heap")
        self.assertEqual(said, ["free"])

    def test_hands_on_what_is_presented_and_does_not_repeat_it(self):
        answer = self.console.answer(b"present 12 ISO14443 VERIFIED 04A1B2C3")
        self.assertEqual(answer, "presented")
        self.assertEqual(
            self.controls.calls, [("present", 12, "ISO14443", "VERIFIED", "04A1B2C3")]
        )

    def test_hands_on_a_stop(self):
        for tx in "LRA":
            self.assertEqual(self.console.answer(b"stop 1 " + tx.encode()), "stop asked for")
        self.assertEqual([call[2] for call in self.controls.calls], ["L", "R", "A"])

    def test_hands_on_what_a_person_commissions(self):
        self.assertEqual(self.console.answer(b"detect 1 x"), "1, x")
        self.assertEqual(self.console.answer(b"detect"), "")

    def test_too_little_memory_for_a_search_ends_nothing(self):
        def detect(words):
            raise MemoryError()

        self.console._detect = detect
        self.assertEqual(
            self.console.answer(b"detect"),
            "refused: not enough memory; use make detect on a PC",
        )

    def test_a_search_whose_module_cannot_be_read_ends_nothing(self):
        for fault in (OSError(5), ImportError("no module named 'x'")):

            def detect(words, fault=fault):
                raise fault

            self.console._detect = detect
            told = "refused: %s" % type(fault).__name__
            self.assertEqual(self.console.answer(b"detect"), told)

    def test_refuses_what_ocmf_does_not_know(self):
        for line in (
            b"present 2 ISO14443 VERIFIED 04",
            b"present 01 ISO14443 VERIFIED 04",
            b"present 1 RFID VERIFIED 04",
            b"present 1 ISO14443 MISMATCH 04",
            b"present 1 ISO14443 VERIFIED " + b"A" * 41,
            b"stop 1 P",
            b"stop 1 B",
            b"stop 3 L",
            b"status \xff",
        ):
            answer = self.console.answer(line)
            self.assertTrue(answer.startswith("refused: "), answer)
            self.assertFalse("AAAA" in answer)
        self.assertEqual(self.controls.calls, [])

    def test_answers_anything_else_with_its_commands(self):
        for line in (b"help", b"present 1", b"status now", b"stop", b"   "):
            self.assertTrue(self.console.answer(line).startswith("commands: "))
        self.assertEqual(self.controls.calls, [])

    def test_says_of_a_line_that_is_too_long_that_it_is(self):
        self.assertEqual(self.console.answer(b""), "refused: the line is too long")

    def test_each_line_that_comes_in_says_that_somebody_is_there(self):
        heard = []
        really, module.heard = module.heard, lambda: heard.append(1)
        try:
            self.test_goes_on_line_after_line()
        finally:
            module.heard = really
        self.assertEqual(len(heard), 3)

    def test_goes_on_line_after_line(self):
        said = []
        lines = Lines(b"nonsense", b"stop 1 R", b"status")

        async def scenario():
            task = asyncio.create_task(console(self.controls, said, lines).run())
            await asyncio.sleep(0.05)
            task.cancel()

        asyncio.run(scenario())
        self.assertEqual(said[1:], ["stop asked for", '{"v":1}'])
