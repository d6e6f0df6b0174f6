"""The audit log of a soak run, followed life after life, and the heads in its records."""

from tools import keys
from tools.audit import sources, verdict
from tools.audit.entry import Place
from tools.audit.heads import Heads, parsed
from wattseal.core import audit_chain

# Of the harness's device, whose key is RFC 6979's of A.2.5.
_KEY = keys.derived(
    bytes.fromhex("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721"),
    audit_chain.LABEL,
)
_PLAYED = ("time",)  # the days step the clock, and no server tells the device


class AuditBook:
    """`take` each frame and `head` of each record, then `end_life`. `entries`: the newest number;
    `pruned`: that of the last one that is gone; `wrong`: what tools.audit finds, in words."""

    def __init__(self) -> None:
        self.entries = self.pruned = self.heads_checked = 0
        self.without = 0  # records without a head
        self.wrong: list[str] = []
        self._files: dict[str, bytes] = {}
        self._heads: dict[int, str] = {}  # by pagination, those that no life was asked for yet

    def take(self, name: str, frame: str) -> None:
        self._files[name] = self._files.get(name, b"") + bytes.fromhex(frame)

    def head(self, pagination: int, head: str | None) -> None:
        if head is None:
            self.without += 1
        else:
            self._heads[pagination] = head

    def end_life(self) -> None:
        """Of a life that kept none there is nothing to follow."""
        if not self._files:
            return
        files = [(name, int(name[:8], 16), data) for name, data in sorted(self._files.items())]
        heads = [parsed(head, Place(f"T{at}", 0), at) for at, head in self._heads.items()]
        given = Heads(sorted([head for head in heads if head], key=lambda head: head.order))
        found = verdict.judged(sources.of_contents(files), _KEY, given)
        self.wrong += [
            f"{each.kind} of entry {each.number}"
            for each in found.findings
            if each.kind not in _PLAYED
        ]
        self.wrong += ["a head that is none"] * heads.count(None)
        self.heads_checked += found.heads_checked
        self.entries = max(found.log.entries, default=0)
        self.pruned = found.log.before[0]
        self._files, self._heads = {}, {}
