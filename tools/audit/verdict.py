"""A log, its key and signed heads in, everything that is wrong out; prints nothing."""

from dataclasses import dataclass, field

from tools.audit import heads, silences, sources
from tools.audit.entry import Place
from tools.audit.following import Finding, Follower, Piece
from tools.audit.heads import Heads
from tools.bills.command import CommandFault
from tools.verify import source

_NO_KEY = "The macs were not checked, so a forged entry would not be seen: give --key."
_NO_HEAD = (
    "Nothing says where the log must end, so a cut there is not seen: give --records or --head."
)


@dataclass
class Verdict:
    """`findings`: in the order of entries. `unchecked`: what could not be looked at, in sentences;
    `notes`: what is no fault. `heads`: that were given; `heads_checked`: against an entry."""

    log: Follower
    keyed: bool
    findings: list[Finding] = field(default_factory=list[Finding])
    notes: list[str] = field(default_factory=list[str])
    unchecked: list[str] = field(default_factory=list[str])
    heads: int = 0
    heads_checked: int = 0


def followed(pieces: list[Piece], key: bytes | None) -> Follower:
    log = Follower(key, sources.pruned(pieces))
    for piece in pieces:
        log.follow(piece)
    return log


def judged(pieces: list[Piece], key: bytes | None, signed: Heads) -> Verdict:
    log = followed(pieces, key)
    found = Verdict(log, key is not None, [*log.findings, *signed.findings])
    wrong, gone = heads.judge(log, signed.found)
    found.findings += wrong
    found.findings.sort(key=lambda each: each.number)
    found.heads, found.heads_checked = len(signed.found), len(signed.found) - gone
    if log.before[0] and not any(each.kind == "start" for each in found.findings):
        found.notes.append(f"Entries 1 to {log.before[0]} are gone by rule (`pruned`).")
    for first, last in log.gone:
        found.notes.append(
            f"Entries {first} to {last} are in no copy here and gone by rule (`pruned`)."
        )
    if log.abandoned:
        found.notes.append(
            f"{log.abandoned} files end in what a power cut or a fault of the flash left; the"
            " device went on in the next one."
        )
    found.unchecked += _unchecked(found, signed, gone)
    return found


def _unchecked(found: Verdict, signed: Heads, gone: int) -> list[str]:
    said = []
    if found.log.unproved and found.keyed:
        said.append(
            f"Entry {found.log.unproved} is the last of a removal under way, and its mac could not"
            " be checked: copy the log again after the device's next start."
        )
    if signed.without:
        said.append(
            f"{len(signed.without)} signed records have no head (UA): no log was kept then."
        )
    said += silences.sentences(found.log, signed)
    if signed.unsigned:
        said.append(f"{signed.unsigned} records are not signed by this key, and were left out.")
    if gone:
        said.append(f"{gone} heads are of entries that are gone.")
    if not found.heads_checked:
        said.append(_NO_HEAD)
    if not found.keyed:
        said.append(_NO_KEY)
    return said


def heads_of(records: list[str], public_key: str | None, given: list[str]) -> Heads:
    """SourceFault, CommandFault."""
    found = Heads()
    for name in records:
        try:
            signed_by = source.key(public_key, [name])
        except source.SourceFault as fault:  # --key is another one here
            raise CommandFault(str(fault).replace("--key", "--public-key")) from fault
        found.read(name, signed_by)
    for text in given:
        head = heads.parsed(text, Place("--head", 0))
        if head is None:
            raise CommandFault(
                f"--head {text[:40]} is no head; it is number-digits, as UA in a record"
            )
        found.found.append(head)
    if records and not found.found:
        raise CommandFault(
            f"{records[0]} holds no head that this key has signed; give records of this device"
        )
    return found
