"""When to ask a device once more for records that did not come; publishes nothing itself.

A device answers a request by sending at most MOST records, in order, beside all that is new.
"""

from tools.counting import Counting

MOST = 1000
_FIRST_PAUSE_S = 5.0
_LONG_S = 40.0  # the fourth
_LAST_PAUSE_S = 300.0  # a record that the device no longer has is asked for rarely, and for ever


class Asking:
    """`asked`: how many requests were made. `range`: what was asked for last, (0, 0): nothing."""

    def __init__(self) -> None:
        self.asked = 0
        self.range = (0, 0)
        self._at = 0  # the first record of it that was still wanting when we looked last
        self._since_s = 0.0  # when it came nearer last
        self._pause_s = _FIRST_PAUSE_S

    @property
    def is_in_vain(self) -> bool:
        """The device was asked several times, and nothing came."""
        return self.range != (0, 0) and self._pause_s >= _LONG_S

    def due(self, counting: Counting, status: dict, now_s: float) -> tuple[int, int] | None:
        """The range to ask for now, if any: a new one at once, the same one after a pause."""
        first, last = next(counting.gaps(status), (0, 0))
        if not first:
            self.range = (0, 0)
            return None
        is_new = not self.range[0] <= first <= self.range[1]
        if not is_new:
            if first > self._at:  # it is coming
                self._at, self._since_s, self._pause_s = first, now_s, _FIRST_PAUSE_S
            if now_s - self._since_s < self._pause_s:
                return None
        self._pause_s = _FIRST_PAUSE_S if is_new else min(2 * self._pause_s, _LAST_PAUSE_S)
        self.range = (first, min(last, first + MOST - 1))
        self._at, self._since_s = first, now_s
        self.asked += 1
        return self.range
