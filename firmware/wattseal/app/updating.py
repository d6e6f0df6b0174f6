"""Fetches a package that a signed command has named, part by part, and has it judged and used.

It asks for the part that it lacks, on `rsp`; who has the package sends it on `part`. What has come
lies in a slot: a cut, a reset or another connection goes on from there. Nothing is written, and
nothing is put in use, while a session runs. Holds no file and judges no signature itself.
"""

import asyncio
import json

from micropython import const

from wattseal.core.update_package import HEAD_BYTES, KINDS, MOST_BYTES

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Awaitable, Callable, Protocol

    from wattseal.contracts import Clock

    class Pending(Protocol):
        size: int
        digest: bytes
        pending: int
        trial: int

    class Slots(Protocol):
        """drivers.update_slots.Slots. OSError."""

        @property
        def record(self) -> Pending: ...
        @property
        def on_trial(self) -> bool: ...
        def begin(self, kind: int, size: int, digest: bytes, others_bytes: int) -> int: ...
        def have(self) -> int: ...
        def write(self, at: int, part: memoryview) -> bool: ...
        def drop(self) -> None: ...


_PART_HEAD = const(8)  # of a part: four bytes of the package's hash, and where it begins
_ASK_AGAIN_MS = const(10000)
_TRIES = const(3)  # to put it in use, where the flash fails
_LOOK_MS, _IDLE_MS = const(10), const(5000)  # for a part; for whether a session runs
_ON_TRIAL = "a version is on trial; wait until it is confirmed"
_FROZEN = "this image holds its code itself, and has no heap for another; send configurations"


