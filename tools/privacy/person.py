"""One person's sessions in record files, and those without what tells of them; writes nothing."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec

from tools import capsule_cut
from tools.bills.command import CommandFault
from tools.privacy.opening import Unopened, is_kept_on_device, opened
from tools.verify import source
from tools.verify.source import Message

CAPSULE, CLEAR, ON_DEVICE = "capsule", "in clear", "key on the device"


@dataclass(frozen=True)
class Person:
    """What is presented. `key`: the back end's, None to open nothing; `sessions`: which are known
    to be theirs, as a device reports it."""

    key: ec.EllipticCurvePrivateKey | None
    id_type: str
    identification: str
    sessions: frozenset[str] = frozenset()


@dataclass
class Theirs:
    """One session. `records`: (kind, pagination) in order; `holds`: what tells of the person."""

    device: str
    connector: int
    session: str
    records: list[tuple[str, int]] = field(default_factory=list)
    holds: list[str] = field(default_factory=list)


@dataclass
class Found:
    """`unknown`: begin records whose capsule this key does not open; `capsules`: all of theirs."""

    sessions: list[Theirs]
    unknown: int
    capsules: frozenset[str] = frozenset()


def find(names: Iterable[str], who: Person, beside: Iterable[str] = ()) -> Found:
    """Of unsigned and changed copies too: what tells of a person does so there as well. `beside`:
    conflicts.jsonl, in which anybody's message may be. SourceFault."""
    messages = [each for name in names for each in source.read(name) if isinstance(each, Message)]
    messages += [each for name in beside for _, each in _kept_beside(name) if each]
    found: dict[tuple[str, str], Theirs] = {}
    unknown = set()
    for each in messages:
        held = _held(each, who)
        place = (each.device, each.session)
        if held:
            theirs = found.setdefault(place, Theirs(each.device, each.connector, each.session))
            if held not in theirs.holds:
                theirs.holds.append(held)
        elif each.capsule and not _opens(each, who):
            unknown.add(place)
    for each in messages:
        place = (each.device, each.session)
        row = (each.kind, each.pagination)
        if place in found and row not in found[place].records:
            found[place].records.append(row)
    for theirs in found.values():
        theirs.records.sort(key=lambda row: row[1])
    capsules = frozenset(each.capsule for each in messages if (each.device, each.session) in found)
    return Found(
        [found[place] for place in sorted(found)], len(unknown - set(found)), capsules - {""}
    )


def without(name: str, found: Found) -> tuple[bytes, int]:
    """(the file without the capsules of these sessions, how many are gone). What is signed, and
    every other byte of a line, stays. SourceFault, CommandFault."""
    theirs = {(each.device, each.session) for each in found.sessions}
    messages = [each for each in source.read(name) if isinstance(each, Message)]
    lines = Path(name).read_bytes().split(b"\n")
    count = 0
    for each in messages:
        if each.capsule and (each.device, each.session) in theirs:
            at = each.line - 1
            lines[at] = _line(
                lines[at].decode("utf-8-sig"), f"line {each.line} of {name}"
            ).encode()
            count += 1
    return b"\n".join(lines), count


def without_beside(name: str, found: Found) -> tuple[bytes, int, int]:
    """Of conflicts.jsonl: (the file without these capsules, under whatever session they are told;
    how many are gone; how many lines are, for what is no message cannot be searched). OSError."""
    lines, count, odd = [], 0, 0
    for line, each in _kept_beside(name):
        try:
            if each and each.capsule in found.capsules:
                line, count = _line(line, name), count + 1
        except CommandFault:
            each = None
        if each is None:
            odd += 1
        else:
            lines.append(line + "\n")
    return "".join(lines).encode(), count, odd


def _kept_beside(name: str) -> list[tuple[str, Message | None]]:
    """Each line with its message, None where it is none."""
    rows: list[tuple[str, Message | None]] = []
    text = Path(name).read_text(encoding="utf-8", errors="replace")
    for number, line in enumerate(text.split("\n"), 1):
        try:
            if line.strip():
                rows.append((line, source.line_of(line, number, name)[1]))
        except source.SourceFault:
            rows.append((line, None))
    return rows


def _line(line: str, where: str) -> str:
    """CommandFault."""
    row = json.loads(line)
    if "payload" not in row:
        return _cut(line, where)
    before = row["payload"]
    row["payload"] = _cut(before, where)
    for ascii_only in (True, False):
        old = json.dumps(before, ensure_ascii=ascii_only)
        if line.count(old) == 1:
            return line.replace(old, json.dumps(row["payload"], ensure_ascii=ascii_only))
    return json.dumps(row)


def _cut(payload: str, where: str) -> str:
    """Without its capsule. CommandFault."""
    try:
        return capsule_cut.cut(payload)
    except ValueError as fault:
        raise CommandFault(
            f"the capsule in {where} is not written as one text; take it out by hand"
        ) from fault


def _held(each: Message, who: Person) -> str:
    """What tells of the person in a message, "" for nothing that can be found."""
    if each.session in who.sessions and each.capsule:
        return ON_DEVICE if is_kept_on_device(each.capsule) else CAPSULE
    if _is_clear(each, who):
        return CLEAR
    if who.key is None or not each.capsule:
        return ""
    try:
        found = opened(who.key, each.capsule, each.device, each.session)
    except Unopened:
        return ""
    theirs = (found.id_type, found.identification) == (who.id_type, who.identification)
    return CAPSULE if theirs else ""


def _opens(each: Message, who: Person) -> bool:
    try:
        return who.key is not None and bool(
            opened(who.key, each.capsule, each.device, each.session)
        )
    except Unopened:
        return False


def _is_clear(each: Message, who: Person) -> bool:
    try:
        signed = source.payload(each.text)
    except (ValueError, LookupError):
        return False
    named = (signed.get("IT"), signed.get("ID")) == (who.id_type, who.identification)
    return named and who.identification != ""
