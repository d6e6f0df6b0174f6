"""A serial line inside this machine: two ptys and a pump between them; knows no protocol."""

import asyncio
import os
import tty


class SerialLine:
    """`meter_end` and `device_end` are paths that a program opens like a serial port."""

    def __init__(self) -> None:
        self._pairs = [os.openpty(), os.openpty()]
        for _, slave in self._pairs:
            tty.setraw(slave)
        for master, _ in self._pairs:
            os.set_blocking(master, False)
        self.meter_end, self.device_end = (os.ttyname(slave) for _, slave in self._pairs)

    def start(self) -> None:
        """Pump until `stop`; needs a running event loop."""
        (a, _), (b, _) = self._pairs
        loop = asyncio.get_running_loop()
        loop.add_reader(a, self._pump, a, b)
        loop.add_reader(b, self._pump, b, a)

    def stop(self) -> None:
        loop = asyncio.get_running_loop()
        for master, slave in self._pairs:
            loop.remove_reader(master)
            os.close(master)
            os.close(slave)

    def _pump(self, source: int, target: int) -> None:
        try:
            os.write(target, os.read(source, 4096))
        except BlockingIOError:
            pass  # a line loses what nobody reads
