"""`detect` as said at the console: one at a time, beside no session, nothing left behind."""

import asyncio
import sys

from commissioning_case import CONFIG, CommissioningCase

from wattseal.console import commissioning


class TestCommissioning(CommissioningCase):
    def test_does_not_begin_what_the_heap_has_no_room_for(self):
        self.free_bytes -= 1
        answer = "refused: not enough memory; use make detect on a PC"
        self.assertEqual((self.play(""), self.said), ([answer], []))

    def test_finds_writes_and_gives_everything_back(self):
        self.assertEqual(
            self.play(""), ["looking for meters on bus 0; no session starts meanwhile"]
        )
        said = "\n".join(self.said)
        self.assertTrue("detect: unit 1: sdm630" in said, said)
        self.assertEqual(self.said[-2:], [
            "detect: the configuration is written; restart to use it", "detect: ended",
        ])  # fmt: skip
        bus = self.load().buses
        self.assertEqual((bus[0].baud, bus[0].parity, bus[1].parity), (19200, "E", "E"))
        self.assertEqual(self.firmware.line.settings, (2400, "N", 1))
        self.assertFalse(self.firmware.samplers[0].held)

    def test_below_level_2_it_tells_and_writes_nothing(self):
        self.may_write = False
        self.play("")
        self.assertTrue("detect: unit 1: sdm630" in "\n".join(self.said), self.said)
        told = ["detect: nothing was written; that needs level 2", "detect: ended"]
        self.assertEqual(self.said[-2:], told)
        with open(self.folder + "/config.json") as file:
            self.assertEqual(file.read(), CONFIG)

    def test_what_only_a_search_needs_is_dropped_behind_it(self):
        self.play("")
        left = [name for name in sys.modules if ".detect_" in name or ".modbus_request" in name]
        self.assertEqual(left, [])
        self.assertFalse(hasattr(sys.modules["wattseal.core"], "detect_lines"))

    def test_refuses_while_a_session_is_open(self):
        self.firmware.connectors[0].idle = False
        plain, commissioning.forget = commissioning.forget, self.fail  # nothing is loaded for it
        try:
            answer = self.play("")[0]
        finally:
            commissioning.forget = plain
        self.assertTrue(answer.startswith("refused: connector 1 is in use"), answer)
        self.assertEqual((self.said, self.firmware.line.sent), ([], []))
        self.assertEqual([name for name in sys.modules if ".detect_" in name], [])

    def test_one_at_a_time(self):
        self.assertEqual(self.play("stop"), ["refused: no search runs"])
        answers = self.play("0", "0")
        self.assertEqual(answers[1], "refused: a search runs; detect stop ends it")

    def test_can_be_stopped(self):
        line, set_line = self.firmware.line, self.firmware.line.set_line

        def set_and_stay(*settings):
            if settings[0] != 2400:  # where the search has changed the line
                line.stuck = asyncio.Event()
            return set_line(*settings)

        line.set_line = set_and_stay
        for stops in (["stop"], ["stop", "stop", "stop"]):
            self.said.clear()
            line.stuck = None
            answers = self.play("", *stops, ready=lambda: line.stuck)
            self.assertEqual(answers[1:], ["stopping"] * len(stops))
            self.assertEqual(self.said[-1], "detect: ended")
            self.assertFalse(self.firmware.samplers[0].held)
            self.assertEqual(line.settings, (2400, "N", 1))

    def test_what_was_made_of_the_file_since_is_told(self):
        unit = CONFIG.replace('"unit": 1', '"unit": "1"')
        for text in (CONFIG[:-3], '{"buses": 1}', unit, "[1]"):
            self.write(text)
            self.said.clear()
            self.play("")
            self.assertTrue(self.said[-2].startswith("detect: nothing was written: "), self.said)
            self.assertEqual(self.said[-1], "detect: ended")
            self.assertFalse(self.firmware.samplers[0].held)

    def test_imports_nothing_beside_a_session_and_leaves_nothing_where_it_cannot_begin(self):
        for fault in (MemoryError, ImportError, OSError):

            def fails(task, fault=fault):
                task.close()
                raise fault()

            plain, asyncio.create_task = asyncio.create_task, fails
            try:
                with self.assertRaises(fault):
                    self.detect.answer([])
            finally:
                asyncio.create_task = plain
            self.assertEqual([name for name in sys.modules if ".detect_" in name], [])
            self.assertEqual(self.detect.answer(["stop"]), "refused: no search runs")

    def test_a_bus_that_is_not_there(self):
        for line in ("2", "-1", "x", "0 0"):
            self.assertEqual(self.play(line), ["refused: there is no such bus"])

    def test_a_line_that_is_gone_and_too_little_memory_are_told(self):
        for fault, words in (
            (OSError(5), "the serial line or the flash fails"),
            (ImportError(), "the serial line or the flash fails"),
            (MemoryError(), "not enough memory"),
        ):
            self.said.clear()
            self.firmware.line.read_error = fault
            self.play("")
            self.assertTrue(words in self.said[-2], self.said)
            self.assertEqual(self.said[-1], "detect: ended")
            self.assertFalse(self.firmware.samplers[0].held)
