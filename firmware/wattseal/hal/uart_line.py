"""A plain UART, such as the one to a gateway that has the network; knows no meaning of a byte."""

import asyncio
import time

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from machine import UART

_POLL_MS = const(1)
_BUFFER_BYTES = const(1024)


def open_uplink(uart_id: int, tx: int, rx: int, baud: int) -> "UartLine":
    """contracts.Uplink on a UART, 8N1. ValueError: no such UART."""
    from machine import UART, Pin

    uart = UART(
        uart_id, baudrate=baud, bits=8, parity=None, stop=1, tx=Pin(tx), rx=Pin(rx), timeout=0,
        txbuf=_BUFFER_BYTES, rxbuf=_BUFFER_BYTES,
    )  # fmt: skip
    return UartLine(uart)


class UartLine:
    """Reads and writes without ever waiting inside the UART's own calls."""

    def __init__(self, uart: "UART") -> None:
        self._uart = uart

    async def write(self, data: "bytes | bytearray | memoryview") -> None:
        """Return once the last byte is in the driver's buffer."""
        view = memoryview(data)
        while view:
            view = view[self._uart.write(view) or 0 :]
            if view:
                await asyncio.sleep_ms(_POLL_MS)

    async def read_into(self, buffer: memoryview, timeout_ms: int) -> int:
        """Wait for at least one byte; return how many were put in `buffer`, 0 on silence."""
        uart = self._uart
        start_ms = time.ticks_ms()
        while not uart.any():
            if time.ticks_diff(time.ticks_ms(), start_ms) >= timeout_ms:
                return 0
            await asyncio.sleep_ms(_POLL_MS)
        # Never more than is there: RP2 waits a character's time for each byte that is missing.
        return uart.readinto(buffer, min(uart.any(), len(buffer))) or 0

    def send_break(self) -> None:
        """Hold the line low for longer than a character, behind all that was written."""
        self._uart.sendbreak()
