"""A plain UART, such as the one to a gateway that has the network; knows no meaning of a byte."""

import asyncio
import time

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any

    from machine import UART

_BUFFER_BYTES = const(1024)
_HALF_BYTES = const(512)
_HALVES = const(4)  # more than a buffer takes
# Silence that ends what belongs together. Whoever gets a part of it may write to the flash, and an
# RP2040 that does is deaf: its FIFO holds 2.8 ms at 115,200 baud, a sector's erasing takes 45.
_SILENCE_MS = const(5)
_CHARACTER_BITS = const(10)  # 8N1


def open_uplink(uart_id: int, tx: int, rx: int, baud: int) -> "UartLine":
    """contracts.Uplink on a UART, 8N1. ValueError: no such UART."""
    from machine import UART, Pin

    uart = UART(
        uart_id, baudrate=baud, bits=8, parity=None, stop=1, tx=Pin(tx), rx=Pin(rx), timeout=0,
        txbuf=_BUFFER_BYTES, rxbuf=_BUFFER_BYTES,
    )  # fmt: skip
    return UartLine(uart, -(-_CHARACTER_BITS * 1000000 // baud))


def taken(uart: "UART", buffer: memoryview, most: int) -> int:
    """Put what has come in `buffer`, so many bytes at most; how many that were."""
    # Never more than is there: RP2 waits a character's time for each byte that is missing.
    count = min(uart.any(), most)
    return uart.readinto(buffer, count) or 0 if count else 0


def nap_ms(characters: int, character_us: int) -> int:
    """A nap through so many on the wire; it may begin within a tick and end at one."""
    return characters * character_us // 1000 + 2


class UartLine:
    """Reads and writes without ever waiting inside the UART's own calls.

    `character_us`: one character's time on the wire. Somebody always waits on an uplink, and a
    look at it from here costs an RP2040 half a millisecond: asyncio's own poll looks, in C.
    """

    def __init__(self, uart: "UART", character_us: int) -> None:
        self._uart = uart
        self._character_us = character_us
        self._half_ms = _HALF_BYTES * character_us // 1000
        self._sent_ms = time.ticks_ms()  # when what was written has left the driver's buffer
        self._reader: Any = asyncio.StreamReader(uart)

    async def write(self, data: "bytes | bytearray | memoryview") -> None:
        """Return once the last byte is in the driver's buffer.

        Never more at once than there is room for by the baud rate: what has none an RP2040's
        driver waits for in its own loop, character by character, whatever its timeout is. Behind
        an erase, which holds the line up too, it may wait for as long as that took.
        """
        view = memoryview(data)
        while view:
            left_ms = self._left_ms()
            if left_ms > self._half_ms:  # the buffer is more than half full
                await asyncio.sleep_ms(left_ms - self._half_ms)
                continue
            count = self._uart.write(view[:_HALF_BYTES]) or 0
            took_ms = left_ms + count * self._character_us // 1000 + 1
            self._sent_ms = time.ticks_add(time.ticks_ms(), took_ms)
            view = view[count:]
            if not count:  # the line is slower than its baud rate
                nap = nap_ms(min(len(view), _HALF_BYTES), self._character_us)
                await asyncio.sleep_ms(nap)

    def _left_ms(self) -> int:
        """Until the driver's buffer is empty, by the baud rate."""
        left_ms = time.ticks_diff(self._sent_ms, time.ticks_ms())
        # After days without a write the ticks have come round.
        return left_ms if 0 < left_ms <= _HALVES * self._half_ms else 0

    async def read_into(self, buffer: memoryview, timeout_ms: int) -> int:
        """Wait for at least one byte; return how many were put in `buffer`, 0 on silence."""
        uart = self._uart
        if not uart.any():
            try:
                await asyncio.wait_for_ms(self._reader.read(0), timeout_ms)
            except asyncio.TimeoutError:
                return 0
        enough = min(len(buffer), _HALF_BYTES)
        count = 0
        while count < uart.any() < enough:
            count = uart.any()
            await asyncio.sleep_ms(_SILENCE_MS)
        return taken(uart, buffer, len(buffer))

    async def send_break(self) -> None:
        """Hold the line low for longer than a character, behind all that was written.

        An RP2040's driver would not wait for that, and what is left would come behind it."""
        while not self._uart.txdone():
            await asyncio.sleep_ms(self._left_ms() + 1)
        self._uart.sendbreak()
