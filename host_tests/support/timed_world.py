"""A time server's time and who keeps it, in virtual time; shared by the tests of both."""

import asyncio

from server_time import TRUE_UTC_MS, Kept, Link, SettableClock, TimeServer

from wattseal.app.timekeeper import Timekeeper

SECOND, MINUTE, HOUR, DAY = 1000, 60000, 3600000, 86400000


class World:
    def __init__(self, rtc_utc_ms=0, kept=None):
        self.clock = SettableClock(rtc_utc_ms)
        self.server = TimeServer(self.clock)
        self.link = Link()
        self.kept = kept or Kept()
        self.quiets = 0
        self.log = []
        self.keeper = Timekeeper(
            self.server, self.clock, self.link, self.kept, self.quiet, lambda limit: 0,
            self.log.append,
        )  # fmt: skip

    async def quiet(self):
        self.quiets += 1

    def play(self, scenario):
        async def main():
            task = asyncio.create_task(self.keeper.run())
            await scenario(self)
            task.cancel()

        asyncio.run(main())

    async def passes(self, ms, step_ms=10 * MINUTE):
        while ms > 0:
            await self.clock.advance(min(ms, step_ms))
            ms -= step_ms

    def error_ms(self):
        """By how much the clock is wrong."""
        return self.clock.utc_ms() - TRUE_UTC_MS - self.clock.ms

    def counts(self):
        return {name: count for name, count in self.keeper.counts.items() if count}
