"""The chip's watchdog, which cannot be stopped once it runs; judges nothing itself."""

from machine import WDT


class ChipWatchdog:
    """contracts.Watchdog. `running`: start-up, or the life before a soft reset, has started it,
    and it is taken over; else it starts at the first `feed`, when everything has.
    """

    def __init__(self, timeout_ms: int, running: bool = False) -> None:
        self._timeout_ms = timeout_ms
        self._wdt = WDT(timeout=timeout_ms) if running else None

    def feed(self) -> None:
        if self._wdt is None:
            self._wdt = WDT(timeout=self._timeout_ms)
        self._wdt.feed()

    def feed_running(self) -> None:
        if self._wdt is not None:
            self._wdt.feed()
