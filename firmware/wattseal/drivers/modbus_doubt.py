"""How long a reply can still come to a request that has no good one; waits for nothing itself.

RTU frames have no number: a late reply would pass for the answer to a later question.
"""

from micropython import const

SILENCE_MS = const(50)  # ends a frame: ESP32's driver may hold bytes back for 10 characters
_GRID_MS = const(1000)  # after which a silent meter is asked again


class Doubt:
    """The newest request without a good reply.

    Nothing is asked until it is given up and its meter's longest latency has passed; then the line
    must be silent. Its own unit rests longer, by the latency from then on, as far as a second
    allows: some meters are slower than they should be. Another unit need not wait for that, since
    a reply says whose it is.
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
        spare_ms = max(0, _GRID_MS - latency_ms)
        self._same_unit_ms = max(self._rest_ms, timeout_ms + min(latency_ms, spare_ms))
        self._disturbed = True

    def disturb(self) -> None:
        """The line does not fall silent."""
        self._disturbed = True

    def left_ms(self, unit: int, elapsed_ms: int, silent_ms: int) -> int:
        """How long a request to `unit` has to wait, `elapsed_ms` after `asked_ms`.

        `silent_ms`: for how long nothing was heard. Whoever waits looks for what came since.
        """
        longest_ms = 0
        if self._unit >= 0:
            longest_ms = self._same_unit_ms if unit == self._unit else self._rest_ms
        # Ticks come round after some days without a request: never wait for them.
        left_ms = min(longest_ms - elapsed_ms, longest_ms)
        if self._disturbed:
            left_ms = max(left_ms, min(SILENCE_MS - silent_ms, SILENCE_MS))
        return max(0, left_ms)

    def settle(self, unit: int, elapsed_ms: int) -> None:
        """The line has been silent for as long as `unit` needs."""
        self._disturbed = False
        if unit == self._unit or not 0 <= elapsed_ms < self._same_unit_ms:
            self._unit = -1
