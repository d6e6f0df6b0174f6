"""The hourly review and the check of the modules: neither keeps the other, nor heap, for good."""

import asyncio
import sys
import unittest

from wattseal import late
from wattseal.privacy import retention


class Ended(Exception):
    pass


class OneHour:
    """Of asyncio what retention uses; the second hour never comes."""

    hours = 0

    async def sleep(self, seconds):
        self.hours += 1
        if self.hours > 1:
            raise Ended


class Fake:
    def __init__(self, **values):
        for name in values:
            setattr(self, name, values[name])


class HourlyReviewTest(unittest.TestCase):
    def setUp(self):
        self.reviews, self.rooms = 0, 0
        self.has_room = late.has_room
        late.has_room = self.room
        retention.asyncio = OneHour()
        sys.path.append("/a")  # and no archive is there: the check fails

    def tearDown(self):
        late.has_room = self.has_room
        retention.asyncio = asyncio
        sys.path.remove("/a")

    def room(self, least_bytes, text, log):
        self.rooms += 1
        return True

    async def calm(self):
        pass

    def state(self):
        """Of the clock, which a review asks first: there is nothing that it could do."""
        self.reviews += 1
        return "U"

    def hour(self):
        journal = Fake(counters={})
        clock = Fake(state=self.state)
        firmware = Fake(
            connectors=[], recorder=Fake(resting=True), journal=journal, calm=self.calm,
            board=Fake(data_dir="/dev", clock=clock), config=Fake(keep_days=0),
        )  # fmt: skip
        with self.assertRaises(Ended):
            asyncio.run(retention.run(firmware))
        return journal.counters

    def test_each_is_done_though_the_other_fails(self):
        self.assertEqual(self.hour(), {"reviews_failed": 1})
        self.assertEqual((self.reviews, self.rooms), (1, 2))  # whether it is time is asked anew

    def test_what_was_loaded_for_it_goes(self):
        self.hour()
        before = set(sys.modules)
        retention.asyncio = OneHour()
        self.hour()
        self.assertEqual(set(sys.modules), before)
        for name in ("wattseal.drivers.module_check",) + retention._PARTS:  # noqa: RUF005
            self.assertFalse(name in sys.modules)


if __name__ == "__main__":
    unittest.main()
