"""Whose turn it is to send: first come, first served, whatever a message's length."""

import asyncio
import unittest

from wattseal.drivers.mqtt_delivery import Deliveries
from wattseal.drivers.mqtt_link import MqttError
from wattseal.drivers.mqtt_window import SendWindow


class Queue:
    """Four messages that are due, in this order, behind one of 900 bytes in a window of 1000."""

    def __init__(self):
        self.open, self.admitted = True, []
        self.deliveries = Deliveries(SendWindow(8, 1000), None)

    def require_open(self):
        if not self.open:
            raise MqttError("over")

    async def send(self, name, size):
        try:
            pid = await self.deliveries.admit(size, name, self.require_open)
            self.admitted.append(name)
            return pid
        except MqttError:
            self.admitted.append("not " + name)
            return 0

    async def filled(self):
        first = await self.send("first", 900)
        rows = ("short", 200), ("long", 800), ("short2", 100), ("short3", 100)
        tasks = [asyncio.create_task(self.send(*row)) for row in rows]
        await settle()
        return first, tasks


async def settle():
    for _ in range(20):
        await asyncio.sleep(0)


async def cancel(task):
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        pass


class MqttDeliveryTest(unittest.TestCase):
    def test_what_is_short_does_not_overtake_what_is_long(self):
        async def play():
            queue = Queue()
            first, _ = await queue.filled()
            self.assertEqual(queue.admitted, ["first"])
            queue.deliveries.puback(first)
            await settle()
            self.assertEqual(queue.admitted, ["first", "short", "long"])
            queue.deliveries.puback(first + 1)
            await settle()
            self.assertEqual(queue.admitted[3:], ["short2", "short3"])

        asyncio.run(play())

    def test_who_is_cancelled_holds_up_nobody(self):
        for gone in ((0,), (1,), (0, 1), (2,)):

            async def play(gone=gone):
                queue = Queue()
                first, tasks = await queue.filled()
                for number in gone:
                    await cancel(tasks[number])
                queue.deliveries.puback(first)
                await settle()
                for pid in range(first + 1, first + 5):
                    queue.deliveries.puback(pid)
                    await settle()
                names = ["short", "long", "short2", "short3"]
                left = [name for number, name in enumerate(names) if number not in gone]
                self.assertEqual(queue.admitted[1:], left)

            asyncio.run(play())

    def test_all_who_wait_are_told_when_the_connection_ends_and_the_next_one_begins_free(self):
        async def play():
            queue = Queue()
            await queue.filled()
            queue.open = False
            queue.deliveries.wake()
            await settle()
            names = ["not short", "not long", "not short2", "not short3"]
            self.assertEqual(queue.admitted[1:], names)
            queue.open = True
            self.assertTrue(await queue.send("next", 50))

        asyncio.run(play())


if __name__ == "__main__":
    unittest.main()
