"""Whether the journal can take one more session to its end; stores nothing, deletes nothing.

A session that begins needs two frames, its begin record and its one closing record; each session
that is open needs one, and nothing but end records may use that. A record is bounded at 6,144
bytes; in a bill payload it has escapes and an envelope, and a payload is bounded at 8,192. So the
largest frame is 8,192 + 15 = 8,207 bytes, and a start is taken only with

    room >= 8,207 * (frames promised to others + 2)

that is 16 KB for a lone connector, 74 KB with seven sessions open on the other seven of eight.
"""

from micropython import const

from wattseal.core import journal_frame

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.contracts import Journal

LARGEST_FRAME_BYTES = journal_frame.MAX_PAYLOAD + journal_frame.OVERHEAD
_SESSION_FRAMES = const(2)
_REFUSED = "no new session begins until a receiver acknowledges records"
_FREE = "cars are charged free, without a record, until a receiver acknowledges records"


class Reserve:
    """Promises frames before they are written, so that two starts cannot count on the same room.

    `free`: a start that finds no room is charged without a record, not refused. After a boot each
    connector may have a session to close: it is promised a frame until it has looked.
    """

    def __init__(self, journal: "Journal", connectors: "list[int]", free: bool) -> None:
        self._journal = journal
        self._promised = dict.fromkeys(connectors, 1)  # connector -> frames
        self.free = free
        self.free_sessions = 0  # begun since the start

    @property
    def full(self) -> bool:
        """A start that is asked for now finds no room."""
        frames = sum(self._promised.values()) + _SESSION_FRAMES
        return self._journal.room_bytes < frames * LARGEST_FRAME_BYTES

    def claim(self, connector: int) -> bool:
        """Room for a whole session on `connector`, which has none; False: there is not."""
        if self.full:
            return False
        self._promised[connector] = _SESSION_FRAMES
        return True

    def begun(self, connector: int) -> None:
        """The begin record is stored: the end record's frame is still promised."""
        self._promised[connector] = 1

    def release(self, connector: int) -> None:
        """Nothing of `connector` has to be stored any more."""
        self._promised[connector] = 0

    def charges_free(self, connector: int) -> None:
        """A car is charged without a record."""
        self.release(connector)
        self.free_sessions += 1

    def told(self) -> "dict[str, int | bool | str]":
        """For `status`: how many of the largest records still fit, and what it means."""
        told = {"room": self._journal.room_bytes // LARGEST_FRAME_BYTES, "full": self.full}
        if self.full:
            told["full_means"] = _FREE if self.free else _REFUSED
        return told
