"""What the application needs of the world, as small protocols; holds no code that runs.

Imported under TYPE_CHECKING only. What a board brings (board_contract.py) satisfies these, and
every test double does too. Units are in the names; times are integers.
"""

from micropython import const

TYPE_CHECKING = const(False)  # type checkers take the branch all the same; mpy-cross drops it
if TYPE_CHECKING:
    from typing import Callable, Protocol

    from wattseal.core.reading import Identity, Reading
    from wattseal.store_contracts import Audit as Audit
    from wattseal.store_contracts import Checkpoints as Checkpoints
    from wattseal.store_contracts import History as History
    from wattseal.store_contracts import Journal as Journal
    from wattseal.store_contracts import RawFlash as RawFlash

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
        """A line to a meter bus. Whoever calls waits, in wall time; `sending` alone may hold."""

        def send(self, data: "bytes | bytearray | memoryview") -> int:
            """Begin to send; ms after which `sending` is worth a call. OSError."""
            ...

        def sending(self) -> int:
            """Ms until the next call; 0: the last bit is out and the RS-485 direction released.

            It may hold for the last 10 ms of a frame. OSError: nothing is being sent any more.
            """
            ...

        def stop(self) -> None:
            """Give up sending; the direction is released."""
            ...

        def receive(self, buffer: memoryview, most: int) -> int:
            """Put what has come in `buffer`, so many bytes at most; return how many. OSError."""
            ...

        def nap_ms(self, missing: int, waited_ms: int) -> int:
            """After which time a look is worth it, for so many bytes and after so long a wait."""
            ...

    class MeterSerial(Serial, Protocol):
        """A serial line whose settings can be changed, by whoever looks for a meter."""

        def set_line(self, baud: int, parity: str, stop_bits: int) -> bool:
            """From now on; parity "N", "E", "O". False: it has no settings. OSError: not these."""
            ...

    class Uplink(Protocol):
        """A serial line to a gateway that has the network."""

        async def write(self, data: "bytes | bytearray | memoryview") -> None:
            """Return once everything is on its way. OSError."""
            ...

        async def read_into(self, buffer: memoryview, timeout_ms: int) -> int:
            """Wait for at least one byte; return how many were put in `buffer`, 0 on silence."""
            ...

        async def send_break(self) -> None:
            """Hold the line low for longer than a character, behind all that was written."""
            ...

    class Watcher(Protocol):
        """Whoever wants to know of a change; an asyncio.Event is one."""

        def set(self) -> None: ...

    class Inputs(Protocol):
        """The charge point's side of each connector: plug, pilot, offer, identification."""

        beats: int  # goes up as long as the inputs are looked at
        resting: bool  # they tell of themselves, nobody has to look

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

        def watch(self, connector: int, changed: Watcher) -> None:
            """Set `changed` whenever an input of `connector` changes."""
            ...

    class Controls(Protocol):
        """What a reader or local controller may ask of a connector."""

        def present(self, connector: int, it: str, il: str, data: str) -> None: ...
        def request_stop(self, connector: int, tx: str) -> None: ...

    class Lines(Protocol):
        async def read_line(self) -> bytes:
            """The next line that somebody typed or sent, without its end; b"" for one too long."""
            ...

    class Contactor(Protocol):
        """Switches the energy of a connector. Open after every reset."""

        def close(self, connector: int) -> None: ...
        def open(self, connector: int) -> None: ...

    class Lamp(Protocol):
        """One light that a person sees."""

        def show(self, lit: bool) -> None: ...

    class Signer(Protocol):
        """Signs with the device's P-256 key, which never leaves it."""

        device_id: str
        counts: "dict[str, int]"  # what was wrong with it, by cause
        patient: bool  # a reset does not help: no fault of computing is worth one

        def public_key(self) -> bytes:
            """64 bytes: x and y, big-endian."""
            ...

        async def prove(self) -> None: ...  # once, that the key is good. KeyFault

        def fresh(self, purpose: bytes) -> bytes:
            """32 bytes that nobody can guess who has not the key."""
            ...

        def derived(self, label: bytes) -> bytes:
            """32 bytes, for one use that `label` names; always the same, until the key is new."""
            ...

        async def agree(self, public_key: bytes) -> "tuple[bytes, bytes]":
            """(what the owner of `public_key` needs to find the key, a fresh key). KeyFault."""
            ...

        async def sign(self, message: bytes) -> bytes:
            """DER signature over SHA-256 of `message`; yields between steps. KeyFault."""
            ...

    class Link(Protocol):
        """The network below the sockets: Wi-Fi, Ethernet, or a host's own."""

        @property
        def name_server(self) -> "Callable[[], str] | None": ...  # as DHCP told; None: the host's
        def is_up(self) -> bool: ...
        async def up(self) -> None: ...  # returns once there is an address; cancel it to stop

    class Watchdog(Protocol):
        def feed(self) -> None: ...  # and start it, where it does not run yet
        def feed_running(self) -> None:
            """While the firmware starts: nothing where it does not run yet."""
            ...

    class Meter(Protocol):
        """One energy meter; a driver turns its protocol into Readings."""

        async def read(self) -> Reading:
            """Taken now. Raises MeterFault."""
            ...

        async def identify(self) -> Identity:
            """As the meter reports it. MeterFault."""
            ...

    class PulseMeter(Meter, Protocol):
        """A meter whose register this device keeps."""

        counts: "dict[str, int]"  # what went wrong, by cause

        def take_break(self) -> str:
            """Why nothing can be booked across this moment, once; "" while everything can."""
            ...

    class PulseCounter(Protocol):
        """Counts the pulses of one S0 input without the processor, each once.

        A pulse and the rest before it are steady for a shortest time; what is shorter is a bounce.
        """

        modulus: int  # the count goes on from 0 there

        def count(self) -> int:
            """From 0 at the start. Reading it loses and invents none."""
            ...

        def held(self) -> bool:
            """A pulse is on, or the input is stuck."""
            ...
