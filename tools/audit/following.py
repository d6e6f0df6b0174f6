"""Follows an audit chain entry by entry, and says what is wrong where; reads no file.

Each step stands on the state before it alone. After a finding it goes on where the chain can be
taken up again, so that one change is told once or twice, and not of each entry behind it.
"""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass

from tools.audit import entry as entries
from tools.audit.entry import Entry, Place
from wattseal.core import audit_chain
from wattseal.core.hmac_sha256 import key_blocks

PRUNED, TIME = "pruned", "time"
# What a clock may be set back by without an entry (core.clock_steps): 2 s, 100 ppm of a day.
_SLEW_S = 11
_MOST_LEFT = 5  # entries that a device puts into one write (app.auditor), with a `pruned` one


@dataclass(frozen=True)
class Finding:
    """`kind`: a name in words.SENTENCES. `number`: the entry that is wrong, or the first of those
    up to `last`."""

    kind: str
    number: int
    place: Place
    last: int = 0


@dataclass(frozen=True)
class Piece:
    """Frames that were kept together. `place`: of its first one. `first`: the number that this one
    must have. `rows`: (where, frame with its LF). `before`: the mac of the entry before, where the
    piece tells it. `last`: what stands behind this number does not count, 0 for all counts."""

    place: Place
    first: int
    rows: Iterable[tuple[Place, bytes]]
    before: bytes | None = None
    last: int = 0


