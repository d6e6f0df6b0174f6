"""The chip's watchdog, which cannot be stopped once it runs; judges nothing itself."""

from machine import WDT


class ChipWatchdog:
    """contracts.Watchdog. Starts at the first `feed`.

    Started any earlier it would cut a long recovery of the journal short, at every boot anew.
    """

    def __init__(self, timeout_ms: int) -> None:
        self._timeout_ms = timeout_ms
        self._wdt = None

    def feed(self) -> None:
        if self._wdt is None:
            self._wdt = WDT(timeout=self._timeout_ms)
        self._wdt.feed()
