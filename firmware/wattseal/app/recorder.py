"""Turns a session into its signed record in the journal, in order of arrival; sends nothing.

One record at a time: the pagination a record is signed with is the sequence number the journal
gives its frame, so nothing may be appended in between.
"""

import asyncio
import binascii
import json

from micropython import const

from wattseal.core import bill, ocmf, ocmf_rules
from wattseal.core.journal_frame import JournalFull

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any, Awaitable, Callable

    from wattseal.app.auditor import Auditor
    from wattseal.app.consents import Consents
    from wattseal.app.reserve import Reserve
    from wattseal.contracts import Journal, Signer
    from wattseal.core.session import Session

_REASON_CHARS = 120
_ENOMEM = const(12)
_TRIES = const(5)  # without heap for a record; then a reset tidies it, which ends each session
TARIFF_GONE = "tariff_gone"  # among the flags of XC


class NotFit(Exception):
    """A begin record or a correction that breaks our own rules; the argument names which.
    Nothing was stored."""


class Recorder:
    """`appended` is an asyncio.Event for the publisher: a hint that costs only delay when lost.

    `quiet()` returns when no meter is being asked: a chip that erases its flash is deaf for longer
    than its UART can keep an answer. What follows it must not await before it writes.
    `calm()`, as for late.load, comes before each piece of work.
    """

    def __init__(
        self, journal: "Journal", signer: "Signer", random_bytes: "Callable[[int], bytes]",
        appended: asyncio.Event, quiet: "Callable[[], Awaitable[None]]",
        calm: "Callable[[], Awaitable[None]]", reserve: "Reserve",
    ) -> None:  # fmt: skip
        self._journal = journal
        self._signer = signer
        self._random_bytes = random_bytes
        self._appended = appended
        self._reserve = reserve
        self.quiet = quiet
        self._calm = calm
        self._turn = asyncio.Lock()
        # (connector, pagination), before an end record is made
        self.ending: Callable[[int, int], None] | None = None
        self.self_check_failures = 0
        self.beats = self._heapless = 0  # records begun; in a row without heap
        # of a session that has a tariff
        self.cost: Callable[[Session], Awaitable[dict[str, Any]]] = _unknown
        self.consents: Consents | None = None
        self.audit: Auditor | None = None
        self.audit_opens: asyncio.Event | None = None  # set once that is decided: records wait

    @property
    def resting(self) -> bool:
        return not self._turn.locked()

    async def record(
        self, session: "Session", head: ocmf.Head, identification: ocmf.Identification, kind: int,
        reason: str = "", capsule: str = "",
    ) -> int:  # fmt: skip
        """Sign and store the session as it stands; returns its pagination once it is durable.
        `capsule`: of a begin record, its sealed identification.

        A session record that fails our own rules is stored as not billable, with the reason; a
        begin record that does is NotFit: what cannot be billed is not to be begun.
        JournalFull, also for a begin record without room for its end, OSError, also where the heap
        is too full for now: nothing was stored, the pagination is still free.
        """
        async with self._turn:
            if kind == bill.BEGIN and self._reserve.is_full():
                await self.quiet()
                if not self._journal.heal() or self._reserve.is_full():
                    raise JournalFull
            self.beats += 1
            if self.ending and kind != bill.BEGIN:  # first: a full heap has no room for files
                await self.quiet()
                self.ending(session.connector, self._journal.next)
            pagination = self._journal.next
            try:
                await self._stored(await self._signed(
                    kind, reason, session.connector, session.session_id,
                    await self._payload(session, head, identification, kind), capsule,
                ))  # fmt: skip
                self._heapless = 0
            except MemoryError:
                self._heapless += 1
                if self._heapless == _TRIES:
                    raise
                if self._journal.next == pagination:
                    raise OSError(_ENOMEM)
            self._reserve.promise(session.connector, 1 if kind == bill.BEGIN else 0)
        self._appended.set()
        return pagination

    async def correct(
        self, connector: int, session_id: str, make: "Callable[[int, str], str]"
    ) -> int:
        """Sign and store what `make` gives for its pagination and its UA, "" for none, as a
        correction. NotFit, OSError; JournalFull, also where the room is promised to sessions:
        nothing was stored."""
        async with self._turn:
            if self._reserve.is_full():
                raise JournalFull
            self.beats += 1
            audit = await self._audit()
            head = await audit.head() if audit else ""
            payload = make(self._journal.next, head)
            pagination = await self._stored(
                await self._signed(bill.CORRECTION, "", connector, session_id, payload)
            )
        self._appended.set()
        return pagination

    async def _stored(self, signed: "tuple[int, bytes]") -> int:
        """Append it once the line is quiet; nothing is awaited behind that."""
        await self.quiet()
        return self._journal.append(*signed)

    async def _signed(
        self, kind: int, reason: str, connector: int, session_id: str, payload: str,
        capsule: str = "",
    ) -> "tuple[int, bytes]":  # fmt: skip
        """(kind, what is stored), signed and checked. The texts it is made of end with this: to
        create a file needs their heap."""
        pagination = self._journal.next
        signature = await self._signer.sign(payload.encode())
        text = ocmf.frame(payload, binascii.hexlify(signature).decode().upper())
        await self._calm()
        kind, reason = await self._checked(kind, reason, text, payload)
        await self._calm()
        record_id = binascii.hexlify(self._random_bytes(8)).decode()
        return kind, bill.payload(
            kind, record_id, self._signer.device_id, connector, pagination, session_id, text,
            reason, capsule,
        )  # fmt: skip

    async def _checked(self, kind: int, reason: str, text: str, payload: str) -> "tuple[int, str]":
        """(kind, reason) by our own rules. NotFit. Gives way: on a full heap it takes long."""
        if kind == bill.NOT_BILLABLE:
            return kind, reason
        parsed = json.loads(payload)
        await self._calm()
        if kind == bill.BEGIN:
            objection = self._objection(ocmf_rules.check_begin(text, parsed))
            if objection:
                raise NotFit(objection)
            return kind, reason
        findings: list[str] = []
        for part in ocmf_rules.parts(text, parsed):
            findings += part
            await self._calm()
        reason = self._objection(findings)
        if reason and kind == bill.CORRECTION:
            raise NotFit(reason)
        return bill.NOT_BILLABLE if reason else kind, reason

    async def _payload(
        self, session: "Session", head: ocmf.Head, who: ocmf.Identification, kind: int
    ) -> str:
        """To be signed. Gives way after each piece: no sample waits for the whole of it."""
        extras = await self._extras(session, head, kind)
        pieces: list[str] = []
        await self._calm()
        for piece in ocmf.pieces(head, self._journal.next, who, session.entries, extras):
            pieces.append(piece)
            await self._calm()
        return "".join(pieces)

    async def _extras(self, session: "Session", head: ocmf.Head, kind: int) -> "list[ocmf.Field]":
        audit = await self._audit()  # first: what follows may be noted there
        extras: list[ocmf.Field] = [("UM", head.model_hash)]
        if self.consents:
            extras.append(("UP", self.consents.purposes(session, kind == bill.BEGIN)))
        segments = session.segments if kind != bill.BEGIN else []
        if segments:
            extras.append(("XS", segments))
        if session.tariff_text:
            extras.append(("TT", session.tariff_text))
            if kind == bill.SESSION:
                extras.append(("XC", await self.cost(session)))
        if audit:
            if kind == bill.BEGIN:
                audit.changed("meter", "%d" % session.connector, head.ms)
                audit.changed("meter", "%d firmware" % session.connector, head.mf)
            extras.append(("UA", await audit.head()))
        return extras

    async def _audit(self) -> "Auditor | None":
        if self.audit_opens:
            await self.audit_opens.wait()
        return self.audit

    def _objection(self, findings: "list[str]") -> str:
        """What our own rules found in a finished record: "" or the names of what it breaks."""
        if findings:
            self.self_check_failures += 1
        return ",".join(findings)[:_REASON_CHARS]


async def _unknown(session: "Session") -> "dict[str, Any]":
    """The tariff that it began with is not on the device any more: it costs nothing."""
    return {"flags": [TARIFF_GONE]}
