"""The audit chain in files of one folder, appended to and read; decides nothing that goes in.

A file holds some entries (core.audit_chain), and is named after the first one's number,
`0000002a.aud`. Whatever is cut off or fails on the way is cut off for good by beginning a file at
the number that comes next: of an older one, nothing from that number on counts. The oldest file
goes once there is another `pruned` entry, which has number and mac of the last one that is gone.
"""

import os
from binascii import hexlify, unhexlify

from micropython import const

from wattseal.core import audit_chain
from wattseal.core.hmac_sha256 import key_blocks
from wattseal.drivers.durable import write_durably

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable, Iterator, Sequence

    Entry = tuple[int, str, dict[str, str]]  # UTC second, OCMF's time state, the line's values

_SUFFIX = ".aud"
_NAME_LENGTH = const(12)
_EEXIST = const(17)
_EILSEQ = const(84)  # LittleFS: what leads to this part of the file is damaged, and stays so
_FILES = const(8)  # of full ones, that hold `most`
_MOST_FILES = const(64)
_MOST_S = const(31622400)  # 366 days
_FILE_S = const(2678400)  # 31 days
PRUNED = "pruned"


class AuditLog:
    """`key`: 32 bytes; `most`: entries that are kept. Walk `opening` before anything else.

    `number`, `mac`: of the newest durable entry. `counts`: for `status`.
    """

    def __init__(self, folder: str, key: bytes, most: int = 1000) -> None:
        self._folder = folder
        self._blocks = key_blocks(key)
        self._most, self._most_in_file = most, max(1, most // _FILES)
        self.number, self.mac = 0, audit_chain.GENESIS
        self.steady_s = 0  # UTC that may be believed, which whoever reviews ages sets; 0: none
        self.counts = {"audit_damaged": 0, "audit_unpruned": 0}
        # Of each file: its first entry's number, the mac before that, its first synchronised time.
        self._files: list[tuple[int, bytes, int]] = []
        self._whole = False  # nothing stands behind the newest file's last entry
        self._known = True  # `mac` is of the entry before the next one that is read

    def opening(self, seen: "Callable[[bytes], None]") -> "Iterator[None]":
        """Read all there is, in short steps; `seen`: is told each line. OSError."""
        _make_folder(self._folder)
        bases = sorted(int(name[:8], 16) for name in os.listdir(self._folder) if _is_ours(name))
        pruned: dict[int, bytes] = {}
        for at, base in enumerate(bases):
            self._reach(base)
            for found in self._frames(base, bases[at + 1] - 1 if at + 1 < len(bases) else 0):
                self._whole = found is not None
                if found:
                    self._follow(*found)
                    if audit_chain.value(found[0], "ev") == PRUNED:
                        _note_pruned(pruned, found[0])
                    seen(found[0])
                yield
        self._settle(pruned)

    def append(self, entries: "Sequence[Entry]") -> None:
        """All of them, in one write; durable when it returns. OSError: none counts."""
        utc_s, state, _ = entries[0]
        rows, going = list(entries), 0
        begins = not self._whole or self._is_full()
        if begins:
            going = self._too_old(self.steady_s)
        if going:
            base, before, _ = self._files[going]
            pruned = {"ev": PRUNED, "obj": str(base - 1), "new": hexlify(before).decode()}
            rows.insert(0, (utc_s, state, pruned))
        number, mac, frames = self.number, self.mac, b""
        for utc_s, state, values in rows:
            number += 1
            line = audit_chain.line(number, utc_s, state, values)
            mac = audit_chain.mac(self._blocks, mac, line)
            frames += audit_chain.frame(line, mac)
        self._write(frames, begins, max([row[0] if row[1] == "S" else 0 for row in rows]))
        self.number, self.mac = number, mac
        self._whole = True  # what fails before this, the heap too, is left behind in its file
        if going:
            self._remove(self._files[going][0] - 1)

    def before(self) -> "tuple[int, bytes]":
        """(number, mac) of the entry before the oldest that is kept."""
        return (self._files[0][0] - 1, self._files[0][1]) if self._files else (0, self.mac)

    def entries(self, after: int = 0) -> "Iterator[tuple[bytes, bytes]]":
        """(line, mac) of those kept with a higher number; what comes meanwhile is not among them.
        OSError, also when some are pruned meanwhile."""
        rows, newest = list(self._files), self.number
        for at, row in enumerate(rows):
            last = rows[at + 1][0] - 1 if at + 1 < len(rows) else newest
            if last > after:
                for found in self._frames(row[0], last):
                    if found and audit_chain.number(found[0]) > after:
                        yield found

    def _reach(self, base: int) -> None:
        """The next file; what should have come before it and did not is counted."""
        self._known = base == self.number + 1
        if self._files and not self._known:
            self.counts["audit_damaged"] += 1
        self._files.append((base, self.mac, 0))
        self.number, self._whole = base - 1, True

    def _follow(self, line: bytes, mac: bytes) -> None:
        """The next entry. What does not follow on the one before is counted."""
        number = audit_chain.number(line)
        base, before, begun_s = self._files[-1]
        if not begun_s and audit_chain.value(line, "q") == "S":
            self._files[-1] = base, before, int(audit_chain.value(line, "t"))
        follows = number == self.number + 1
        if follows and self._known:
            follows = mac == audit_chain.mac(self._blocks, self.mac, line)
        self.counts["audit_damaged"] += not follows
        self.number, self.mac, self._known = number, mac, True

    def _settle(self, pruned: "dict[int, bytes]") -> None:
        """Once all is read: remove what a cut kept from going, and see what is gone without."""
        if pruned:
            self._remove(max(pruned))
        if self._files and self._files[0][0] > 1:
            base, before, utc_s = self._files[0]
            self.counts["audit_damaged"] += base - 1 not in pruned
            self._files[0] = base, pruned.get(base - 1, before), utc_s

    def _frames(self, base: int, last: int) -> "Iterator[tuple[bytes, bytes] | None]":
        """Of one file, up to the number `last`, 0 for all; None for what is no frame. OSError."""
        with open(self._path(base), "rb") as file:
            while True:
                try:
                    raw = file.readline(audit_chain.MOST_BYTES)
                except OSError as fault:
                    if fault.errno != _EILSEQ:
                        raise
                    yield None
                    return
                if not raw:
                    return
                found = audit_chain.unframe(raw)
                number = audit_chain.number(found[0]) if found else 0
                if last and number > last:
                    return
                yield found if number else None

    def _is_full(self) -> bool:
        """Enough entries, or enough time: entries go by whole files."""
        base, _, begun_s = self._files[-1]
        old = begun_s and self.steady_s > begun_s + _FILE_S
        return self.number + 1 - base >= self._most_in_file or bool(old)

    def _too_old(self, utc_s: int) -> int:
        """How many of the files, oldest first, are too many or too old; never the newest."""
        for at in range(len(self._files) - 1):
            base, _, begun_s = self._files[at + 1]
            kept = self.number + 1 - self._files[at][0] + self._most_in_file
            too_many = kept > self._most or len(self._files) - at >= _MOST_FILES
            if not too_many and not (begun_s and utc_s > begun_s + _MOST_S):
                return at
        return max(0, len(self._files) - 1)

    def _write(self, frames: bytes, begins: bool, utc_s: int) -> None:
        """OSError."""
        base = self.number + 1 if begins else self._files[-1][0]
        self._whole = False  # until all of it is there, and noted
        with open(self._path(base), "wb" if begins else "ab") as file:
            write_durably(file, frames)
        if begins:
            while self._files and self._files[-1][0] >= base:
                self._files.pop()  # one in which nothing counted
            self._files.append((base, self.mac, 0))
        base, before, begun_s = self._files[-1]
        self._files[-1] = base, before, begun_s or utc_s

    def _remove(self, last: int) -> None:
        """The files whose entries all have a number up to `last`."""
        while len(self._files) > 1 and self._files[1][0] <= last + 1:
            try:
                os.remove(self._path(self._files[0][0]))
            except OSError:
                self.counts["audit_unpruned"] += 1
                return
            del self._files[0]

    def _path(self, base: int) -> str:
        return "%s/%08x%s" % (self._folder, base, _SUFFIX)


def _note_pruned(pruned: "dict[int, bytes]", line: bytes) -> None:
    """By the number of the last entry that is gone: its mac."""
    number, digits = audit_chain.value(line, "obj"), audit_chain.value(line, "new")
    try:
        pruned[int(number)] = unhexlify(digits)
    except ValueError:
        pass  # of another form than ours: it tells nothing


def _is_ours(name: str) -> bool:
    digits = name[:8]
    hexadecimal = all("0" <= c <= "9" or "a" <= c <= "f" for c in digits)
    return len(name) == _NAME_LENGTH and name.endswith(_SUFFIX) and hexadecimal


def _make_folder(path: str) -> None:
    try:
        os.mkdir(path)
    except OSError as fault:
        if fault.errno != _EEXIST:
            raise