class Follower:
    """`key`: None looks at no mac. `pruned`: what the log says of entries that are gone, number
    and mac. `entries`: those that were accepted, by number."""

    def __init__(self, key: bytes | None, pruned: dict[int, bytes]) -> None:
        self.entries: dict[int, Entry] = {}
        self.findings: list[Finding] = []
        self.gone: list[tuple[int, int]] = []  # first and last, pruned between two copies
        self.abandoned = 0  # pieces with something behind their last entry
        self.started = False
        self.unproved = 0  # the first entry, where nothing tells the mac before it
        self.before: tuple[int, bytes | None] = (0, None)  # number and mac before the first entry
        self._blocks = key_blocks(key) if key is not None else None
        self._pruned = pruned
        self._number = 0  # of the newest entry in this piece
        self._mac: bytes | None = None  # of that entry; None: not known
        self._good: tuple[int, bytes] | None = None  # the newest one that is proved, or the start
        self._damaged = 0  # rows since that are no entry
        self._latest_s = 0

    def begin_at(self, number: int, mac: bytes | None) -> None:
        """The entry before the first one."""
        self.before = self._number, self._mac = number, mac
        self._good = (number, mac) if mac is not None and self._blocks else None
        self.started = True

    def follow(self, piece: Piece) -> None:
        """The next piece, in the order of their first numbers."""
        if self.started:
            self._join(piece)
        else:
            self._start(piece)
        rows = iter(piece.rows)
        for place, raw in rows:
            if piece.last and self._number >= piece.last:
                self._leave([(place, raw), *rows])
                break
            self.step(place, raw)

    def step(self, place: Place, raw: bytes) -> None:
        """The next frame of this piece."""
        entry = entries.read(raw)
        if entry is None:
            if not self._damaged:
                self._find("damaged", self._number + 1, place)
            self._damaged += 1
            return
        if entry.number != self._number + 1 and not self._out_of_order(entry, place):
            return
        self._damaged = 0
        known = self.entries.get(entry.number)
        if known is None:
            self._accept(entry, place)
        elif (known.line, known.mac) != (entry.line, entry.mac):
            self._find("differs", entry.number, place)
            return
        self._number, self._mac = entry.number, entry.mac

    def _leave(self, rows: list[tuple[Place, bytes]]) -> None:
        """What stands behind the last entry that counts in a file. A write that failed may have
        left whole entries of the device there, and then what is none; anything else is put in."""
        self.abandoned += 1
        number, mac, torn = self._number, self._mac, False
        for count, (place, raw) in enumerate(rows):
            entry = entries.read(raw)
            if entry is None:
                torn = True
                continue
            own = self._blocks is None or mac is None or self._follows(entry, mac)
            if count >= _MOST_LEFT or torn or not own or entry.number != number + 1:
                self._find("behind", entry.number, place)
            number, mac = entry.number, entry.mac

    def _start(self, piece: Piece) -> None:
        number, mac = piece.first - 1, piece.before
        if number == 0:
            mac = audit_chain.GENESIS
        elif number in self._pruned:
            mac = self._pruned[number]
        elif max(self._pruned, default=0) > number:  # the power failed between two files' removal
            self.unproved = piece.first if mac is None else 0
        else:
            told = max((each for each in self._pruned if each < number), default=0)
            self._find("start", told + 1, piece.place, number)
        self.begin_at(number, mac)
        self._judge_before(piece)

    def _join(self, piece: Piece) -> None:
        number = piece.first - 1
        newest = max(self.entries, default=self.before[0])
        if number > newest:
            self._mac = piece.before or self._pruned.get(number)
            if self._mac is not None and self._mac == self._pruned.get(number):
                self.gone.append((newest + 1, number))
            elif number > newest + self._damaged:
                self._find("gap", newest + 1 + self._damaged, piece.place, number)
        elif number != self._number:
            self._mac = self._known_mac(number) or piece.before
        self._number, self._damaged = number, 0
        self._judge_before(piece)

    def _judge_before(self, piece: Piece) -> None:
        known = self._known_mac(piece.first - 1)
        if piece.before is not None and known is not None and piece.before != known:
            self._find("before", piece.first - 1, piece.place)

    def _out_of_order(self, entry: Entry, place: Place) -> bool:
        """Whether it may count all the same, and what it must follow on is set."""
        number, expected = entry.number, self._number + 1
        good = self._good
        if good and number == good[0] + 1 < expected and self._follows(entry, good[1]):
            self._number, self._mac = good  # the one before it did not belong here
            self.entries.pop(number, None)
            return True
        if number in self.entries and number < expected:
            self._find("again", number, place)
            return False
        if number < expected:
            self._find("order", number, place)
        else:
            between = range(expected + self._damaged, number)
            absent = next((each for each in between if each not in self.entries), 0)
            if absent:
                self._find("gap", absent, place, number - 1)
        self._mac = self._known_mac(number - 1)
        return True

    def _accept(self, entry: Entry, place: Place) -> None:
        if self._blocks and self._mac is not None:
            if self._follows(entry, self._mac):
                self._good = entry.number, entry.mac
            else:
                self._find("mac", entry.number, place)
        self.entries[entry.number] = entry
        self._judge_time(entry, place)
        if entry.what == PRUNED:
            self._judge_pruned(entry, place)

    def _judge_time(self, entry: Entry, place: Place) -> None:
        """From the `new` of a `time` entry the clock goes on; its own second is of before or after
        that, for a device may note it late."""
        goes_on_s = entry.utc_s
        if entry.what == TIME and entry.new.isdecimal():
            goes_on_s = int(entry.new)
            self._latest_s = min(self._latest_s, goes_on_s)
        if entry.state == "S":
            if entry.utc_s < self._latest_s - _SLEW_S:
                self._find("time", entry.number, place)
            self._latest_s = max(self._latest_s, min(entry.utc_s, goes_on_s))

    def _judge_pruned(self, entry: Entry, place: Place) -> None:
        told = entries.pruned_by(entry)
        known = self._known_mac(told[0]) if told else None
        if not told or told[0] >= entry.number or (known is not None and known != told[1]):
            self._find("pruned", entry.number, place)

    def _known_mac(self, number: int) -> bytes | None:
        if number in self.entries:
            return self.entries[number].mac
        return self.before[1] if number == self.before[0] else None

    def _follows(self, entry: Entry, before: bytes) -> bool:
        assert self._blocks
        return hmac.compare_digest(audit_chain.mac(self._blocks, before, entry.line), entry.mac)

    def _find(self, kind: str, number: int, place: Place, last: int = 0) -> None:
        self.findings.append(Finding(kind, number, place, last))
