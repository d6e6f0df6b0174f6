"""Virtual time on MicroPython: asyncio never waits, it jumps to the next moment something is due.

`install()` comes before anything imports `time` or asyncio. It takes the place of `time` in
sys.modules, of asyncio's task queue, whose C version reads the real ticks, and of its poll. The
ticks wrap as the interpreter's own do: after 2^30 ms on 32 bits. Streams and sockets do not work.
"""

import sys

FIRST_UTC_MS = 1795600000000
CLOCK = None  # the one there is, once it is installed


class VirtualTime:
    """What `import time` gives. `utc_ms`: what the ticks' 0 was, for those who ask for a date."""

    def __init__(self, real, utc_ms):
        self.ticks_diff = real.ticks_diff
        self.ticks_add = real.ticks_add
        self.gmtime = real.gmtime
        self.real_ticks_ms = real.ticks_ms
        # `from time import ticks_ms` takes no method
        self.ticks_ms, self.ticks_us, self.time = self._ticks_ms, self._ticks_us, self._time
        self.ticks = 0
        self._first_s = utc_ms // 1000
        self._passed_s = 0  # a small integer for 34 years, as UTC is none on 32 bits
        self.part_ms = utc_ms % 1000

    @property
    def utc_s(self):
        return self._first_s + self._passed_s

    def _ticks_ms(self):
        return self.ticks

    def _ticks_us(self):
        """Computing takes no time here, so that nothing that measures it ever gives way."""
        return 0

    def _time(self):
        return self.utc_s

    def sleep_ms(self, ms):
        """Nobody else runs meanwhile."""
        self.pass_by(ms)

    def pass_by(self, ms):
        """No whole number of milliseconds since the start is kept: it would be a big integer."""
        self.ticks = self.ticks_add(self.ticks, ms)
        part_ms = self.part_ms + ms
        self._passed_s += part_ms // 1000
        self.part_ms = part_ms % 1000


class TaskQueue:
    """Tasks by the ticks at which they are due; of the same ticks the first one comes first."""

    def __init__(self):
        self._tasks = []

    def peek(self):
        return self._tasks[0] if self._tasks else None

    def push(self, task, key=None):
        task.data = None
        task.ph_key = CLOCK.ticks if key is None else key
        tasks, diff, key = self._tasks, CLOCK.ticks_diff, task.ph_key
        at, count = 0, len(tasks)
        while at < count and diff(tasks[at].ph_key, key) <= 0:
            at += 1
        if at == count:
            tasks.append(task)
        else:
            tasks.insert(at, task)

    def pop(self):
        return self._tasks.pop(0)

    def remove(self, task):
        self._tasks.remove(task)


class Task:
    """asyncio's, as extmod/asyncio/task.py of MicroPython has it where there is none in C."""

    def __init__(self, coro, _=None):
        self.coro = coro
        self.data = None
        self.state = True
        self.ph_key = 0

    def __iter__(self):
        if not self.state:
            self.state = False
        elif self.state is True:
            self.state = TaskQueue()
        elif type(self.state) is not TaskQueue:
            raise RuntimeError("can't wait")
        return self

    def __next__(self):
        if not self.state:
            raise self.data
        core = sys.modules["asyncio.core"]
        self.state.push(core.cur_task)
        core.cur_task.data = self

    def done(self):
        return not self.state

    def cancel(self):
        if not self.state:
            return False
        core = sys.modules["asyncio.core"]
        if self is core.cur_task:
            raise RuntimeError("can't cancel self")
        while isinstance(self.data, Task):
            self = self.data
        if hasattr(self.data, "remove"):
            self.data.remove(self)
            core._task_queue.push(self)
        elif CLOCK.ticks_diff(self.ph_key, CLOCK.ticks) > 0:
            core._task_queue.remove(self)
            core._task_queue.push(self)
        self.data = core.CancelledError
        return True


class Jump:
    """asyncio's poll: what it would wait passes at once."""

    map = ()

    def wait_io_event(self, dt):
        if dt > 0:
            CLOCK.pass_by(dt)
        elif dt < 0:
            raise RuntimeError("every task waits for another one")

    def remove(self, task):
        raise RuntimeError("nothing waits for a stream here")


class _Parts:
    """What stands in for the module `_asyncio`."""

    TaskQueue = TaskQueue
    Task = Task


def install(utc_ms=FIRST_UTC_MS):
    """Once for an interpreter; later calls give the same clock."""
    global CLOCK
    if CLOCK is None:
        if "asyncio" in sys.modules or "asyncio.core" in sys.modules:
            raise RuntimeError("virtual_time must be installed before asyncio is imported")
        import time

        CLOCK = VirtualTime(time, utc_ms)
        sys.modules["time"] = CLOCK
        sys.modules["_asyncio"] = _Parts
        import asyncio

        core = sys.modules["asyncio.core"]
        core.IOQueue = Jump
        asyncio.new_event_loop()
    return CLOCK
