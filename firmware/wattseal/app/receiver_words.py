"""What is said to the device: `ack`, `resend`, and `cmd` for whoever takes it; sends nothing."""

import json

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any, Protocol

    from wattseal.app.acks import Acks
    from wattseal.contracts import Journal, Watcher

    class Commands(Protocol):
        counts: "dict[str, int]"

        def take(self, payload: bytes, retained: bool) -> None: ...


_MESSAGE_BYTES = const(80)  # of an `ack` or `resend`; ours have less than 60
_RESEND_MOST = const(1000)  # records that one `resend` may ask for


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
        self.again, self.again_last = 1, 0  # what is asked for once more
        self.ignored = 0  # acknowledgements that cannot be true, retained or malformed messages

    @property
    def topics(self) -> "tuple[bytes, ...]":
        return (b"ack", b"resend", b"cmd") if self.commands else (b"ack", b"resend")

    def take(self, topic: bytes, payload: bytes, retained: bool) -> None:
        """One message; what is none of these, retained or false is counted."""
        if self.commands and topic.endswith(b"/cmd"):
            self.commands.take(payload, retained)
        elif retained or len(payload) > _MESSAGE_BYTES:  # nesting could take all of the heap
            self.ignored += 1
        else:
            try:
                self._take(topic, json.loads(payload))
            except (ValueError, KeyError, TypeError):
                self.ignored += 1

    def resend(self, first: "Any", last: "Any") -> bool:
        """Of a long range only the beginning: whoever asks wants the rest once that is there."""
        if not self._was_given_out(first) or not _is_whole(last) or last < first:
            return False
        newest = self._journal.next - 1
        self.again, self.again_last = first, min(last, newest, first + _RESEND_MOST - 1)
        self._appended.set()
        return True

    def _take(self, topic: bytes, message: "dict[str, Any]") -> None:
        if topic.endswith(b"/ack"):
            taken = self._ack(message["stream"], message["upto"])
        else:
            taken = topic.endswith(b"/resend") and self.resend(message["from"], message["to"])
        self.ignored += not taken

    def _ack(self, stream: str, upto: int) -> bool:
        if stream != "bill" or not self._was_given_out(upto):
            return False
        if upto >= self._journal.oldest:
            self._acks.take(upto)
        return True

    def _was_given_out(self, number: "Any") -> bool:
        """Whether this is some record's number."""
        return _is_whole(number) and 0 < number < self._journal.next


def _is_whole(number: "Any") -> bool:
    return isinstance(number, int) and not isinstance(number, bool)
