"""Which session is open on a connector, across a restart; stores nothing that the journal has.

The journal's begin record without an end record is the truth that a session is open. A checkpoint
adds what happened since (pauses, errors); without one the begin record has to do.
"""

import json

from wattseal.core import bill, ocmf
from wattseal.core.session import Session, SessionError, resume


class OpenSessions:
    """`heads` rebuilds a record's constant part from a record."""

    def __init__(self, journal: "object", checkpoints: "object") -> None:
        self._journal = journal
        self._checkpoints = checkpoints
        self._begun = {}  # connector -> sequence of the begin record
        self.unkept = 0  # checkpoints that the medium refused

    def scan(self) -> None:
        """Go through the journal once at boot."""
        self._journal.scan_all(self._take)

    def find(self, connector: int) -> "tuple | None":
        """(session, head, identification) of the session left open on `connector`, or None."""
        sequence = self._begun.pop(connector, None)
        frame = self._journal.read(sequence) if sequence else None
        if frame is None:
            return None
        record = json.loads(frame[1])
        payload = json.loads(ocmf.split(record["ocmf"])[0])
        head, identification = ocmf.constants(payload)
        session = self._checkpointed(connector, record["session"])
        if session is None:
            session = _from_begin(record, payload)
        return session, head, identification

    def keep(self, connector: int, session: Session) -> None:
        """Without a checkpoint the begin record has to do; no reason to stop metering."""
        blob = json.dumps(session.snapshot()).encode()
        try:
            self._checkpoints.save(_name(connector), blob)
        except (OSError, ValueError):
            self.unkept += 1

    def forget(self, connector: int) -> None:
        self._checkpoints.remove(_name(connector))

    def _take(self, kind: int, sequence: int, payload: "bytes | memoryview") -> None:
        connector = bill.connector_of(payload)
        if kind == bill.BEGIN:
            self._begun[connector] = sequence
        elif kind in (bill.SESSION, bill.NOT_BILLABLE):
            self._begun.pop(connector, None)

    def _checkpointed(self, connector: int, session_id: str) -> "Session | None":
        blob = self._checkpoints.load(_name(connector))
        if blob is None:
            return None
        try:
            session = resume(json.loads(blob))
        except (ValueError, SessionError):
            return None
        return session if session.session_id == session_id else None


class _Begin:
    """The begin reading as the begin record has it."""


def _from_begin(record: dict, payload: dict) -> Session:
    begin = _Begin()
    first = payload["RD"][0]
    begin.utc_ms, begin.time_state = ocmf.parse_time(first["TM"])
    begin.energy_wh, begin.at_ms = first["RV"], None
    return Session(record["session"], record["connector"], begin)


def _name(connector: int) -> str:
    return "session%d" % connector
