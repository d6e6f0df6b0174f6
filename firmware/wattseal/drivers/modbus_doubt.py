"""The silence before a Modbus request: the gap, and no reply that may still come; asks nothing.

RTU frames have no number: a late reply would pass for the answer to a later question.
"""

import time

from micropython import const

from wattseal.drivers.modbus_fault import BusFault

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.drivers.modbus_wait import Wait

SILENCE_MS = const(50)  # ends a frame: ESP32's driver may hold bytes back for 10 characters
_GRID_MS = const(1000)  # after which a silent meter is asked again
_HOLD_MS = const(5)  # 3.5 characters at 9600 baud


class Doubt:
    """About the newest request without a good reply.

    Nothing is asked until it is given up and its meter's longest latency has passed; then the line
    must be silent. Its own unit rests longer, by the latency from then on, as far as a second
    allows: some meters are slower than they should be. Another unit need not wait for that, since
    a reply says whose it is.

    `scrap`: where what is heard before a request goes; it is counted in `counters`. `gap_ms`: the
    shortest there is. Before a request comes `begin`, then `step` until that is negative.
    """

    def __init__(
        self, wait: "Wait", scrap: memoryview, counters: "dict[str, int]", gap_ms: int
    ) -> None:
        self._wait = wait
        self._scrap = scrap
        self._counters = counters
        self._shortest_ms = gap_ms
        self._asked_ms = 0  # ticks; this and the next three are of the request in doubt
        self._doubted_unit = -1
        self._rest_ms = 0
        self._same_unit_ms = 0
        self._disturbed = False  # the line has not been silent since
        self._unit = self._gap_ms = 0  # of the next request
        self._begun_ms = self._limit_ms = 0

    def arise(self, unit: int, asked_ms: int, timeout_ms: int, latency_ms: int) -> None:
        """What was asked of `unit` at the ticks `asked_ms` has no good reply."""
        self._asked_ms = asked_ms
        self._doubted_unit = unit
        self._rest_ms = max(timeout_ms, latency_ms)
        spare_ms = max(0, _GRID_MS - latency_ms)
        self._same_unit_ms = max(self._rest_ms, timeout_ms + min(latency_ms, spare_ms))
        self._disturbed = True

    def disturb(self) -> None:
        """The line does not fall silent."""
        self._disturbed = True

    def begin(self, unit: int, gap_ms: int, timeout_ms: int) -> int:
        """Ms until the first step. What is heard may last `timeout_ms` longer than the rest.

        A rest as short as the gap holds and gives no way: what the meter before has set off would
        make the request late by all of its time.
        """
        self._unit = unit
        self._gap_ms = gap_ms = max(gap_ms, self._shortest_ms)
        self._begun_ms = now = time.ticks_ms()
        gap_left_ms = max(0, gap_ms - time.ticks_diff(now, self._wait.heard_ms))
        rest_ms = max(self._left_ms(now), min(gap_ms, gap_left_ms))
        self._limit_ms = rest_ms + timeout_ms
        nap_ms = self._wait.begin(rest_ms, len(self._scrap))
        if rest_ms > _HOLD_MS:
            return nap_ms
        time.sleep_ms(rest_ms)
        return 0

    def step(self) -> int:
        """Ms until the next step; negative: the request may leave. BusFault, OSError."""
        heard = self._wait.take(self._scrap, len(self._scrap))
        now = time.ticks_ms()
        if heard:
            return self._drain(now)
        nap_ms = self._wait.nap_ms(len(self._scrap))
        if nap_ms < 0:
            self._settle(now)
        return nap_ms

    def _drain(self, now: int) -> int:
        """Something was heard: wait for a silent line on which no late reply can come.

        One look at a time: a flood must not keep the other tasks from running.
        """
        self._counters["stray"] += 1
        if time.ticks_diff(now, self._begun_ms) >= self._limit_ms:
            raise BusFault("babble")
        rest_ms = max(self._left_ms(now), self._gap_ms, SILENCE_MS)
        return self._wait.begin(rest_ms, len(self._scrap))

    def _left_ms(self, now: int) -> int:
        """How long the request has to wait. Whoever waits looks for what came since."""
        longest_ms = 0
        if self._doubted_unit >= 0:
            same = self._unit == self._doubted_unit
            longest_ms = self._same_unit_ms if same else self._rest_ms
        # Ticks come round after some days without a request: never wait for them.
        left_ms = min(longest_ms - time.ticks_diff(now, self._asked_ms), longest_ms)
        if self._disturbed:
            silent_ms = time.ticks_diff(now, self._wait.heard_ms)
            left_ms = max(left_ms, min(SILENCE_MS - silent_ms, SILENCE_MS))
        return max(0, left_ms)

    def _settle(self, now: int) -> None:
        """The line has been silent for as long as the request's unit needs."""
        self._disturbed = False
        elapsed_ms = time.ticks_diff(now, self._asked_ms)
        if self._unit == self._doubted_unit or not 0 <= elapsed_ms < self._same_unit_ms:
            self._doubted_unit = -1
