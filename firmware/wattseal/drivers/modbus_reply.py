"""The bytes of one Modbus reply while they come: how many are missing, and whose echo is first.

Reads no line. Allocates nothing in steady state.
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
        self._view = memoryview(self.buffer)
        self._registers = Prefixes(self._view[framing.AT + 2 :])
        # Where what follows a first piece comes to: a view of its place would be allocated.
        self.piece = memoryview(bytearray(FRAME_BYTES))
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
        """Where what comes belongs before it is taken."""
        return self.piece if self.count else self._view

    def left_bytes(self) -> int:
        """How many more there is room for. Noise may tell of a longer frame than there is."""
        return FRAME_BYTES - self.count

    def take(self, got: int) -> None:
        """So many more bytes are in `room`. An echo is dropped as soon as it is whole."""
        if self.count:
            self._append(got)
        self.count += got
        if self._echo_bytes and self._is_echo():
            self.echoes += 1
            self.count -= self._echo_bytes
            for i in range(self.count):
                self.buffer[i] = self.buffer[self._echo_bytes + i]
            self._echo_bytes = 0

    def verdict(self) -> int:
        """On what is here, as core.modbus has it."""
        return self._framing.check(self._request, self.buffer, self.count)

    def registers(self, count: int) -> memoryview:
        """The bytes of so many registers in a checked reply to a read."""
        return self._registers.of(2 * count)

    def _append(self, got: int) -> None:
        buffer, piece, count = self.buffer, self.piece, self.count
        for i in range(got):
            buffer[count + i] = piece[i]

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
