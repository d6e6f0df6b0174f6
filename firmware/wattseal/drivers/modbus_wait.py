"""One wait for bytes on a meter's line, by looks at it; sleeps through none of it itself."""

import time

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.contracts import Serial

_OVER = const(-1)  # ms: there is nothing to wait for any more


class Wait:
    """`begin`, then `take` behind each nap. `heard_ms`: ticks at which there was something."""

    def __init__(self, serial: "Serial") -> None:
        self._serial = serial
        self._begun_ms = self.heard_ms = time.ticks_ms()
        self._limit_ms = 0

    def begin(self, limit_ms: int, missing: int) -> int:
        """Wait at most so long for so many bytes; ms until the first look."""
        self._begun_ms = time.ticks_ms()
        self._limit_ms = limit_ms
        return min(self._serial.nap_ms(missing, 0), limit_ms)

    def take(self, buffer: memoryview, most: int) -> int:
        """Put what has come in `buffer`; how many bytes. OSError."""
        got = self._serial.receive(buffer, most)
        if got:
            self.heard_ms = time.ticks_ms()
        return got

    def nap_ms(self, missing: int) -> int:
        """A look has found nothing: ms until the next one, negative when it was the last."""
        waited_ms = time.ticks_diff(time.ticks_ms(), self._begun_ms)
        left_ms = self._limit_ms - waited_ms
        if left_ms <= 0:
            return _OVER
        return min(self._serial.nap_ms(missing, waited_ms), left_ms)
