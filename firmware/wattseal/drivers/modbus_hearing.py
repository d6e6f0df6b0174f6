"""What is heard behind a Modbus request, until that is its reply or none comes; asks nothing."""

import time

from micropython import const

from wattseal.core import modbus
from wattseal.drivers.modbus_doubt import SILENCE_MS
from wattseal.drivers.modbus_wait import OVER

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.drivers.modbus_reply import Reply
    from wattseal.drivers.modbus_wait import Wait

_CHARACTER_MS = const(10)  # on the slowest line, 1200 baud with parity
_BEHIND_BYTES = const(8)


class Hearing:
    """`begin`, then `step` until it is OVER: `verdict` is that on the frame in `reply`.

    `numbered`: a reply tells to which request it belongs. `latency_ms`: of the newest reply, how
    long after the request it began.
    """

    def __init__(
        self, wait: "Wait", reply: "Reply", counters: "dict[str, int]", numbered: bool
    ) -> None:
        self._wait = wait
        self._reply = reply
        self._counters = counters
        self._numbered = numbered
        self._asked_bytes = self._asked_ms = self._timeout_ms = 0
        self.verdict = modbus.SHORT
        self.latency_ms = 0

    def begin(self, asked_bytes: int, asked_ms: int, timeout_ms: int) -> int:
        """A frame of so many bytes was out at the ticks `asked_ms`. Ms until the first step."""
        self._asked_bytes = asked_bytes
        self._asked_ms = asked_ms
        self._timeout_ms = timeout_ms
        self._reply.begin(asked_bytes)
        return self._await(timeout_ms - time.ticks_diff(time.ticks_ms(), asked_ms))

    def step(self) -> int:
        """Take what has come of an echo or the reply. Ms until the next step, or OVER. OSError."""
        reply = self._reply
        missing = reply.missing()
        got = self._wait.look(reply.room(), min(missing, reply.left_bytes()))
        if not got:
            nap_ms = self._wait.nap_ms(missing)
            return self._judge() if nap_ms == OVER else nap_ms
        elapsed_ms = time.ticks_diff(self._wait.heard_ms, self._asked_ms)
        if not reply.count:
            self.latency_ms = elapsed_ms
        reply.take(got)
        self._counters["echo"] = reply.echoes
        limit_ms = self._timeout_ms + _CHARACTER_MS * (self._asked_bytes + reply.expected())
        if elapsed_ms >= limit_ms:  # bytes that drip for ever
            return self._judge()
        if not reply.missing():
            return self._look_behind()
        if not reply.left_bytes():
            return self._judge()
        nap_ms = self._await(SILENCE_MS if reply.count else self._timeout_ms - elapsed_ms)
        # All that was known to be missing has come, so that more may be here already.
        return nap_ms if got < missing else min(nap_ms, 0)

    def _await(self, most_ms: int) -> int:
        """More of the reply, or its beginning."""
        return self._wait.begin(most_ms, self._reply.missing()) if most_ms > 0 else self._judge()

    def _look_behind(self) -> int:
        """The frame is whole. What stands behind it spoils it; a numbered one has its length."""
        if self._numbered or not self._wait.look(self._reply.piece, _BEHIND_BYTES):
            return self._judge()
        self.verdict = modbus.WRONG_LENGTH
        return OVER

    def _judge(self) -> int:
        self.verdict = self._reply.verdict()
        if self.verdict != modbus.LATE:
            return OVER
        self._counters["late"] += 1
        return self.begin(self._asked_bytes, self._asked_ms, self._timeout_ms)
