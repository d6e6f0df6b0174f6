"""How long a reply can still come to a request that has no good one; waits for nothing itself.

RTU frames have no number: a late reply would pass for the answer to a later question.
"""

from micropython import const

SILENCE_MS = const(50)  # ends a frame: ESP32's driver may hold bytes back for 10 characters


class Doubt:
    """The newest request without a good reply.

    Nothing is asked until it is given up and its meter's longest latency has passed; then the line
    must fall silent. Its own unit rests longer, by that latency once more: some meters are slower
    than they should be. Another unit's reply need not wait for that, the frame tells them apart.
    """

    def __init__(self) -> None:
        self.asked_ms = 0  # ticks
        self._unit = -1
        self._rest_ms = 0
        self._same_unit_ms = 0
        self._disturbed = False  # the line has not been silent since

    def arise(self, unit: int, asked_ms: int, timeout_ms: int, latency_ms: int) -> None:
        """What was asked of `unit` at the ticks `asked_ms` has no good reply."""
        self.asked_ms = asked_ms
        self._unit = unit
        self._rest_ms = max(timeout_ms, latency_ms)
        self._same_unit_ms = timeout_ms + latency_ms
        self._disturbed = True

    def disturb(self) -> None:
        """The line does not fall silent."""
        self._disturbed = True

    def left_ms(self, unit: int, elapsed_ms: int) -> int:
        """Silence that a request to `unit` needs before it, `elapsed_ms` after `asked_ms`."""
        longest_ms = 0
        if self._unit >= 0:
            longest_ms = self._same_unit_ms if unit == self._unit else self._rest_ms
        # Ticks come round after some days without a request: never wait for them.
        left_ms = min(longest_ms - elapsed_ms, longest_ms)
        return max(left_ms, SILENCE_MS if self._disturbed else 0)

    def settle(self, unit: int, elapsed_ms: int) -> None:
        """The line has been silent for as long as `unit` needs."""
        self._disturbed = False
        if unit == self._unit or not 0 <= elapsed_ms < self._same_unit_ms:
            self._unit = -1
