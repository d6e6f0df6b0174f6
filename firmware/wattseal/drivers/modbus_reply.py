"""What is heard behind a Modbus request, until that is its reply or none comes; asks nothing.

Allocates nothing in steady state.
"""

import time

from micropython import const

from wattseal.core import modbus
from wattseal.drivers.modbus_doubt import SILENCE_MS

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.core.modbus import Framing
    from wattseal.drivers.modbus_wait import Wait

FRAME_BYTES = const(260)  # the longest frame, of Modbus TCP
_CHARACTER_MS = const(10)  # on the slowest line, 1200 baud with parity
_BEHIND_BYTES = const(8)
_GLITCH_BYTES = const(2)
_OVER = const(-1)  # ms: there is nothing to wait for any more


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
    """`begin`, then `step` until that is negative: `reason` is what came, by its counter's name.

    `request`: the buffer with the frame that was sent; `buffer`: the reply's. `latency_ms`: of the
    newest reply, how long after the request it began. `strays`: bytes of a glitch behind it.
    """

    def __init__(
        self, framing: "Framing", request: bytearray, wait: "Wait", counters: "dict[str, int]"
    ) -> None:
        self._framing = framing
        self._request = request
        self._wait = wait
        self._counters = counters
        self.buffer = bytearray(FRAME_BYTES)
        self._view = memoryview(self.buffer)
        self._registers = Prefixes(self._view[framing.AT + 2 :])
        # Where what follows a first piece comes to: a view of its place would be allocated.
        self.view = memoryview(bytearray(FRAME_BYTES))
        self.reason = ""
        self.latency_ms = self.strays = 0
        self._count = 0  # bytes that are here
        self._awaited = 0  # how many more
        self._echo_bytes = 0  # 0 once the echo is behind us
        self._echoes = 0  # dropped so far
        self._asked_bytes = self._asked_ms = self._timeout_ms = 0  # of the request

    def begin(self, asked_bytes: int, asked_ms: int, timeout_ms: int) -> int:
        """A frame of so many bytes was out at the ticks `asked_ms`. Ms until the first step."""
        self._asked_bytes = self._echo_bytes = asked_bytes
        self._asked_ms = asked_ms
        self._timeout_ms = timeout_ms
        self._count = self.strays = 0
        self._awaited = self._missing()
        return self._go_on(time.ticks_diff(time.ticks_ms(), asked_ms))

    def step(self) -> int:
        """Take what has come of an echo or the reply. Ms until the next step, or less. OSError.

        What follows a first piece is put to it from `view`.
        """
        missing = self._awaited
        room = self.view if self._count else self._view
        got = self._wait.take(room, min(missing, FRAME_BYTES - self._count))
        if not got:
            nap_ms = self._wait.nap_ms(missing)
            return self._judge() if nap_ms < 0 else nap_ms
        elapsed_ms = time.ticks_diff(self._wait.heard_ms, self._asked_ms)
        if not self._count:
            self.latency_ms = elapsed_ms
        self._put(got)
        if elapsed_ms >= self._timeout_ms and elapsed_ms >= self._limit_ms():
            return self._judge()
        self._awaited = self._missing()
        if not self._awaited:
            return self._look_behind()
        nap_ms = self._go_on(elapsed_ms)
        # All that was known to be missing has come, so that more may be here already.
        return min(nap_ms, 0) if got == missing else nap_ms

    def cut(self) -> bool:
        """Whether a frame began and did not end."""
        return self._count > 0 and self._missing() > 0

    def registers(self, count: int) -> memoryview:
        """The bytes of so many registers in a checked reply to a read."""
        return self._registers.of(2 * count)

    def _limit_ms(self) -> int:
        """After which a reply is over though bytes drip for ever."""
        return self._timeout_ms + _CHARACTER_MS * (self._asked_bytes + self._expected())

    def _go_on(self, elapsed_ms: int) -> int:
        """Wait for what is missing."""
        if self._count == FRAME_BYTES:  # noise may tell of a longer frame than there is
            return self._judge()
        most_ms = SILENCE_MS if self._count else self._timeout_ms - elapsed_ms
        return self._wait.begin(most_ms, self._awaited) if most_ms > 0 else self._judge()

    def _look_behind(self) -> int:
        """The frame is whole. What stands behind it spoils it, but for the glitch of a transceiver
        that lets go of the line; a numbered one has its length."""
        if self._framing.NUMBERED:
            return self._judge()
        heard, whole = self._wait.take(self.view, _BEHIND_BYTES), self._expected()
        # A refusal is shorter than what was awaited: what is behind it may have come with it.
        behind = self._count - whole + heard
        glitch = _is_glitch(self.buffer, whole, self._count) and _is_glitch(self.view, 0, heard)
        wrong_length = modbus.VERDICTS[modbus.WRONG_LENGTH]
        if behind > _GLITCH_BYTES or not glitch:
            self.reason = wrong_length
            return _OVER
        self._count = whole
        over = self._judge()
        if behind and self.reason == modbus.VERDICTS[modbus.BAD_CRC]:
            self.reason = wrong_length
        else:
            self.strays = behind
            self._counters["stray"] += behind
        return over

    def _judge(self) -> int:
        verdict = self._framing.check(self._request, self.buffer, self._count)
        if verdict == modbus.LATE:
            self._counters["late"] += 1
            return self.begin(self._asked_bytes, self._asked_ms, self._timeout_ms)
        self.reason = modbus.VERDICTS[verdict] if self._count else "timeout"
        return _OVER

    def _expected(self) -> int:
        """The frame's bytes, as far as those that are here tell."""
        return self._framing.expected(self._request, self.buffer, self._count)

    def _missing(self) -> int:
        """How many bytes are still to come.

        A reply may be shorter than the request: so far it is the beginning of an echo.
        """
        count = self._count
        missing = self._expected() - count
        if missing <= 0 < count < self._echo_bytes and self._repeats(count):
            return self._echo_bytes - count
        return max(0, missing)

    def _put(self, got: int) -> None:
        """So many more bytes have come. An echo is dropped as soon as it is whole."""
        buffer, count = self.buffer, self._count
        if count:
            view = self.view
            for i in range(got):
                buffer[count + i] = view[i]
        self._count = count = count + got
        if count >= self._echo_bytes > 0:
            if self._is_echo():
                self._drop_echo()
            self._echo_bytes = 0

    def _drop_echo(self) -> None:
        self._echoes += 1
        self._counters["echo"] = self._echoes
        buffer, echo_bytes = self.buffer, self._echo_bytes
        self._count -= echo_bytes
        for i in range(self._count):
            buffer[i] = buffer[echo_bytes + i]

    def _is_echo(self) -> bool:
        """The transceiver's own receiver was on: the request comes back byte for byte.

        So does the good reply to a write of one register: that is an echo only on a line that
        has been heard echoing.
        """
        if self._request[self._framing.AT] == modbus.WRITE_ONE and not self._echoes:
            return False
        return self._repeats(self._echo_bytes)

    def _repeats(self, count: int) -> bool:
        same = 0  # not all(): its generator would be allocated
        while same < count and self.buffer[same] == self._request[same]:
            same += 1
        return same == count


def _is_glitch(data: "bytearray | memoryview", at: int, end: int) -> bool:
    """No frame begins so: units are 1 to 247."""
    while at < end and (data[at] == 0x00 or data[at] == 0xFF):
        at += 1
    return at == end
