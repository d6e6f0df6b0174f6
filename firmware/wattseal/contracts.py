"""What the application needs of the world, as small protocols; holds no code that runs.

Imported under TYPE_CHECKING only. Every board's `build()` returns objects that satisfy these, and
every test double does too. Units are in the names; times are integers.
"""

from micropython import const

TYPE_CHECKING = const(False)  # type checkers take the branch all the same; mpy-cross drops it
if TYPE_CHECKING:
    from typing import Protocol

    class Clock(Protocol):
        """Monotonic time, UTC and its state. Simulated time may run faster than the wall clock."""

        grid_ms: int  # spacing of the samples on this clock

        def now_ms(self) -> int:
            """Monotonic milliseconds since boot; never wraps, never steps back."""
            ...

        def utc_ms(self) -> int:
            """UTC in milliseconds since 1970."""
            ...

        def state(self) -> str:
            """OCMF time status of `utc_ms`: "U" unknown, "I" informative, "S" synchronised."""
            ...

        async def sleep_until(self, deadline_ms: int) -> None:
            """Return at or just after `deadline_ms` on `now_ms`'s scale."""
            ...

    class Serial(Protocol):
        """A serial line to a meter bus. Waiting is wall time, whatever the clock's speed."""

        async def write(self, data: "bytes | bytearray | memoryview") -> None:
            """Send everything and hold the RS-485 direction until the last bit is out. OSError."""
            ...

        async def read_into(self, buffer: memoryview, timeout_ms: int) -> int:
            """Wait for at least one byte; return how many were put in `buffer`, 0 on silence."""
            ...

        def discard(self) -> int:
            """Throw away what has been received; returns the number of bytes."""
            ...

    class Inputs(Protocol):
        """The charge point's side of each connector: plug, pilot, offer, identification."""

        def plugged(self, connector: int) -> bool: ...

        def requesting(self, connector: int) -> bool:
            """The car asks for energy (pilot state C or D)."""
            ...

        def offering(self, connector: int) -> bool:
            """The charger offers energy (PWM on, no load management pause)."""
            ...

        def identification(self, connector: int) -> "tuple[str, str, str] | None":
            """(OCMF IT, OCMF IL, the identification itself) presented since the last plug-in."""
            ...

        def stop_request(self, connector: int) -> str:
            """ "" or the OCMF TX of a requested end: "L" local, "R" remote, "A" abort."""
            ...

        def watch(self, connector: int, changed: "object") -> None:
            """Set the asyncio.Event `changed` whenever an input of `connector` changes."""
            ...

    class Contactor(Protocol):
        """Switches the energy of a connector. Open after every reset."""

        def close(self, connector: int) -> None: ...

        def open(self, connector: int) -> None: ...

    class Journal(Protocol):
        """The only queue of records: durable, append-only, one writer and one reader."""

        def append(self, kind: int, payload: bytes) -> int:
            """Durable when it returns the frame's sequence number. Raises JournalFull, OSError."""
            ...

        def read(self, sequence: int) -> "tuple[int, bytes] | None":
            """(kind, payload), or None for a frame that is gone or fails its CRC."""
            ...

        def ack(self, upto: int) -> None:
            """The receiver has every frame <= `upto`; moves the durable cursor, never back."""
            ...

        @property
        def next(self) -> int:
            """The sequence number the next append will get."""
            ...

        @property
        def oldest(self) -> int:
            """The oldest sequence number not yet acknowledged (`next` when there is none)."""
            ...

        @property
        def lost(self) -> "list[int]":
            """Unacknowledged sequence numbers whose frame failed its CRC."""
            ...

    class Signer(Protocol):
        """Signs with the device's P-256 key, which never leaves it."""

        device_id: str

        def public_key(self) -> bytes:
            """64 bytes: x and y, big-endian."""
            ...

        async def sign(self, message: bytes) -> bytes:
            """DER signature over SHA-256 of `message`; yields to other tasks between steps."""
            ...

    class Link(Protocol):
        """The network below the sockets: Wi-Fi, Ethernet, or a host's own."""

        def is_up(self) -> bool: ...

        async def up(self) -> None:
            """Return once there is an address. Retries for ever; cancel it to stop."""
            ...

    class Watchdog(Protocol):
        def feed(self) -> None: ...

    class Meter(Protocol):
        """One energy meter; a driver turns its protocol into Readings."""

        async def read(self) -> "object":
            """A core.reading.Reading taken now. Raises MeterFault."""
            ...

        async def identify(self) -> "object":
            """A core.reading.Identity as the meter reports it. MeterFault."""
            ...
