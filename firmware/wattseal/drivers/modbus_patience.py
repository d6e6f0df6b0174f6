"""How long one meter's reply is waited for, by how fast it has been; knows no line.

Carlo Gavazzi documents replies within 500 ms, Orno's meters need 600 under load, most take 40.
"""

from micropython import const

_LEAST_MS = const(500)
_MARGIN_MS = const(500)
_TIMES = const(4)


class Patience:
    """max(500 ms, 4 x latency seen), at least what the model may take, at most 500 ms more.

    As long as nothing was seen it is that bound. After a silence it is what the model may take, or
    twice what the meter itself took, and no more: its line has to rest for that time anyway.
    """

    def __init__(self, latency_ms: int) -> None:
        self.latency_ms = latency_ms  # the model's longest
        self.seen_ms = 0  # the slowest reply, of late
        self._silent = False

    def timeout_ms(self) -> int:
        """For the next request."""
        bound_ms = self.latency_ms + _MARGIN_MS
        if self._silent:
            return min(max(self.latency_ms, 2 * self.seen_ms), bound_ms)
        if not self.seen_ms:
            return bound_ms
        return min(max(_LEAST_MS, self.latency_ms, _TIMES * self.seen_ms), bound_ms)

    def answered(self, latency_ms: int) -> None:
        """A whole frame of the meter began so long after its request's end."""
        self._silent = False
        # A slow reply counts at once and is forgotten slowly.
        self.seen_ms = max(latency_ms, self.seen_ms - (self.seen_ms >> 3), 1)

    def silent(self) -> None:
        """There was no reply."""
        self._silent = True
