"""The receiver: stores every record, verifies it, then acknowledges; never acknowledges first.

Delivery is at least once: a repeat, known by (device, pagination), must be byte-identical.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

Publish = Callable[[str, str], None]  # (topic, payload) -> sent with QoS 1


@dataclass
class Stored:
    """One record as it came, and what the verification said."""

    pagination: int
    kind: str
    connector: int
    session: str
    ocmf: str
    ok: bool
    findings: list[str]


@dataclass
class Receiver:
    """`verify(ocmf, public_key_hex) -> (ok, findings)`; `folder` gets the records and the key."""

    folder: Path
    verify: Callable[[str, str], tuple[bool, list[str]]]
    publish: Publish
    records: dict[int, Stored] = field(default_factory=dict)
    repeats: int = 0
    alarms: list[str] = field(default_factory=list)
    status: dict = field(default_factory=dict)
    live: dict[int, dict] = field(default_factory=dict)
    public_key: str = ""
    device: str = ""
    _upto: int = 0
    _bytes: dict[int, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._file = open(self.folder / "records.jsonl", "w", encoding="ascii")  # noqa: SIM115

    def close(self) -> None:
        self._file.close()

    def take(self, topic: str, payload: bytes) -> None:
        """One MQTT message under wattseal/v1/<device>/."""
        _, _, device, name, *rest = topic.split("/")
        try:
            message = json.loads(payload)
        except ValueError:
            self.alarms.append(f"{name}: a payload that is not JSON")
            return
        self.device = device
        if name == "key":
            self._take_key(message["spki"])
        elif name == "status":
            self.status = message
        elif name == "live":
            self.live[int(rest[0])] = message
        elif name == "bill":
            self._take_record(topic, payload, message)

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
            self._store(topic, payload, message)
        self._acknowledge()

    def _store(self, topic: str, payload: bytes, message: dict) -> None:
        row = {"topic": topic, "payload": payload.decode("ascii"), "received": time.time()}
        self._file.write(json.dumps(row) + "\n")
        self._file.flush()
        ok, findings = self.verify(message["ocmf"], self.public_key)
        pagination = message["pg"]
        self._bytes[pagination] = payload
        self.records[pagination] = Stored(
            pagination, message["kind"], message["connector"], message["session"],
            message["ocmf"], ok, findings,
        )  # fmt: skip

    def _acknowledge(self) -> None:
        """Cumulative: everything up to the first number that is missing and not declared lost."""
        lost = set(self.status.get("lost", ()))
        upto = max(self._upto, self.status.get("oldest", 1) - 1)
        while upto + 1 in self._bytes or upto + 1 in lost:
            upto += 1
        self._upto = upto
        message = json.dumps({"stream": "bill", "upto": upto})
        self.publish(f"wattseal/v1/{self.device}/ack", message)

    def missing(self) -> list[int]:
        """Paginations between the first and the newest that have not come."""
        newest = max(self._bytes, default=0)
        return [n for n in range(1, newest) if n not in self._bytes]
