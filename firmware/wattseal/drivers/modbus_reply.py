"""The bytes of one Modbus reply while they come: how many are missing, and whose echo is first.

Reads no line. Allocates nothing in steady state, but for the view of each further piece of a reply
that comes in several.
"""

from micropython import const

from wattseal.core import modbus

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.core.modbus import Framing

FRAME_BYTES = const(260)  # the longest frame, of Modbus TCP


class Prefixes:
    """The first bytes of a buffer as views, each length made once: a slice would allocate."""

    def __init__(self, whole: memoryview) -> None:
        self._whole = whole
        self._made: dict[int, memoryview] = {}

    def of(self, count: int) -> memoryview:
        view = self._made.get(count)
        if view is None:
            view = self._made[count] = self._whole[:count]
        return view


class Reply:
    """`request`: the buffer with the frame that was sent. `count`: bytes that are here."""

    def __init__(self, framing: "Framing", request: bytearray) -> None:
        self._framing = framing
        self._request = request
        # No more is ever missing than a frame has, and an echo that is here is part of that.
        self.buffer = bytearray(FRAME_BYTES)
        self.view = memoryview(self.buffer)
        self._beginnings = Prefixes(self.view)
        self._registers = Prefixes(self.view[framing.AT + 2 :])
        self.count = 0
        self._asked_bytes = 0
        self._echo_bytes = 0  # 0 once the echo is behind us
        self.echoes = 0  # dropped so far

    def begin(self, asked_bytes: int) -> None:
        """Wait for the reply to a frame of so many bytes."""
        self.count = 0
        self._asked_bytes = self._echo_bytes = asked_bytes

    def expected(self) -> int:
        """The frame's bytes, as far as those that are here tell."""
        return self._framing.expected(self._request, self.buffer, self.count)

    def missing(self) -> int:
        """How many bytes are still to come.

        A reply may be shorter than the request: so far it is the beginning of an echo.
        """
        missing = self.expected() - self.count
        if missing <= 0 < self.count < self._echo_bytes and self._repeats(self.count):
            return self._echo_bytes - self.count
        return max(0, missing)

    def room(self) -> memoryview:
        """Where the missing bytes belong."""
        missing = self.missing()
        if self.count:
            return self.view[self.count : self.count + missing]
        return self._beginnings.of(missing)

    def take(self, got: int) -> None:
        """So many more bytes are in `room`. An echo is dropped as soon as it is whole."""
        self.count += got
        if self._echo_bytes and self._is_echo():
            self.echoes += 1
            self.count -= self._echo_bytes
            for i in range(self.count):
                self.buffer[i] = self.buffer[self._echo_bytes + i]
            self._echo_bytes = 0

    def registers(self, count: int) -> memoryview:
        """The bytes of so many registers in a checked reply to a read."""
        return self._registers.of(2 * count)

    def _is_echo(self) -> bool:
        """The transceiver's own receiver was on: the request comes back byte for byte.

        So does the good reply to a write of one register: that is an echo only on a line that
        has been heard echoing.
        """
        if self._request[self._framing.AT] == modbus.WRITE_ONE and not self.echoes:
            return False
        return self.count >= self._echo_bytes and self._repeats(self._echo_bytes)

    def _repeats(self, count: int) -> bool:
        same = 0  # not all(): its generator would be allocated
        while same < count and self.buffer[same] == self._request[same]:
            same += 1
        return same == count
