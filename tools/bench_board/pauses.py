"""Runs on the emulated board, in front of a script that wants it; measures nothing by itself."""

import asyncio
import time


class Pauses:
    """The longest time in which no other task had its turn."""

    def __init__(self):
        self.longest_us = 0
        self.running = True

    async def watch(self):
        seen = time.ticks_us()
        while self.running:
            await asyncio.sleep(0)
            now = time.ticks_us()
            self.longest_us = max(self.longest_us, time.ticks_diff(now, seen))
            seen = now
