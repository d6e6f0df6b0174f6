"""A plain UART, such as the one to a gateway that has the network; knows no meaning of a byte."""

import asyncio
import time

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from machine import UART

# A look at the UART costs an RP2040 half a millisecond, and somebody always waits on an uplink.
_UPLINK_POLL_MS = const(10)
_WRITE_POLL_MS = const(1)
_BUFFER_BYTES = const(1024)  # at 115,200 baud a tenth of it arrives between two looks


def open_uplink(uart_id: int, tx: int, rx: int, baud: int) -> "UartLine":
    """contracts.Uplink on a UART, 8N1. ValueError: no such UART."""
    from machine import UART, Pin

    uart = UART(
        uart_id, baudrate=baud, bits=8, parity=None, stop=1, tx=Pin(tx), rx=Pin(rx), timeout=0,
        txbuf=_BUFFER_BYTES, rxbuf=_BUFFER_BYTES,
    )  # fmt: skip
    return UartLine(uart, _UPLINK_POLL_MS)


class UartLine:
    """Reads and writes without ever waiting inside the UART's own calls."""

    def __init__(self, uart: "UART", poll_ms: int) -> None:
        self._uart = uart
        self._poll_ms = poll_ms

    async def write(self, data: "bytes | bytearray | memoryview") -> None:
        """Return once the last byte is in the driver's buffer."""
        view = memoryview(data)
        while view:
            view = view[self._uart.write(view) or 0 :]
            if view:
                await asyncio.sleep_ms(_WRITE_POLL_MS)

    async def read_into(self, buffer: memoryview, timeout_ms: int) -> int:
        """Wait for at least one byte; return how many were put in `buffer`, 0 on silence."""
        uart = self._uart
        start_ms = time.ticks_ms()
        while not uart.any():
            if time.ticks_diff(time.ticks_ms(), start_ms) >= timeout_ms:
                return 0
            await asyncio.sleep_ms(self._poll_ms)
        # Never more than is there: RP2 waits a character's time for each byte that is missing.
        return uart.readinto(buffer, min(uart.any(), len(buffer))) or 0

    def send_break(self) -> None:
        """Hold the line low for longer than a character, behind all that was written."""
        self._uart.sendbreak()
