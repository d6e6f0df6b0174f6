"""A time server that wants to be left alone, two that are at odds, and a start that waits."""

import asyncio
import unittest

from server_time import TRUE_UTC_MS
from timed_world import DAY, HOUR, MINUTE, SECOND, World

from wattseal.core.sntp import Answer, SntpError
from wattseal.drivers import sntp_client


def pauses(world, unit_ms):
    asked = world.server.asked
    return [(b - a) // unit_ms for a, b in zip(asked, asked[1:])]


class TestLeftAlone(unittest.TestCase):
    def test_a_host_that_denies_is_asked_in_an_hour(self):
        for kiss in ("DENY", "RSTR"):

            async def scenario(world, kiss=kiss):
                world.server.once = [("no questions", kiss)] * 3
                await world.passes(4 * HOUR, MINUTE)
                self.assertEqual(pauses(world, HOUR)[:3], [1, 1, 1])
                self.assertEqual(world.clock.state(), "S")

            World().play(scenario)

    def test_one_that_is_asked_too_often_is_asked_less_and_less_until_it_answers(self):
        async def scenario(world):
            await world.passes(MINUTE)
            world.server.once = [("no questions", "RATE")] * 4
            await world.passes(2 * DAY, HOUR)
            self.assertEqual(pauses(world, HOUR)[:8], [1, 2, 4, 8, 8, 4, 2, 1])

        World(TRUE_UTC_MS).play(scenario)

    def test_a_clock_that_knows_nothing_waits_for_minutes_not_for_hours(self):
        async def scenario(world):
            world.server.once = [("no questions", "RATE")] * 3
            await world.passes(HOUR, SECOND)
            self.assertEqual(pauses(world, SECOND), [64, 128, 256, 16])
            self.assertEqual(world.clock.state(), "S")

        World().play(scenario)


class TestAtOdds(unittest.TestCase):
    def test_two_servers_that_never_agree_are_counted_and_asked_less(self):
        async def scenario(world):
            world.server.once = [0, 1100] * 40
            await world.passes(2 * HOUR, SECOND)
            self.assertEqual(world.clock.state(), "U")
            self.assertEqual(pauses(world, SECOND)[:6], [16, 16, 16, 64, 128, 256])
            self.assertEqual(world.counts()["time_refused"], len(world.server.asked) - 3)
            world.server.once = []
            await world.passes(2 * HOUR, MINUTE)
            self.assertEqual((world.clock.state(), world.error_ms()), ("S", 0))

        World().play(scenario)


class TestAStartWaits(unittest.TestCase):
    def test_for_a_minute_while_nobody_knows_the_time(self):
        for down, known_ms in ((False, 20 * SECOND), (True, None)):

            async def scenario(world, down=down, known_ms=known_ms):
                world.server.down = down
                await world.passes(10 * SECOND, SECOND)
                self.assertTrue(world.keeper.is_awaited())
                await world.passes((known_ms or MINUTE) - 10 * SECOND, SECOND)
                self.assertFalse(world.keeper.is_awaited())

            World().play(scenario)

    def test_for_no_moment_where_there_is_some_time(self):
        self.assertFalse(World(TRUE_UTC_MS).keeper.is_awaited())


class TestAddresses(unittest.TestCase):
    """What the client asks when a host's address denies. `denies`: which do."""

    def setUp(self):
        self.asked, self.found, self.silent, self.denies = [], [], [], ["192.0.2.1"]
        self.really = sntp_client.datagrams.exchange, sntp_client.socket

        class Names:
            def getaddrinfo(self, host, port):
                return [(2, 2, 0, "", (host, port))]

        async def exchange(address, ask, take, most, size):
            ask()
            self.asked.append(address[0])
            if address[0] in self.silent:
                raise OSError(110)
            if address[0] in self.denies:
                raise SntpError("no questions", "DENY")
            return Answer(TRUE_UTC_MS, 0, 0)

        sntp_client.datagrams.exchange, sntp_client.socket = exchange, Names()

    def tearDown(self):
        sntp_client.datagrams.exchange, sntp_client.socket = self.really

    def asks(self, count):
        """The kisses and addresses of so many exchanges."""

        async def find(host):
            return [self.found.pop(0) if self.found else "192.0.2.1"]

        async def main():
            client, told = sntp_client.SntpClient("pool", 123, lambda: 0, bytes, find), []
            for _ in range(count):
                try:
                    await client.ask(0)
                    told.append("")
                except SntpError as fault:
                    told.append(fault.kiss)
            return told

        return asyncio.run(main())

    def test_another_address_of_the_name_is_asked_at_once(self):
        self.found = ["192.0.2.1", "192.0.2.2"]
        self.assertEqual(self.asks(3), ["DENY", "", ""])
        self.assertEqual(self.asked, ["192.0.2.1", "192.0.2.2", "192.0.2.2"])

    def test_where_each_of_two_denies_neither_is_asked_before_its_day_is_over(self):
        self.denies = ["192.0.2.1", "192.0.2.2"]
        self.found = self.denies * 30
        self.assertEqual(self.asks(48), ["DENY"] * 48)
        self.assertEqual(self.asked, self.denies)

    def test_one_that_is_silent_beside_it_does_not_have_it_asked_again(self):
        self.silent = ["192.0.2.2"]
        self.found = ["192.0.2.1", "192.0.2.2", "192.0.2.1", "192.0.2.2"] * 3
        self.asks(12)
        self.assertEqual(self.asked.count("192.0.2.1"), 1)

    def test_the_only_one_is_asked_once_a_day(self):
        self.assertEqual(self.asks(50), ["DENY"] * 50)
        self.assertEqual(self.asked, ["192.0.2.1"] * 3)
