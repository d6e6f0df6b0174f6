"""Whether the journal can take one more session to its end; stores nothing, deletes nothing.

A session that begins needs two frames, its begin record and its one closing record; each session
that is open needs one, and nothing but end records may use that. A record is bounded at 6,144
bytes; in a bill payload it has escapes and an envelope, and a payload is bounded at 8,192. So the
largest frame is 8,192 + 15 = 8,207 bytes, and a start is taken only with

    room >= 8,207 * (frames promised to others + 2)

that is 16 KB for a lone connector, 74 KB with seven sessions open on the other seven of eight.
"""

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.contracts import Journal

_LARGEST_FRAME_BYTES = const(8207)
_SESSION_FRAMES = const(2)


class Reserve:
    """What is promised to open sessions. Whoever asks appends in the same turn of the recorder:
    two starts must not count on the same room.

    `free`: a start that finds no room is charged without a record, not refused. After a boot each
    connector may have a session to close: it is promised a frame until it has looked.
    """

    def __init__(self, journal: "Journal", connectors: "list[int]", free: bool) -> None:
        self._journal = journal
        self._promised = dict.fromkeys(connectors, 1)  # connector -> frames
        self.free = free
        self.free_sessions = 0  # begun since the start

    def is_full(self) -> bool:
        """A session that begins now has not the room to its end."""
        frames = sum(self._promised.values()) + _SESSION_FRAMES
        return self._journal.room_bytes < frames * _LARGEST_FRAME_BYTES

    def promise(self, connector: int, frames: int) -> None:
        """So many are still to be stored for `connector`: 1, its end record, or none."""
        self._promised[connector] = frames

    def told(self) -> "dict[str, int | bool | str]":
        """For `status`: how many of the largest records still fit, and what it means."""
        told = {"room": self._journal.room_bytes // _LARGEST_FRAME_BYTES, "full": self.is_full()}
        if told["full"]:
            told["new_cars"] = "charged free, without a record" if self.free else "refused"
        return told
