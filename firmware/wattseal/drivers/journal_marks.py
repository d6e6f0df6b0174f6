"""Keeps the journal's cursor in two folders; knows no segment.

Damage can take a folder of LittleFS back in time, and the records in it with it: the other folder
then still tells how far they went.
"""

from micropython import const

from wattseal.core import journal_cursor

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.contracts import Checkpoints

_CURSOR = "cursor"


class Marks:
    """`own`: blobs of the journal's folder; `second`: of another one, None for none."""

    def __init__(self, own: "Checkpoints", second: "Checkpoints | None") -> None:
        self._own = own
        self._second = second

    def load(self) -> "tuple[int, int] | None":
        """(acknowledged, highest ever durable), None for unknown. OSError."""
        cursor = journal_cursor.decode(self._own.load(_CURSOR))
        if self._second:
            second = journal_cursor.decode(self._second.load(_CURSOR))
            cursor = journal_cursor.newer(cursor, second)
        return cursor

    def save(self, acked: int, highest: int) -> None:
        """In both folders. OSError."""
        self.save_own(acked, highest)
        if self._second:
            self._second.save(_CURSOR, journal_cursor.encode(acked, highest))

    def save_own(self, acked: int, highest: int) -> None:
        """An acknowledgement that only one folder knows is at worst asked for again. OSError."""
        self._own.save(_CURSOR, journal_cursor.encode(acked, highest))
