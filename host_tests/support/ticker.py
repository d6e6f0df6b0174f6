"""A 100 Hz tick beside what is tested: how late it was by this process' own doing; MicroPython."""

import asyncio
import time

from run_queue import Lateness

_TICK_MS = 10


class Ticker(Lateness):
    async def run(self):
        while True:
            due_ms = time.ticks_add(time.ticks_ms(), _TICK_MS)
            await asyncio.sleep_ms(_TICK_MS)
            self.note(time.ticks_diff(time.ticks_ms(), due_ms))
