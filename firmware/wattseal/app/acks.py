"""What the receiver says: `ack`, `resend`, and `cmd` for whoever takes it; sends nothing.

What it has acknowledged is saved between two requests to a meter. Both are in one file because a
small board that loads files takes long for each, and its first reading waits for that.
"""

import asyncio
import json

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any, Awaitable, Callable, Protocol

    from wattseal.contracts import Journal, Watcher

    class Commands(Protocol):
        counts: "dict[str, int]"

        def take(self, payload: bytes, retained: bool) -> None: ...


_MESSAGE_BYTES = const(80)  # of an `ack` or `resend`; ours have less than 60
_RESEND_MOST = const(1000)  # records that one `resend` may ask for


class Acks:
    """`quiet()`: the recorder's. After a reset that overtakes one, its records are sent again."""

    def __init__(self, journal: "Journal", quiet: "Callable[[], Awaitable[None]]") -> None:
        self._journal = journal
        self._quiet = quiet
        self._upto = 0
        self._taken = asyncio.Event()
        self.beats = 0  # what was saved, or refused
        self.unsaved = 0  # the medium refused them; the next one covers them

    @property
    def resting(self) -> bool:
        return not self._taken.is_set()

    def take(self, upto: int) -> None:
        """Every record up to this pagination is acknowledged."""
        self._upto = max(self._upto, upto)
        self._taken.set()

    async def run(self) -> None:
        while True:
            await self._taken.wait()
            await self._quiet()
            self.beats += 1
            self._taken.clear()  # no await from here on: what is taken later sets it again
            try:
                self._journal.ack(self._upto)
            except OSError:
                self.unsaved += 1


class ReceiverWords:
    """`commands`: who takes `cmd`, None where nobody has the key for one."""

    def __init__(
        self, journal: "Journal", acks: "Acks", appended: "Watcher",
        commands: "Commands | None" = None,
    ) -> None:  # fmt: skip
        self._journal = journal
        self._acks = acks
        self._appended = appended
        self.commands = commands
        self.topics: tuple[bytes, ...] = (b"ack", b"resend")
        if commands:
            self.topics += (b"cmd",)
        self.parts: Callable[[bytes], None] | None = None  # who takes those of a package
        self.again, self.again_last = 1, 0  # what is asked for once more
        self.ignored = 0  # acknowledgements that cannot be true, retained or malformed messages

    def take(self, topic: bytes, payload: bytes, retained: bool) -> None:
        """One message; what is none of these, retained or false is counted. One that was too long
        comes without its payload."""
        if self.commands and topic.endswith(b"/cmd"):
            return self.commands.take(payload, retained)
        if self.parts and payload and topic.endswith(b"/part") and not retained:
            return self.parts(payload)
        taken = False
        if not retained and len(payload) <= _MESSAGE_BYTES:  # nesting could take all of the heap
            try:
                message = json.loads(payload)
                if topic.endswith(b"/resend"):
                    taken = self.resend(message["from"], message["to"])
                elif topic.endswith(b"/ack") and message["stream"] == "bill":
                    taken = self._was_given_out(message["upto"])
                    if taken and message["upto"] >= self._journal.oldest:
                        self._acks.take(message["upto"])
            except (ValueError, KeyError, TypeError):
                pass  # it is counted
        if not taken:
            self.ignored += 1
        return None

    def resend(self, first: "Any", last: "Any") -> bool:
        """Of a long range only the beginning: whoever asks wants the rest once that is there."""
        if not self._was_given_out(first) or not _is_whole(last) or last < first:
            return False
        newest = self._journal.next - 1
        self.again, self.again_last = first, min(last, newest, first + _RESEND_MOST - 1)
        self._appended.set()
        return True

    def _was_given_out(self, number: "Any") -> bool:
        """Whether this is some record's number."""
        return _is_whole(number) and 0 < number < self._journal.next


def _is_whole(number: "Any") -> bool:
    return isinstance(number, int) and not isinstance(number, bool)
