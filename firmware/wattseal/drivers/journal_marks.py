"""Keeps the journal's cursor in two places; knows no segment.

Damage can take a folder of LittleFS back in time, and the records in it with it: the other folder
then still tells how far they went. Of a ring, it can take the cursor and the newest records.
"""

from micropython import const

from wattseal.core import journal_cursor

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.contracts import Checkpoints

_CURSOR = "cursor"


class Marks:
    """`own`: blobs of the journal's medium; `second`: of another one, None for none."""

    def __init__(self, own: "Checkpoints", second: "Checkpoints | None") -> None:
        self._own = own
        self._second = second

    def load(self, others: bool) -> "tuple[int, int] | None":
        """(acknowledged, highest ever durable), None for unknown. What cannot be read in one
        folder is in the other. OSError: in none, and no `others` tell which numbers are free."""
        cursor, refused = None, None
        for blobs in (self._own, self._second):
            try:
                if blobs:
                    found = journal_cursor.decode(blobs.load(_CURSOR))
                    cursor = journal_cursor.newer(cursor, found)
            except OSError as fault:
                refused = fault
        if cursor is None and refused and not others:
            raise refused
        return cursor

    def save(self, acked: int, highest: int) -> None:
        """In both places. OSError: not in both."""
        blob = journal_cursor.encode(acked, highest)
        try:
            self._own.save(_CURSOR, blob)
        finally:
            if self._second:
                self._second.save(_CURSOR, blob)

    def save_own(self, acked: int, highest: int) -> None:
        """An acknowledgement that only one place knows is at worst asked for again; the other one
        where the first refuses. OSError."""
        blob = journal_cursor.encode(acked, highest)
        try:
            self._own.save(_CURSOR, blob)
        except OSError:
            if self._second is None:
                raise
            self._second.save(_CURSOR, blob)
