"""What keeping the time needs of a clock beyond contracts.Clock; holds no code that runs.

Imported under TYPE_CHECKING only.
"""

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Protocol

    from wattseal.contracts import Clock

    class SettableClock(Clock, Protocol):
        """Its `state` is what core.clock_state makes of these."""

        def set_utc_ms(self, utc_ms: int, synchronised: bool) -> None:
            """`synchronised`: by a server; else by a person. No step of `now_ms`."""
            ...

        def raise_floor(self, utc_s: int) -> None:
            """This time is known to be past: one before it is unknown."""
            ...

        def lower_floor(self, utc_s: int) -> None:
            """It was not: for somebody who is authenticated."""
            ...

        def is_possible(self, utc_ms: int) -> bool:
            """Not before the floor, and no lifetime after it."""
            ...

    class ClockFloor(Protocol):
        """UTC that is known to be past, kept over a power failure."""

        def load(self) -> int:
            """UTC second, 0 when none was kept."""
            ...

        def save(self, utc_s: int) -> None:
            """OSError."""
            ...
