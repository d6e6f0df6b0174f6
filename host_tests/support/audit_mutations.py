"""Every change of an audit log of 1,000 entries, shown to tools.audit's verifier; CPython only.

A change at entry n is shown with the state before n, which the entries before it lead to: what a
verifier says of the whole log first, it says here (test_audit_mutations shows a sample both ways).
A change is undetected, or misplaced: found, but not at the entry and the line that are wrong.
"""

import sys

import interpreters
import scratch_folder
from audit_case import KEY, UTC_S, opened

sys.path.append(str(interpreters.ROOT))  # a job of `make faults` has no tools on its path

from tools.audit import entry as entries  # noqa: E402
from tools.audit import heads, sources  # noqa: E402
from tools.audit.entry import Place  # noqa: E402
from tools.audit.following import Finding, Follower, Piece  # noqa: E402
from wattseal.core import audit_chain  # noqa: E402

COUNT = 1000
KINDS = (
    "bits flipped", "entries cut out", "entries doubled", "entries forged", "entries replaced",
    "neighbours swapped", "far pairs swapped", "cut off behind an entry", "cut off in an entry",
    "files exchanged", "files taken away",
)  # fmt: skip
_FAR = (2, 7, 41, 125, 333, 700)  # apart
_EVENTS = ("boot", "fw", "key", "config", "command", "consent", "time", "journal")


