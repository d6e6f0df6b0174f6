"""The receiver: stores every record of its device, then acknowledges; never acknowledges first.

Delivery is at least once: a repeat, known by (device, pagination), must be byte-identical. What
anybody else on the broker may send is counted, never believed: a record is the device's when the
device's key signed it, and the key is the first that came. `status` cannot be checked so; what it
may move is said at `Counting.done_upto`. What did not come is asked for with `resend`. One that
goes on with what the one before it stored is `tools.keeping`.

The same pagination with other bytes is an alarm, and both are kept. It does not hold up the ack:
all of it is on our disk, the device can tell no more, and a journal that nobody acknowledges fills
up until the charger stands still.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tools import claims, taken_up, tariff_files
from tools.asking import Asking
from tools.counting import Counting
from tools.records_file import AUDIT, CONFLICTS, RecordsFile, write_whole
from tools.stored import Stored
from tools.unjudged import Unjudged
from tools.versions import Versions

Publish = Callable[[str, str], None]  # (topic, payload) -> sent with QoS 1
Verify = Callable[[str, str], list[str]]  # (record, public key in hex) -> findings
_MOST_CONNECTORS = 255
_MOST_WORDS = 200  # of a status; a message that brings more of them is taken alone


@dataclass
class Receiver:
    """Of one device. `folder` gets the records and the key; `forbidden`: what no payload may hold.

    OSError when a record cannot be stored: then it is not acknowledged either. FolderInUse.
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
    statistics: int = 0  # messages of `load` and `stat`
    alarms: list[str] = field(default_factory=list)
    status: dict = field(default_factory=dict)
    live: dict[int, dict] = field(default_factory=dict)
    public_key: str = ""
    now_s: Callable[[], float] = time.monotonic
    _versions: Versions = field(default_factory=Versions)
    _counting: Counting = field(default_factory=Counting)
    _unjudged: Unjudged = field(default_factory=Unjudged)
    _asking: Asking = field(default_factory=Asking)

    def __post_init__(self) -> None:
        self._base = f"wattseal/v1/{self.device}/"
        self._file = self._open()

    def close(self) -> None:
        self._file.close()

    def take(self, topic: str, payload: bytes) -> None:
        """One MQTT message under wattseal/v1/<device>/."""
        self.leaks += any(secret.encode() in payload for secret in self.forbidden)
        name, rest = claims.parted(topic, self.device)
        if name in ("ack", "resend"):
            return  # our own
        try:
            claims.check_name(name, rest)
            message = json.loads(payload)
            if name == "key":
                self._take_key(message["spki"])
            elif name == "status":
                self._take_status(message)
            elif name == "live":
                self._take_live(int(rest), message)
            elif name == "tariff":
                tariff_files.keep(self.folder, rest, payload)
            elif name in ("load", "stat", "audit"):
                self._take_unjudged(name, topic, payload)
            elif name == "bill":
                self._take_record(topic, payload, message)
        except (ValueError, KeyError, TypeError, RecursionError):
            self.alarms.append(f"{name}: a message that no Wattseal sends")
        self._ask()

    @property
    def upto(self) -> int:
        """What was acknowledged last."""
        return self._counting.upto

    @property
    def asked(self) -> int:
        """How many times records that did not come were asked for."""
        return self._asking.asked

    @property
    def conflicts(self) -> list[int]:
        """The paginations that came with different bytes."""
        return self._versions.conflicts()

    def acknowledge(self) -> None:
        """Cumulative; nothing while there is nothing to acknowledge."""
        self._acknowledge(self._counting.done_upto(self.status))

    def all_closed(self) -> bool:
        """Every session that was begun has its closing record, and no other has one."""
        begun = {r.session for r in self.records.values() if r.kind == "begin"}
        closing = [r for r in self.records.values() if r.kind not in ("begin", "correction")]
        return begun == {r.session for r in closing}

    def missing(self) -> list[int]:
        """Paginations between the first and the newest that have not come, lost ones too."""
        return self._counting.missing()

    def gaps(self) -> list[tuple[int, int]]:
        """(first, last) of what did not come, though the device never said that it lost it."""
        return list(self._counting.gaps(self.status))

    def lost(self) -> list[int]:
        """What the device says it lost, and what has not come either."""
        return [n for n in self.status.get("lost", ()) if n not in self.records]

    def _ask(self) -> None:
        wanted = self._wanted()
        if wanted:
            message = json.dumps({"from": wanted[0], "to": wanted[1]})
            self.publish(self._base + "resend", message)

    def _open(self) -> RecordsFile:
        return RecordsFile(self.folder)

    def _acknowledge(self, upto: int) -> None:
        self._counting.acknowledged(upto)
        if upto:
            message = json.dumps({"stream": "bill", "upto": upto})
            self.publish(self._base + "ack", message)

    def _wanted(self) -> tuple[int, int] | None:
        """The range to ask for now, if any."""
        return self._asking.due(self._counting, self.status, self.now_s())

    def _take_key(self, spki: str) -> None:
        if self.public_key not in ("", spki):
            self.alarms.append("another public key than the device's first")
        elif not claims.is_key(spki):
            raise ValueError
        elif not self.public_key:
            write_whole(self.folder / taken_up.KEY, spki + "\n")
            self.public_key = spki

    def _take_status(self, message: dict) -> None:
        status = {**self.status, **message}  # a will says nothing but "offline"
        claims.check_status(status)
        self._hear(status if len(status) <= _MOST_WORDS else message)

    def _hear(self, status: dict) -> None:
        self.status = status
        self.acknowledge()

    def _take_live(self, connector: int, message: dict) -> None:
        if not 0 < connector <= _MOST_CONNECTORS or not isinstance(message, dict):
            raise ValueError
        self.live[connector] = message

    def _take_unjudged(self, name: str, topic: str, payload: bytes) -> None:
        """As received: who reads them judges them."""
        text = self._unjudged.text(payload)
        if name == "audit":
            self._file.write_beside(AUDIT, topic, text)
        else:
            self._file.write(topic, text)
            self.statistics += 1

    def _take_record(self, topic: str, payload: bytes, message: dict) -> None:
        record = claims.record(message)
        if not self.public_key:
            self.early += 1  # the device sends it again
            return
        where = (message["device"], topic)
        is_ours = where == (self.device, f"{self._base}bill/{record.connector}")
        number = record.pagination
        if not (is_ours and claims.is_signed(record, self.device, self.public_key)):
            self.alarms.append(f"T{number}: not what the device signed")
            return
        if number in self.records:
            self._take_again(record, topic, payload)
        else:
            self._take_new(record, topic, payload)
        self.acknowledge()

    def _take_new(self, record: Stored, topic: str, payload: bytes) -> None:
        self._file.write(topic, payload.decode("ascii"))
        record.findings = ["not judged"]  # what is stored is remembered, whatever a judge does
        self._remember(record, payload)
        record.findings = self.verify(record.ocmf, self.public_key)

    def _remember(self, record: Stored, payload: bytes) -> None:
        self._versions.add(record.pagination, payload)
        self._counting.add(record.pagination)
        self.records[record.pagination] = record

    def _take_again(self, record: Stored, topic: str, payload: bytes) -> None:
        self.repeats += 1
        number = record.pagination
        if not self._versions.has(number, payload):
            self.alarms.append(f"T{number}: the same pagination with different bytes")
            self._keep_beside(number, topic, payload)

    def _keep_beside(self, number: int, topic: str, payload: bytes) -> None:
        if self._versions.has_room(number):
            self._file.write_beside(CONFLICTS, topic, payload.decode("ascii"))
            self._versions.add(number, payload)
