"""The receiver: stores every record of its device, then acknowledges; never acknowledges first.

Delivery is at least once: a repeat, known by (device, pagination), must be byte-identical. What
anybody else on the broker may send is counted, never believed: a record is the device's when the
device's key signed it, and the key is the first that came. `status` cannot be checked so; what it
may move is said at `_done_upto`.
"""

import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key

from tools.stored import Stored
from tools.verify import gson, signature

Publish = Callable[[str, str], None]  # (topic, payload) -> sent with QoS 1
Verify = Callable[[str, str], list[str]]  # (record, public key in hex) -> findings
_KINDS = ("begin", "session", "not_billable", "correction")
_MOST = 2**32 - 1  # the journal numbers with 32 bits
_MOST_CONNECTORS = 255


@dataclass
class Receiver:
    """Of one device. `folder` gets the records and the key; `forbidden`: what no payload may hold.

    OSError when a record cannot be stored: then it is not acknowledged either.
    """

    device: str
    folder: Path
    verify: Verify
    publish: Publish
    forbidden: list[str] = field(default_factory=list)
    records: dict[int, Stored] = field(default_factory=dict)
    repeats: int = 0
    leaks: int = 0
    early: int = 0  # records that came before the key: neither stored nor acknowledged
    alarms: list[str] = field(default_factory=list)
    status: dict = field(default_factory=dict)
    live: dict[int, dict] = field(default_factory=dict)
    public_key: str = ""
    upto: int = 0
    _bytes: dict[int, bytes] = field(default_factory=dict)
    _first: int = 1  # where counting began
    _solid: int = 0  # the newest record up to which all came or are lost; 0: none yet

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._base = f"wattseal/v1/{self.device}/"
        self._file = open(self.folder / "records.jsonl", "wb")

    def close(self) -> None:
        self._file.close()

    def take(self, topic: str, payload: bytes) -> None:
        """One MQTT message under wattseal/v1/<device>/."""
        self.leaks += any(secret.encode() in payload for secret in self.forbidden)
        name, _, rest = topic.removeprefix(self._base).partition("/")
        if name in ("ack", "resend"):
            return  # our own
        try:
            message = json.loads(payload)
            if name == "key":
                self._take_key(message["spki"])
            elif name == "status":
                self._take_status(message)
            elif name == "live":
                self._take_live(int(rest), message)
            elif name == "bill":
                self._take_record(topic, payload, message)
        except (ValueError, KeyError, TypeError, RecursionError):
            self.alarms.append(f"{name}: a message that no Wattseal sends")

    def acknowledge(self) -> None:
        """Cumulative; nothing while there is nothing to acknowledge."""
        self.upto = self._done_upto()
        if self.upto:
            message = json.dumps({"stream": "bill", "upto": self.upto})
            self.publish(self._base + "ack", message)

    def all_closed(self) -> bool:
        """Every session that was begun has its closing record, and no other has one."""
        begun = {r.session for r in self.records.values() if r.kind == "begin"}
        return begun == {r.session for r in self.records.values() if r.kind != "begin"}

    def missing(self) -> list[int]:
        """Paginations between the first and the newest that have not come, lost ones too."""
        newest = max(self._bytes, default=0)
        return [n for n in range(self._first, newest) if n not in self._bytes]

    def _done_upto(self) -> int:
        """Up to here every record is stored, or declared lost and older than one that is.

        Anybody may have written the status. Its `oldest` says where to begin, until the first
        record of a chain from there has come; later it only repeats what we acknowledged. Its
        `lost` bridges gaps below a record. Beyond the newest record it is believed in one case,
        or the device would wait for ever: when it leaves not one number of the journal to come.
        """
        before = max(0, self.status.get("oldest", 1) - 1)
        lost = set(self.status.get("lost", ()))
        known = self._solid or before
        if before <= self.upto:
            known = max(known, before)
        reached = known
        while reached + 1 in self._bytes or reached + 1 in lost:
            reached += 1
            if reached in self._bytes:
                self._first = self._first if self._solid else known + 1
                self._solid = reached
        if known < reached == self.status.get("next", 1) - 1:
            return reached
        return max(self._solid, min(self.upto, before))

    def _take_key(self, spki: str) -> None:
        if self.public_key not in ("", spki):
            self.alarms.append("another public key than the device's first")
            return
        if not _is_key(spki):
            raise ValueError
        (self.folder / "public_key.hex").write_text(spki + "\n")
        self.public_key = spki

    def _take_status(self, message: dict) -> None:
        status = {**self.status, **message}  # a will says nothing but "offline"
        lost, state = status.get("lost", []), status.get("state", "")
        if not (isinstance(lost, list) and isinstance(state, str)):
            raise ValueError
        numbers = [status.get(name, 1) for name in ("oldest", "next", "late_max_ms", "missed")]
        if not all(_is_number(n) for n in [*lost, *numbers]) or numbers[0] > numbers[1]:
            raise ValueError
        self.status = status
        self.acknowledge()

    def _take_live(self, connector: int, message: dict) -> None:
        if not 0 < connector <= _MOST_CONNECTORS or not isinstance(message, dict):
            raise ValueError
        self.live[connector] = message

    def _take_record(self, topic: str, payload: bytes, message: dict) -> None:
        record = _stored(message)
        text = payload.decode("ascii")
        if not self.public_key:
            self.early += 1  # the device sends it again
            return
        where = (message["device"], topic)
        is_ours = where == (self.device, f"{self._base}bill/{record.connector}")
        number = record.pagination
        if not (is_ours and _is_signed(record, self.device, self.public_key)):
            self.alarms.append(f"T{number}: not what the device signed")
            return
        if number in self._bytes:
            self.repeats += 1
            if self._bytes[number] != payload:
                self.alarms.append(f"T{number}: the same pagination with different bytes")
        else:
            self._write(topic, text)
            record.findings = self.verify(record.ocmf, self.public_key)
            self._bytes[number] = payload
            self.records[number] = record
        self.acknowledge()

    def _write(self, topic: str, payload: str) -> None:
        """On the disk when it returns."""
        row = {"topic": topic, "payload": payload, "received": time.time()}
        self._file.write(json.dumps(row).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())


def _stored(message: dict) -> Stored:
    """ValueError, KeyError for what no `bill` message is."""
    whole = (message["pg"], message["connector"])
    texts = (message["kind"], message["session"], message["ocmf"])
    whole_ok = all(_is_number(number) and number for number in whole)
    if not whole_ok or not all(type(t) is str for t in texts) or texts[0] not in _KINDS:
        raise ValueError
    return Stored(whole[0], texts[0], whole[1], texts[1], texts[2], [])


def _is_signed(record: Stored, device: str, public_key: str) -> bool:
    """By the device, as what its envelope says. Judges no rule: a faulty record is its own too."""
    try:
        head, payload, section = record.ocmf.split("|")
        signature.check(payload.encode(), gson.signature(section), public_key)
        signed = json.loads(payload)
        says = (head, signed["PG"], signed["GS"], len(signed["RD"]) == 1)
    except (signature.Refused, gson.NotReadable, ValueError, LookupError, TypeError):
        return False
    return says == ("OCMF", f"T{record.pagination}", device, record.kind == "begin")


def _is_key(spki: str) -> bool:
    try:
        key = load_der_public_key(bytes.fromhex(spki))
    except (ValueError, UnsupportedAlgorithm):
        return False
    return isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)


def _is_number(value: object) -> bool:
    return type(value) is int and 0 <= value <= _MOST
