"""Takes down what an auditor is to see, as it happens; keeps no chain and reads none.

Whoever notes never waits: the entries are durable soon, and before the next record is signed, for
the record holds the chain's head. Flash that refuses them stops no session: they wait, a few.
"""

import asyncio
import binascii

from micropython import const

from wattseal.core import audit_chain

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Awaitable, Callable, Iterator, Protocol, Sequence

    from wattseal.contracts import Clock

    class Log(Protocol):
        """drivers.audit_log.AuditLog."""

        number: int
        mac: bytes
        steady_s: int
        counts: dict[str, int]

        def append(self, entries: "Sequence[tuple[int, str, dict[str, str]]]") -> None: ...
        def before(self) -> "tuple[int, bytes]": ...
        def entries(self, after: int = 0) -> "Iterator[tuple[bytes, bytes]]": ...


_MOST_WAITING = const(24)
_AT_ONCE = const(4)  # frames in one write: 2 KB of a small board's heap
_RETRY_MS = const(60000)


class Auditor:
    """Satisfies contracts.Audit. `log`: opened; `quiet`: as for the Recorder. `counts`: the log's
    with ours, for `status`; `known`: see `changed`."""

    def __init__(
        self, log: "Log", clock: "Clock", quiet: "Callable[[], Awaitable[None]]",
        known: "dict[tuple[str, str], str] | None" = None,
    ) -> None:  # fmt: skip
        self.log = log
        self._known = known or {}
        self._clock = clock
        self._quiet = quiet
        self._waiting: list[tuple[int, str, dict[str, str]]] = []
        self._missed = 0  # what found no room to wait
        self._came = asyncio.Event()
        self._turn = asyncio.Lock()
        self.counts = log.counts
        self.counts.update({"audit_unkept": 0, "audit_missed": 0})

    def note(
        self, what: str, obj: str = "", old: str = "", new: str = "", who: str = "device"
    ) -> None:
        try:
            if len(self._waiting) < _MOST_WAITING:
                self._put({"ev": what, "obj": obj, "old": old, "new": new, "who": who})
                return
        except MemoryError:
            pass
        self._missed += 1
        self.counts["audit_missed"] += 1

    def changed(self, what: str, obj: str, new: str) -> None:
        """As `note`, unless the newest such entry of the log says the same already."""
        old = self.last(what, obj)
        if old != new:
            self._known[what, obj] = new
            self.note(what, obj, old, new)

    def last(self, what: str, obj: str = "") -> str:
        """What `changed` was told last, in this life or one before; "" for nothing."""
        return self._known.get((what, obj), "")

    def forget(self, events: "tuple[str, ...]") -> None:
        """Of these `changed` is not told again in this life: a small board needs the heap."""
        for known in list(self._known):
            if known[0] in events:
                del self._known[known]

    async def run(self) -> None:
        """Never returns. What the flash refuses is tried again each minute."""
        while True:
            await self._came.wait()
            self._came.clear()
            while not await self._settled():
                await self._clock.sleep_until(self._clock.now_ms() + _RETRY_MS)

    async def head(self) -> str:
        """Number and mac's beginning of the newest entry, for a record that is signed next; of the
        newest durable one, should the flash refuse what has come since."""
        await self._settled()
        return audit_chain.head(self.log.number, self.log.mac)

    def _put(self, values: "dict[str, str]") -> None:
        clock = self._clock
        self._waiting.append((clock.utc_ms() // 1000, clock.state(), values))
        self._came.set()

    async def _settled(self) -> bool:
        """Whether all that was noted is durable."""
        async with self._turn:
            while self._waiting:
                rows = self._waiting[:_AT_ONCE]
                await self._quiet()
                try:
                    self.log.append(rows)
                except (OSError, MemoryError):
                    self.counts["audit_unkept"] += 1
                    return False
                del self._waiting[: len(rows)]
                if self._missed and not self._waiting:
                    missed, self._missed = self._missed, 0
                    self._put({"ev": "missed", "new": "%d" % missed, "who": "device"})
                await asyncio.sleep(0)
        return True


def short(digest: bytes) -> str:
    """As much of a hash as an entry has."""
    return binascii.hexlify(digest[:8]).decode()
