"""A UART and the direction pin of its RS-485 transceiver; knows nothing of what the bytes mean.

contracts.Serial on both chips. Whoever sends sleeps through a long frame and is held through its
last ten milliseconds: a meter may answer 3.5 characters after the request, and a direction pin
that waits for another task's turn would cut the answer's head off. Who waits for an answer sleeps
as long as it takes on the wire: an RP2040 needs half a millisecond for a look that finds nothing.
"""

import errno
import time

from machine import UART, Pin
from micropython import const

from wattseal.hal.uart_line import nap_ms, taken

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any

    from wattseal.core.settings import Bus

_HOLD_US = const(10000)  # eight bytes at 9600 baud with parity take 9.2 ms
_LATE_US = const(20000)  # a transmitter still busy this long after the frame's time is stuck
# Between two looks: a quarter of the time already waited, so that the pace is each meter's own.
_SHORTEST_MS = const(2)
_LONGEST_MS = const(20)
_FRAME_BYTES = const(256)  # Modbus over serial line V1.02, 2.3: the longest RTU frame
_PARITIES = {"N": None, "E": 0, "O": 1}


def open_line(uart_id: int, tx: int, rx: int, direction: int, bus: "Bus") -> "Rs485Line":
    """A line with `bus`'s baud, parity ("N", "E", "O") and stop_bits. ValueError: no such UART."""
    line = bus.baud, bus.parity, bus.stop_bits
    uart = UART(uart_id, tx=Pin(tx), rx=Pin(rx), **_settings(*line))
    return Rs485Line(uart, Pin(direction, Pin.OUT, value=0), _character_us(*line))


def _settings(baud: int, parity: str, stop_bits: int) -> "dict[str, Any]":
    """The buffers as well: RP2 makes them anew each time, of another size unless it is told."""
    return {
        "baudrate": baud, "bits": 8, "parity": _PARITIES[parity], "stop": stop_bits,
        "timeout": 0, "txbuf": _FRAME_BYTES, "rxbuf": 2 * _FRAME_BYTES,
    }  # fmt: skip


def _character_us(baud: int, parity: str, stop_bits: int) -> int:
    """Start bit, data, parity and stop bits on the wire."""
    return (9 + (parity != "N") + stop_bits) * 1000000 // baud


class Rs485Line:
    """`direction` high drives the bus; `character_us`: one character's time on the wire."""

    def __init__(self, uart: UART, direction: Pin, character_us: int) -> None:
        self._uart = uart
        self._direction = direction
        self._character_us = character_us
        self._begun_us = self._frame_us = 0  # of what is being sent

    def set_line(self, baud: int, parity: str, stop_bits: int) -> bool:
        """As the contract has it; what was received before is gone."""
        self._uart.init(**_settings(baud, parity, stop_bits))
        self._character_us = _character_us(baud, parity, stop_bits)
        return True

    def send(self, data: "bytes | bytearray | memoryview") -> int:
        """As the contract has it: the loop may sleep but for the last ten milliseconds."""
        self._direction.value(1)
        self._begun_us = time.ticks_us()
        sent = False
        try:
            sent = self._uart.write(data) == len(data)
        finally:
            if not sent:
                self.stop()
        if not sent:
            raise OSError(errno.EIO)
        self._frame_us = len(data) * self._character_us
        return max(0, self._frame_us - _HOLD_US) // 1000

    def sending(self) -> int:
        """As the contract has it; the direction is released within 2 ms of the last bit.

        Exact for frames of up to 10 ms; on a slower line another task's turn may add to it.
        """
        try:
            self._hold()
        finally:
            self.stop()
        return 0

    def stop(self) -> None:
        """The bus is no longer driven."""
        self._direction.value(0)

    def receive(self, buffer: memoryview, most: int) -> int:
        """As the contract has it."""
        return taken(self._uart, buffer, most)

    def nap_ms(self, missing: int, waited_ms: int) -> int:
        """As the contract has it: first the time that takes on the wire what is not here yet."""
        if not waited_ms:
            characters = min(missing, _FRAME_BYTES) - self._uart.any()
            return nap_ms(characters, self._character_us) if characters > 0 else 0
        return max(_SHORTEST_MS, min(waited_ms // 4, _LONGEST_MS))

    def _hold(self) -> None:
        """Return when the last bit is out."""
        while True:
            elapsed_us = time.ticks_diff(time.ticks_us(), self._begun_us)
            # Not before the frame's own time: ESP32's driver moves bytes to its FIFO in an
            # interrupt and would call a transmitter done that has not started.
            if elapsed_us >= self._frame_us and self._uart.txdone():
                return
            if elapsed_us > self._frame_us + _LATE_US:
                raise OSError(errno.ETIMEDOUT)