class Updates:
    """`is_idle()`: no session runs; `quiet()`: as for the Recorder; `tell(payload)`: on `rsp`,
    False where nobody listens; `judge(head_alone)`: why what is pending is refused, or "";
    `use(name)`: puts it in use and restarts, or gives why it cannot, None where a car has come;
    `note(result, what)`: for who audits; `others_bytes()`: what a firmware must leave free."""

    def __init__(
        self, slots: "Slots", clock: "Clock", is_idle: "Callable[[], bool]",
        quiet: "Callable[[], Awaitable[None]]", tell: "Callable[[bytes], Awaitable[bool]]",
        judge: "Callable[[bool], Awaitable[str]]", use: "Callable[[str], Awaitable[str | None]]",
        note: "Callable[[str, str], None]", takes_firmware: bool,
        others_bytes: "Callable[[], int]",
    ) -> None:  # fmt: skip
        self._slots = slots
        self._clock = clock
        self._is_idle = is_idle
        self._quiet = quiet
        self._tell = tell
        self._judge = judge
        self._use = use
        self._note = note
        self._takes_firmware = takes_firmware
        self._others_bytes = others_bytes
        self._part: bytes | None = None
        self._wanted = b""  # what it must begin with
        self._looked_at = b""  # the hash of what has a good head
        self._in_use = False  # what is pending is being put there
        self._begun = 0  # how often one was: the same may be anew, while it is judged
        self._unwanted = False  # it was refused, and the flash has not let go of it yet
        self._ordered = asyncio.Event()

    def order(self, kind: str, size: int, digest: bytes) -> str:
        """What a command has named; what there is to say. OSError, ValueError with a sentence:
        CommandError's module comes and goes with each command, and so would the class."""
        if kind not in KINDS:
            raise ValueError("a package is one of: " + ", ".join(KINDS))
        number = KINDS.index(kind)
        if not number and not self._takes_firmware:
            raise ValueError(_FROZEN)
        if not HEAD_BYTES < size <= HEAD_BYTES + MOST_BYTES[number] or len(digest) != 32:
            raise ValueError("no package of its kind has this size")
        if self._slots.on_trial or self._slots.record.trial:
            raise ValueError(_ON_TRIAL)
        if self._in_use:
            raise ValueError("another package is just put in use; send this one again")
        at = self._slots.begin(number, size, digest, self._others_bytes())
        self._unwanted = False
        if not at:
            self._begun += 1
            self._note("began", self._name())
        self._ordered.set()
        return "from byte %d; it is put in use once no session runs" % at

    def take(self, payload: bytes) -> None:
        """A part, as it comes; never waits. One that comes twice, or is none, is no answer."""
        if len(payload) > _PART_HEAD and payload[:_PART_HEAD] == self._wanted:
            self._part = payload

    async def run(self) -> None:
        """Never returns. What the flash refuses ends this package; what has no memory waits."""
        while True:
            if not self._slots.record.pending:
                self._ordered.clear()
                await self._ordered.wait()
            try:
                await self._step()
            except (MemoryError, ImportError):  # a full heap shows in an import as no module
                await self._clock.sleep_until(self._clock.now_ms() + _ASK_AGAIN_MS)

    async def _step(self) -> None:
        begun = self._begun
        try:
            await self._until_idle()
            record, have = self._slots.record, self._slots.have()
            if have >= record.size:
                await self._finish()
            elif have >= HEAD_BYTES and self._looked_at != record.digest:
                await self._look()
            else:
                await self._fetch()
        except OSError as fault:
            if self._begun == begun:  # else another was named, and the file has gone
                await self._refuse("the flash fails (%s)" % fault)

    async def _fetch(self) -> None:
        """One part, or none in time. OSError."""
        at = self._slots.have()
        self._part = None
        self._wanted = wanted = self._slots.record.digest[:4] + at.to_bytes(4, "big")
        await self._tell(json.dumps({"v": 1, "update": self._name(), "want": at}).encode())
        end_ms = self._clock.now_ms() + _ASK_AGAIN_MS
        while self._part is None and self._clock.now_ms() < end_ms:
            await asyncio.sleep_ms(_LOOK_MS)
        part, self._part, self._wanted = self._part, None, b""
        if part:
            await self._until_idle()
            await self._quiet()
            record = self._slots.record  # another command may have named another package meanwhile
            if record.pending and record.digest[:4] == wanted[:4]:
                self._slots.write(at, memoryview(part)[_PART_HEAD:])

    async def _look(self) -> None:
        """The head is here: whether the rest is worth fetching. OSError."""
        begun = self._begun
        reason = await self._judge(True)
        if self._begun == begun:
            self._looked_at = self._slots.record.digest
            if reason:
                await self._refuse(reason)

    async def _finish(self) -> None:
        """All is here. OSError."""
        begun = self._begun
        reason = await self._judge(False)
        if self._begun != begun:
            return  # another command has named another one
        if not reason:
            reason = await self._used(begun)
        if reason:
            await self._refuse(reason)

    async def _used(self, begun: int) -> str:
        """Once no session runs: "" where it is done, or another was named; else why. OSError."""
        tries = _TRIES
        while self._begun == begun:
            await self._until_idle()
            await self._quiet()
            # a car or another command may have come while the meters were waited for
            if not self._is_idle() or self._begun != begun:
                continue
            self._in_use = True
            try:
                reason = await self._use(self._name())
                if reason is not None:
                    return reason
            except OSError:
                tries -= 1
                if not tries:
                    raise
                await self._clock.sleep_until(self._clock.now_ms() + _ASK_AGAIN_MS)
            finally:
                self._in_use = False
        return ""

    async def _refuse(self, reason: str) -> None:
        name = self._name()
        self._note("refused", name)
        told = {"v": 1, "update": name, "result": "refused", "reason": reason}
        self._unwanted, first = True, True
        while self._unwanted:  # until the flash lets go of it, or a command has named one anew
            await self._quiet()
            if self._unwanted:
                self._unwanted = not self._is_dropped()
            if first:
                await self._tell(json.dumps(told).encode())
            elif self._unwanted:
                await self._clock.sleep_until(self._clock.now_ms() + _ASK_AGAIN_MS)
            first = False

    def _is_dropped(self) -> bool:
        try:
            self._slots.drop()
            return True
        except OSError:
            return False

    async def _until_idle(self) -> None:
        while not self._is_idle():
            await self._clock.sleep_until(self._clock.now_ms() + _IDLE_MS)

    def _name(self) -> str:
        """Of what is pending: the first digits of its hash."""
        return "".join(["%02x" % byte for byte in self._slots.record.digest[:8]])
