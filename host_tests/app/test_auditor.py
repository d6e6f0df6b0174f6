"""The auditor: who notes never waits, what is noted is durable before a record's head is given."""

import asyncio
import unittest

from wattseal.app.auditor import Auditor
from wattseal.core import audit_chain


class Clock:
    def __init__(self):
        self.ms = 0
        self.slept = []

    def now_ms(self):
        return self.ms

    def utc_ms(self):
        return 1767225600000 + self.ms

    def state(self):
        return "S"

    async def sleep_until(self, deadline_ms):
        self.slept.append(deadline_ms - self.ms)
        self.ms = max(self.ms, deadline_ms)
        await asyncio.sleep(0)


class Log:
    def __init__(self):
        self.number, self.mac = 0, bytes(32)
        self.counts = {}
        self.rows = []
        self.failures = 0  # to come
        self.fault = OSError(28)

    def append(self, entries):
        if self.failures:
            self.failures -= 1
            raise self.fault
        self.rows += [(values["ev"], values.get("new", "")) for _, _, values in entries]
        self.number += len(entries)
        self.mac = bytes([self.number]) * 32


async def quiet():
    await asyncio.sleep(0)


class TestAuditor(unittest.TestCase):
    def setUp(self):
        self.log, self.clock = Log(), Clock()
        self.auditor = Auditor(self.log, self.clock, quiet)

    def head(self):
        return asyncio.run(self.auditor.head())

    def test_the_head_is_of_all_that_was_noted(self):
        for number in range(11):
            self.auditor.note("e%d" % number)
        self.assertEqual(self.log.number, 0)
        self.assertEqual(self.head(), audit_chain.head(11, bytes([11]) * 32))
        self.assertEqual([what for what, _ in self.log.rows], ["e%d" % n for n in range(11)])

    def test_flash_that_refuses_gives_the_head_before_and_loses_nothing(self):
        self.auditor.note("one")
        first = self.head()
        for fault in (OSError(28), MemoryError()):
            self.log.failures, self.log.fault = 1, fault
            self.auditor.note("two")
            self.assertEqual(self.head(), first)
        self.assertEqual(self.auditor.counts["audit_unkept"], 2)
        self.assertEqual(self.head().split("-")[0], "3")

    def test_what_finds_no_room_to_wait_is_counted_in_the_log_itself(self):
        for _ in range(30):
            self.auditor.note("flood")
        self.head()
        self.assertEqual(self.auditor.counts["audit_missed"], 6)
        self.assertEqual(self.log.rows[-1], ("missed", "6"))
        self.assertEqual(self.log.number, 25)

    def test_what_changed_is_noted_once(self):
        auditor = self.auditor = Auditor(self.log, self.clock, quiet, {("meter", "1"): "s1"})
        for obj, new in (("1", "s1"), ("1", "s2"), ("1", "s2"), ("2", "s1"), ("1", "s1")):
            auditor.changed("meter", obj, new)
        self.head()
        self.assertEqual(self.log.rows, [("meter", "s2"), ("meter", "s1"), ("meter", "s1")])
        self.assertEqual((auditor.last("meter", "2"), auditor.last("key")), ("s1", ""))

    def test_what_is_forgotten_is_noted_anew(self):
        for what in ("key", "meter", "key"):
            self.auditor.changed(what, "", "1")
        self.auditor.forget(("key",))
        self.assertEqual((self.auditor.last("key"), self.auditor.last("meter")), ("", "1"))
        self.auditor.changed("key", "", "1")
        self.head()
        self.assertEqual([what for what, _ in self.log.rows], ["key", "meter", "key"])

    def test_it_writes_by_itself_and_tries_again_each_minute(self):
        async def play():
            task = asyncio.create_task(self.auditor.run())
            self.log.failures = 2
            self.auditor.note("late")
            for _ in range(40):
                await asyncio.sleep(0)
            task.cancel()

        asyncio.run(play())
        self.assertEqual(self.log.rows, [("late", "")])
        self.assertEqual(self.clock.slept, [60000, 60000])
