"""A serial line inside this machine on which meters hear only what is sent as they are set.

A real meter is deaf to another baud or parity, and to another's unit; a pty has neither. What the
device's end is set to can be read from the other side: a pty keeps the baud, whether there is a
parity to check, and which.
"""

import os
import termios

from tools.serial_line import SerialLine

_SPEEDS = {
    getattr(termios, f"B{baud}"): baud
    for baud in (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200)
}


class OwnLine(SerialLine):
    """`settings`: baud and parity of the meters ("N", "E", "O"); `units`: those they answer to."""

    def __init__(self, settings: tuple[int, str], units: list[int]) -> None:
        super().__init__()
        self._settings, self._units = settings, units
        self._device = self._pairs[1][0]
        self.asked: tuple[int, str] | None = None  # the settings of the newest request

    def _device_settings(self) -> tuple[int, str]:
        """What the device has set its end to."""
        told = termios.tcgetattr(self._device)
        odd, checked = told[2] & termios.PARODD, told[0] & termios.INPCK
        return _SPEEDS.get(told[5], 0), "O" if odd else "E" if checked else "N"

    def _pump(self, source: int, target: int) -> None:
        if source != self._device:
            super()._pump(source, target)
            return
        try:
            data = os.read(source, 4096)
        except BlockingIOError:
            return
        self.asked = self._device_settings()
        if self.asked == self._settings and data and data[0] in self._units:
            os.write(target, data)
