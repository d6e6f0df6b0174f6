"""What stays loaded for commands: it queues one, counts the rest, and outlives whoever judges."""

import asyncio
import sys
import unittest

from fakes import settle

from wattseal import commanding, late
from wattseal.commanding import listener

FORMED = b"0" * 128 + b"."
PAUSE_S = 2.1  # the listener's is 2 s
JUDGING = "wattseal.commanding.judging"


class Firmware:
    async def calm(self):
        return None


class Judging:
    """In the place of wattseal.commanding.judging."""

    def __init__(self, *outcomes):
        self.outcomes = list(outcomes)
        self.judged = []

    async def judge(self, firmware, payload, kept):
        self.judged.append(payload)
        await asyncio.sleep(0)
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


class ListenerTest(unittest.TestCase):
    def play(self, judging, *rounds, free_bytes=80000):
        """The counts. CPython has no heap of a fixed size to ask for its room."""
        sound, late.has_room = late.has_room, lambda least, *_: free_bytes >= least

        async def main():
            listens = listener.CommandListener(Firmware())
            for payloads in rounds:
                sys.modules[JUDGING] = commanding.judging = judging
                for payload in payloads:
                    listens.take(payload, False)
                await settle()
                if listens._running:
                    await asyncio.sleep(PAUSE_S)
            return listens.counts

        try:
            return asyncio.run(main())
        finally:
            sys.modules.pop(JUDGING, None)
            late.has_room = sound

    def test_what_cannot_be_one_is_not_even_queued(self):
        judging = Judging()
        counts = self.play(judging, [b"", b"x" * 200, b"0" * 128, FORMED + b"x" * 900])
        self.assertEqual((counts, judging.judged), ({"commands_malformed": 4}, []))

    def test_one_waits_and_the_rest_is_busy(self):
        judging = Judging("", "")
        counts = self.play(judging, [FORMED + b"1", FORMED + b"2", FORMED + b"3"])
        self.assertEqual(counts.get("commands_busy"), 2)

    def test_without_room_none_is_judged_and_each_is_counted(self):
        judging, stock_bytes = Judging(), 20000  # a stock Pico's: judging one takes them all
        counts = self.play(judging, [FORMED + b"1"], [FORMED + b"2"], free_bytes=stock_bytes)
        self.assertEqual((counts, judging.judged), ({"commands_no_memory": 2}, []))

    def test_a_flash_that_fails_is_counted_and_the_next_one_is_judged(self):
        for fault, name in (
            (OSError(5), "commands_failed"),
            (ImportError("judging"), "commands_failed"),
            (MemoryError(), "commands_no_memory"),
        ):
            judging = Judging(fault, "")
            counts = self.play(judging, [FORMED + b"1"], [FORMED + b"2"])
            self.assertEqual((counts, len(judging.judged)), ({name: 1}, 2))