class Log:
    """`files`: (name, first number, content) as the device writes them. `rows`: every frame."""

    def __init__(self, count=COUNT):
        folder = scratch_folder.on_host()
        try:
            log, _ = opened(folder, count * 8 // 7)  # none is pruned
            for number in range(1, count + 1):
                log.append([(UTC_S + 7 * number, "S", _values(number))])
            self.files = [
                (path.name, piece.first, path.read_bytes())
                for piece in sources.read([interpreters.Path(folder)], None)
                for path in [interpreters.Path(piece.place.file)]
            ]
        finally:
            scratch_folder.remove(folder)
        self.count = count
        parts = b"".join(content for _, _, content in self.files).split(b"\n")
        self.rows = [part + b"\n" for part in parts[:-1]]
        self.macs = [audit_chain.GENESIS] + [audit_chain.unframe(row)[1] for row in self.rows]
        self.head = heads.Head(count, self.macs[-1].hex()[:16], Place("record", 1))

    def frame(self, number):
        """b"" behind the end."""
        return self.rows[number - 1] if number <= self.count else b""


def _values(number):
    what = _EVENTS[number % len(_EVENTS)]
    new = str(UTC_S + 7 * number) if what == "time" else "%016x" % (number * 0x9E3779B97F4A7C15)
    return {"ev": what, "obj": str(number), "new": new[-16:], "who": "device"}


def shown(log, number, content, head=None):
    """The verifier's findings of `content` behind entry `number` - 1, rows from 1."""
    follower = Follower(KEY, {})
    follower.begin_at(number - 1, log.macs[number - 1])
    follower.follow(Piece(Place("log", 1), number, sources.rows("log", content)))
    return follower.findings + (heads.judge(follower, [head])[0] if head else [])


def shown_whole(contents, head=None):
    """The findings of whole files: (name, first number, content)."""
    follower = Follower(KEY, {})
    for piece in sources.of_contents(contents):
        follower.follow(piece)
    return follower.findings + (heads.judge(follower, [head])[0] if head else [])


def naive(log, number, content, head=None):
    """The same of a verifier that looks at checksums alone."""
    found = sources.rows("log", content)
    return [Finding("damaged", number, place) for place, raw in found if not entries.read(raw)]


def unkeyed(log, number, content, head=None):
    """The same of who has no key."""
    follower = Follower(None, {})
    follower.begin_at(number - 1, log.macs[number - 1])
    follower.follow(Piece(Place("log", 1), number, sources.rows("log", content)))
    return follower.findings + (heads.judge(follower, [head])[0] if head else [])


VERIFIERS = {"tools.audit": shown, "checksums alone": naive, "without a key": unkeyed}


def flips(log, number, every):
    raw = log.frame(number)
    for bit in range(number % every, 8 * len(raw), every):
        other = bytearray(raw)
        other[bit // 8] ^= 1 << bit % 8
        yield "bit %d" % bit, bytes(other) + log.frame(number + 1), number, 1


def forged(log, number):
    """Well-formed ones with right checksums, before entry `number`, by who has no key."""
    raw, before = log.frame(number), log.macs[number - 1]
    line = audit_chain.line(number, UTC_S + 7 * number, "S", _values(number + 3))
    own = audit_chain.unframe(raw)[1] if raw else bytes(32)
    for how, mac in (("zeros", bytes(32)), ("the last one's", before), ("its own", own)):
        yield "mac: " + how, audit_chain.frame(line, mac) + raw, number, 1
    again = audit_chain.line(number + 1, UTC_S + 7 * number, "S", _values(number))
    yield "the next number", audit_chain.frame(again, before) + raw, number, 1


def replaced(log, number):
    """Another line in place of an entry's, under its mac and a right checksum."""
    for changed in (("who", "nobody"), ("ev", "boots"), ("obj", "0"), ("new", "")):
        values = dict([*_values(number).items(), changed])
        line = audit_chain.line(number, UTC_S + 7 * number, "S", values)
        later = log.frame(number + 1)
        yield changed[0], audit_chain.frame(line, log.macs[number]) + later, number, 1
    line = audit_chain.line(number, UTC_S + 7 * number - 1, "S", _values(number))
    yield "t", audit_chain.frame(line, log.macs[number]) + later, number, 1


def swapped(log, number, apart):
    if number + apart <= log.count:
        # What stands further behind cannot change what is found first.
        between = log.frame(number + 1) if apart > 1 else log.frame(number)
        content = log.frame(number + apart) + between
        yield "with %d" % (number + apart), content, number, 1


def cut_in(log, number, every):
    raw = log.frame(number)
    for length in range(1, len(raw)):
        if (number + length) % every == 0 or length == len(raw) - 1:
            yield "after %d bytes" % length, raw[:length], number, 1


def of_entry(log, number, every):
    """{kind: its changes at this entry}: (how, bytes, entry and row that are wrong), and of those
    that a head alone can show, row 0."""
    raw, later = log.frame(number), log.frame(number + 1)
    gone = 1 if later else 0
    return {
        "bits flipped": flips(log, number, every),
        "entries cut out": [("", later, number, gone)],
        "entries doubled": [("", raw + raw + later, number, 2)],
        "entries forged": forged(log, number),
        "entries replaced": replaced(log, number),
        "neighbours swapped": swapped(log, number, 1),
        "far pairs swapped": (row for apart in _FAR for row in swapped(log, number, apart)),
        "cut off behind an entry": [("", b"", number, 0)],
        "cut off in an entry": cut_in(log, number, every),
    }


def wrong(found, number, row):
    """ "" or what is wrong with the first finding, at entry `number` and row `row`."""
    if not found:
        return "undetected"
    first = found[0]
    at_record = first.place.file == "record"
    placed = at_record if row == 0 else not at_record and first.place.line == row
    return "" if first.number == number and placed else "misplaced"


def files_changed(log):
    """(kind, how, files, entry that is wrong, its row or 0)."""
    for at, (_, base, _) in enumerate(log.files):
        left = log.files[:at] + log.files[at + 1 :]
        last = at + 1 == len(log.files)
        yield "files taken away", "file %d" % at, left, base, 0 if last else 1
        for other in range(at + 1, len(log.files)):
            files = list(log.files)
            for one, two in ((at, other), (other, at)):
                files[one] = (*log.files[one][:2], log.files[two][2])
            yield "files exchanged", "files %d and %d" % (at, other), files, base, 1


def cases(part=0, parts=1, every=1, count=COUNT, verifier="tools.audit"):
    """(kind, changes tried, [what was wrong]); of the entries, each `parts`-th; of bits and of
    bytes to cut at, each `every`-th."""
    log, show = Log(count), VERIFIERS[verifier]
    tried = dict.fromkeys(KINDS, 0)
    said = {kind: [] for kind in KINDS}

    def judge(kind, how, found, number, row):
        tried[kind] += 1
        verdict = wrong(found, number, row)
        if verdict:
            said[kind].append("%s: entry %d, %s, %s" % (verdict, number, kind, how))

    for number in range(1 + part, count + 2, parts):
        if number > count:  # behind the last one
            for how, content, at, row in forged(log, number):
                judge("entries forged", how, show(log, number, content), at, row)
            continue
        for kind, changes in of_entry(log, number, every).items():
            for how, content, at, row in changes:
                head = log.head if row == 0 else None
                judge(kind, how, show(log, number, content, head), at, row)
    if part == 0 and show is shown:
        for kind, how, files, at, row in files_changed(log):
            judge(kind, how, shown_whole(files, log.head if row == 0 else None), at, row)
    for kind in KINDS:
        yield kind, tried[kind], said[kind]
