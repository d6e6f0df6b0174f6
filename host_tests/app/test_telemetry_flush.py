"""When telemetry is written: 60 records, 4 KB or a minute, and while no meter is being asked."""

import asyncio
import unittest

import scratch_folder
from fakes import FakeClock, settle

from wattseal.drivers.telemetry import Telemetry


class TestWhenItIsWritten(unittest.TestCase):
    def play(self, scenario):
        async def main():
            clock, folder = FakeClock(), scratch_folder.on_host()
            telemetry = Telemetry(folder, clock, self.quiet)
            telemetry.open()
            task = asyncio.create_task(telemetry.run())
            await settle()
            try:
                await scenario(telemetry, clock)
            finally:
                task.cancel()
                telemetry.close()
                scratch_folder.remove(folder)

        self.quiets = 0
        asyncio.run(main())

    async def quiet(self):
        self.quiets += 1

    def test_a_record_waits_a_minute_at_most(self):
        async def scenario(telemetry, clock):
            telemetry.add(1, b"load")
            await clock.advance(59000)
            self.assertEqual((telemetry.next, self.quiets), (1, 0))
            await clock.advance(1000)
            self.assertEqual((telemetry.next, self.quiets), (2, 1))

        self.play(scenario)

    def test_sixty_records_or_4_kb_are_written_at_once(self):
        for size, count in ((10, 60), (700, 6)):

            async def scenario(telemetry, clock, size=size, count=count):
                for _ in range(count - 1):
                    telemetry.add(1, bytes(size))
                await clock.advance(1000)
                self.assertEqual(telemetry.next, 1)
                telemetry.add(1, bytes(size))
                await clock.advance(1000)
                self.assertEqual((telemetry.next, self.quiets), (count + 1, 1))

            self.play(scenario)
