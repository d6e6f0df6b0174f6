"""What the device of a soak run has said, each record checked once; judges no figure."""

import hashlib
import json
import re

from tools.soak.audit_book import AuditBook
from tools.soak.bill_book import BillBook
from tools.verify import source
from tools.verify.verdict import verify_record

# The harness's device signs with the key of RFC 6979 A.2.5.
PUBLIC_KEY = (
    "3059301306072a8648ce3d020106082a8648ce3d03010703420004"
    "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
    "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299"
)
_LONGEST = ("late_max_ms", "starved_ms", "outage_slots", "limit_bytes")  # the longest of all lives
_LARGEST = re.compile(r"max free sz: (\d+)")
_BLOCK_BYTES = 16  # of the 32-bit interpreter's heap


class Books:
    """`take` each line. (day, life, bytes): `free` after each session, `largest` piece before each
    connection to the broker."""

    def __init__(self) -> None:
        self.appended: dict[int, bytes] = {}
        self.received: dict[int, bytes] = {}
        self.duplicates = self.bytes = self.begun = self.ended = 0
        self.altered: list[int] = []
        self.bad: list[tuple[int, list[str]]] = []  # pagination, findings
        self.free: list[tuple[int, int, int]] = []
        self.largest: list[tuple[int, int, int]] = []
        self.resets: list[str] = []
        self.day = 0  # whole ones
        self.told: dict = {}  # what the device counted in all of its lives
        self.state: dict | None = None  # what the next life goes on from
        self.audit = AuditBook()
        self.bills = BillBook()
        self._life = 0
        self._ends: dict[str, int] = {}

    def take(self, line: str) -> None:
        kind, _, rest = line.rstrip("\n").partition(" ")
        largest = _LARGEST.search(line)
        if kind == "A":
            number, register_wh, payload = rest.split(" ", 2)
            self._append(int(number), int(register_wh), payload)
        elif kind == "R":
            self._receive(rest)
        elif kind == "D":
            self.day = int(rest.split()[0])
        elif kind == "H":
            self.free.append((self.day + 1, self._life, int(rest)))
        elif kind == "X":
            self.resets.append(rest)
        elif kind == "F":
            self._count(json.loads(rest))
        elif kind == "L":
            self.audit.take(*rest.split())
        elif kind == "S":
            self.audit.end_life()
            self.state = json.loads(rest)
        elif largest:
            self.largest.append((self.day + 1, self._life, int(largest[1]) * _BLOCK_BYTES))

    @property
    def lost(self) -> list[int]:
        return sorted(self.appended.keys() - self.received.keys())

    @property
    def reused(self) -> list[int]:
        """Numbers that were received and never promised."""
        return sorted(self.received.keys() - self.appended.keys())

    @property
    def unclosed(self) -> list[str]:
        """Sessions without exactly one end record."""
        return [session for session, ends in self._ends.items() if ends != 1]

    def _count(self, life: dict) -> None:
        """The end of a life: its figures go on top of those before."""
        self._life += 1
        for name, count in life.items():
            if isinstance(count, list):  # erases, block by block
                worn = self.told.get(name) or [0] * len(count)
                self.told[name] = [a + b for a, b in zip(worn, count, strict=True)]
            else:
                before = self.told.get(name, 0)
                self.told[name] = max(before, count) if name in _LONGEST else before + count

    def _append(self, number: int, register_wh: int, payload: str) -> None:
        record = json.loads(payload)
        if number in self.appended or record["pg"] != number:
            self.altered.append(number)
        self.appended[number] = hashlib.sha256(payload.encode()).digest()
        self.bytes += len(payload)
        self.bills.take(record, register_wh)
        begins = record["kind"] == "begin"
        self.begun += begins
        self.ended += not begins
        session = record["session"]
        self._ends[session] = self._ends.get(session, 0) + (not begins)

    def _receive(self, payload: str) -> None:
        record = json.loads(payload)
        number, digest = record["pg"], hashlib.sha256(payload.encode()).digest()
        if digest != self.appended.get(number):
            self.altered.append(number)
        elif number in self.received:
            self.duplicates += 1
        if number in self.received:
            return
        self.received[number] = digest
        verdict = verify_record(record["ocmf"], PUBLIC_KEY)
        good = verdict.signature_ok if record["kind"] == "begin" else verdict.ok
        if not good:
            self.bad.append((number, verdict.findings))
        self.audit.head(number, source.payload(record["ocmf"]).get("UA"))
