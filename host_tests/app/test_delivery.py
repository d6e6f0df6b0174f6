"""A message beside the bills: one has arrived with its own PUBACK, and with nobody else's."""

import asyncio
import unittest

from wattseal.app.delivery import Delivery


class Publisher:
    def __init__(self):
        self.resting = self.connected = True
        self.tags, self.billed = [], []
        self.on_puback = lambda pid, tag: self.billed.append(tag)

    async def tell(self, name, text, qos, tag):
        if self.connected:
            self.tags.append(tag)
        return self.connected


class TestDelivery(unittest.TestCase):
    def setUp(self):
        self.publisher = Publisher()
        self.one, self.other = Delivery(self.publisher, 0.2), Delivery(self.publisher, 0.2)

    def delivered(self, *steps):
        """Whether each arrived. A step: who delivers, and the tags that come, made of all tags."""

        async def scenario():
            found = []
            for by, pubacks in steps:
                told = len(self.publisher.tags)
                task = asyncio.create_task(by.deliver(b"audit", b"{}"))
                while len(self.publisher.tags) == told and not task.done():
                    await asyncio.sleep(0)  # no longer: a busy machine may take that for late
                for tag in pubacks(self.publisher.tags) if self.publisher.tags else ():
                    self.publisher.on_puback(1, tag)
                found.append(await task)
            return found

        return asyncio.run(scenario())

    def test_each_hears_its_own(self):
        steps = [(by, newest) for by in (self.one, self.other, self.one)]
        self.assertEqual(self.delivered(*steps), [True] * 3)
        self.assertEqual(self.publisher.billed, [])

    def test_without_a_puback_it_has_not_arrived(self):
        self.assertEqual(self.delivered((self.one, none), (self.one, newest)), [False, True])

    def test_that_of_the_message_before_is_used_up(self):
        self.assertEqual(self.delivered((self.one, newest), (self.one, none)), [True, False])

    def test_a_late_puback_of_the_message_before_is_none_of_this_one(self):
        self.assertEqual(self.delivered((self.one, none), (self.one, first)), [False, False])

    def test_the_other_s_puback_is_none(self):
        self.assertEqual(self.delivered((self.other, newest), (self.one, first)), [True, False])

    def test_those_of_bills_reach_the_publisher(self):
        bills = [None, 0, 4711]
        self.assertEqual(self.delivered((self.one, lambda tags: bills)), [False])
        self.assertEqual(self.publisher.billed, bills)

    def test_what_is_billed_goes_first(self):
        self.publisher.resting = False
        self.assertEqual(self.delivered((self.one, newest)), [False])
        self.assertEqual(self.publisher.tags, [])

    def test_nor_without_a_connection(self):
        self.publisher.connected = False
        self.assertEqual(self.delivered((self.one, newest)), [False])


def none(tags):
    return []


def newest(tags):
    return tags[-1:]


def first(tags):
    return tags[:1]


if __name__ == "__main__":
    unittest.main()
