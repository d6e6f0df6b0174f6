"""What the application needs of a store, as small protocols; holds no code that runs.

Imported under TYPE_CHECKING only, through contracts.py.
"""

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable, Protocol

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
        def first(self) -> int:
            """No record with a number below is here any more."""
            ...

        @property
        def lost(self) -> "list[int]":
            """Unacknowledged sequence numbers whose frame failed its CRC."""
            ...

        @property
        def room_bytes(self) -> int:
            """Frames that still fit for certain, counting what acknowledged ones would free."""
            ...

        @property
        def heal(self) -> "Callable[[], bool]":
            """Try a piece of the medium again that has failed. True: there is more room."""
            ...

    class History(Protocol):
        """What the journal still holds, acknowledged or not. `stays()`: from which record on all
        is kept for as long as there is room."""

        stays: "Callable[[], int]"

        @property
        def next(self) -> int: ...

        def read(self, sequence: int) -> "tuple[int, bytes] | None":
            """As Journal's."""
            ...

        def scan_all(
            self, take: "Callable[[int, int, bytes], object]", feed: "Callable[[], None]"
        ) -> None:
            """`take(kind, sequence, payload)` for each good frame, oldest first. OSError.

            `feed()`, a watchdog's, often enough for one that is full."""
            ...

    class Checkpoints(Protocol):
        """Small named blobs, each replaced as a whole or not at all. All raise OSError."""

        def save(self, name: str, blob: bytes) -> None: ...

        def load(self, name: str) -> "bytes | None": ...

        def damaged(self, name: str) -> bool:
            """What `load` gives may not be what was saved last: flash has lost something."""
            ...

        def remove(self, name: str) -> None: ...

    class Audit(Protocol):
        """Takes down what an auditor is to see (core.audit_chain). `counts`: for `status`."""

        counts: "dict[str, int]"

        def note(
            self, what: str, obj: str = "", old: str = "", new: str = "", who: str = "device"
        ) -> None:
            """Never waits and never fails: durable soon, and before the next record is signed.

            `what`: a word; `obj`: to what, a record's id or a number; `old`, `new`: a short hash,
            a number or a word. Never a person, an identification or a secret."""
            ...

        async def head(self) -> str:
            """Number and mac's beginning of the newest entry, once all that was noted is durable
            or refused."""
            ...

    class RawFlash(Protocol):
        """NOR flash without a file system: programming only clears bits. All raise OSError."""

        sector_bytes: int  # what is erased at once
        sectors: int

        def read_into(self, at: int, buffer: "bytearray | memoryview") -> None: ...

        def program(self, at: int, data: "bytes | bytearray | memoryview") -> None:
            """Anywhere, of any length; what is around it stays."""
            ...

        def erase(self, sector: int) -> None:
            """To FF."""
            ...
