"""Waiting for streams in a chip's told time: asyncio's reader, MicroPython's RingIO, and turns."""

import asyncio


class StreamReader:
    """asyncio's, of anything with `any` and `read`."""

    def __init__(self, chip, stream):
        self.chip, self.stream = chip, stream

    def read(self, count):
        return Reading(self.chip, self.stream, count)


class Reading:
    """What `StreamReader.read` returns, for `wait_for_ms`."""

    def __init__(self, chip, stream, count):
        self.chip, self.stream, self.count = chip, stream, count

    async def until(self, end_us):
        self.chip.naps += 1
        while not self.stream.any():
            if self.chip.us >= end_us:
                raise asyncio.TimeoutError
            self.chip.pass_to_next(end_us)
            await asyncio.sleep(0)
        return self.stream.read(self.count)


class RingIO:
    """micropython.RingIO."""

    def __init__(self, size):
        self.size, self.data = size, b""

    def any(self):
        return len(self.data)

    def write(self, data):
        taken = data[: self.size - len(self.data)]
        self.data += taken
        return len(taken)

    def read(self, count):
        data, self.data = self.data[:count], self.data[count:]
        return data


class Turns:
    """A loop for several tasks in told time, in asyncio's place; `taken`: how many turns."""

    def __init__(self, chip):
        self.chip = chip
        self.tasks = []  # [coroutine, what it waits for]
        self.taken = 0
        chip.asyncio.sleep_ms = lambda ms: _Wait(self._at(chip.us + ms * 1000))
        chip.asyncio.StreamReader = lambda stream: _TurnReader(stream)

    def add(self, coroutine):
        self.tasks.append([coroutine, lambda: True])

    def close(self):
        for coroutine, _ in self.tasks:
            coroutine.close()

    def pass_ms(self, ms):
        end_us = self.chip.us + ms * 1000
        while True:
            self._take_all()
            if self.chip.us >= end_us:
                return
            self.chip.pass_to_next(min(end_us, self.chip.us + 1000))

    def _take_all(self):
        """Whoever is ready has a turn, until nobody is."""
        while ready := [task for task in self.tasks if task[1]()]:
            for task in ready:
                self.taken += 1
                task[1] = task[0].send(None)

    def _at(self, us):
        return lambda: self.chip.us >= us


class _Wait:
    def __init__(self, ready):
        self.ready = ready

    def __await__(self):
        yield self.ready


class _TurnReader:
    def __init__(self, stream):
        self.stream = stream

    async def read(self, count):
        await _Wait(self.stream.any)
        return self.stream.read(count)
