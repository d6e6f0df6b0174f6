"""The silence before a Modbus request: the gap, and no late reply that may come; asks nothing."""

import time

from micropython import const

from wattseal.drivers.modbus_doubt import SILENCE_MS, Doubt
from wattseal.drivers.modbus_wait import OVER

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.drivers.modbus_wait import Wait

BABBLE = const(-2)  # in place of a number of milliseconds: the line does not fall silent
_HOLD_MS = const(5)  # 3.5 characters at 9600 baud


class Silence:
    """`begin`, then `step` until it is OVER, or BABBLE.

    `scrap`: where what is heard before a request goes; it is counted in `counters`. `gap_ms`: the
    shortest there is.
    """

    def __init__(
        self, wait: "Wait", scrap: memoryview, counters: "dict[str, int]", gap_ms: int
    ) -> None:
        self._wait = wait
        self._scrap = scrap
        self._counters = counters
        self._shortest_ms = gap_ms
        self.doubt = Doubt()
        self._unit = self._gap_ms = 0  # of the request
        self._begun_ms = self._limit_ms = 0

    def begin(self, unit: int, gap_ms: int, timeout_ms: int) -> int:
        """Ms until the first step. What is heard may last `timeout_ms` longer than the rest.

        A rest as short as the gap holds and gives no way: what the meter before has set off would
        make the request late by all of its time.
        """
        self._unit = unit
        self._gap_ms = gap_ms = max(gap_ms, self._shortest_ms)
        self._begun_ms = now = time.ticks_ms()
        gap_left_ms = max(0, gap_ms - time.ticks_diff(now, self._wait.heard_ms))
        rest_ms = max(self._doubt_ms(now), min(gap_ms, gap_left_ms))
        self._limit_ms = rest_ms + timeout_ms
        nap_ms = self._wait.begin(rest_ms, len(self._scrap))
        if rest_ms > _HOLD_MS:
            return nap_ms
        time.sleep_ms(rest_ms)
        return 0

    def step(self) -> int:
        """Ms until the next step; OVER: the request may leave. OSError."""
        heard = self._wait.look(self._scrap, len(self._scrap))
        now = time.ticks_ms()
        if heard:
            return self._drain(now)
        nap_ms = self._wait.nap_ms(len(self._scrap))
        if nap_ms == OVER:
            self.doubt.settle(self._unit, time.ticks_diff(now, self.doubt.asked_ms))
        return nap_ms

    def _drain(self, now: int) -> int:
        """Something was heard: wait for a silent line on which no late reply can come.

        One look at a time: a flood must not keep the other tasks from running.
        """
        self._counters["stray"] += 1
        if time.ticks_diff(now, self._begun_ms) >= self._limit_ms:
            return BABBLE
        rest_ms = max(self._doubt_ms(now), self._gap_ms, SILENCE_MS)
        return self._wait.begin(rest_ms, len(self._scrap))

    def _doubt_ms(self, now: int) -> int:
        doubt = self.doubt
        elapsed_ms = time.ticks_diff(now, doubt.asked_ms)
        return doubt.left_ms(self._unit, elapsed_ms, time.ticks_diff(now, self._wait.heard_ms))
