"""The receiver: stores every record, verifies it, then acknowledges; never acknowledges first.

Delivery is at least once: a repeat, known by (device, pagination), must be byte-identical. What
anybody else on the broker may send is counted, never believed.
"""

import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

Publish = Callable[[str, str], None]  # (topic, payload) -> sent with QoS 1
Verify = Callable[[str, str], list[str]]  # (record, public key in hex) -> findings
_KINDS = ("begin", "session", "not_billable", "correction")


@dataclass
class Stored:
    """One record as it came, and what the verification said: no findings is good."""

    pagination: int
    kind: str
    connector: int
    session: str
    ocmf: str
    findings: list[str]

    @property
    def ok(self) -> bool:
        return not self.findings


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
    alarms: list[str] = field(default_factory=list)
    status: dict = field(default_factory=dict)
    live: dict[int, dict] = field(default_factory=dict)
    public_key: str = ""
    upto: int = 0
    _bytes: dict[int, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._file = open(self.folder / "records.jsonl", "wb")

    def close(self) -> None:
        self._file.close()

    def take(self, topic: str, payload: bytes) -> None:
        """One MQTT message under wattseal/v1/<device>/."""
        self.leaks += any(secret.encode() in payload for secret in self.forbidden)
        name, _, rest = topic.removeprefix(f"wattseal/v1/{self.device}/").partition("/")
        if name in ("ack", "resend"):
            return  # our own
        try:
            message = json.loads(payload)
            if name == "key":
                self._take_key(message["spki"])
            elif name == "status":
                self.status = {**self.status, **message}  # a will says nothing but "offline"
            elif name == "live":
                self.live[int(rest)] = dict(message)
            elif name == "bill":
                self._take_record(topic, payload, message)
        except (ValueError, KeyError, TypeError):
            self.alarms.append(f"{name}: a message that no Wattseal sends")

    def acknowledge(self) -> None:
        """Cumulative: everything up to the first number that is missing and not declared lost."""
        lost = set(self.status.get("lost", ()))
        upto = max(self.upto, self.status.get("oldest", 1) - 1)
        while upto + 1 in self._bytes or upto + 1 in lost:
            upto += 1
        self.upto = upto
        if upto:
            message = json.dumps({"stream": "bill", "upto": upto})
            self.publish(f"wattseal/v1/{self.device}/ack", message)

    def missing(self) -> list[int]:
        """Paginations between the first and the newest that have not come."""
        newest = max(self._bytes, default=0)
        return [n for n in range(1, newest) if n not in self._bytes]

    def _take_key(self, spki: str) -> None:
        if self.public_key not in ("", spki):
            self.alarms.append("the device's public key changed")
        self.public_key = spki
        (self.folder / "public_key.hex").write_text(spki + "\n")

    def _take_record(self, topic: str, payload: bytes, message: dict) -> None:
        pagination = message["pg"]
        if pagination in self._bytes:
            self.repeats += 1
            if self._bytes[pagination] != payload:
                self.alarms.append(f"T{pagination}: the same pagination with different bytes")
        else:
            record = _stored(message)
            self._write(topic, payload)
            record.findings = self.verify(record.ocmf, self.public_key)
            self._bytes[pagination] = payload
            self.records[pagination] = record
        self.acknowledge()

    def _write(self, topic: str, payload: bytes) -> None:
        """On the disk when it returns."""
        row = {"topic": topic, "payload": payload.decode("ascii"), "received": time.time()}
        self._file.write(json.dumps(row).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())


def _stored(message: dict) -> Stored:
    """ValueError, KeyError for what no `bill` message is."""
    whole = (message["pg"], message["connector"])
    texts = (message["kind"], message["session"], message["ocmf"])
    if not all(type(number) is int for number in whole) or message["kind"] not in _KINDS:
        raise ValueError
    if not all(type(text) is str for text in texts):
        raise ValueError
    return Stored(whole[0], texts[0], whole[1], texts[1], texts[2], [])
