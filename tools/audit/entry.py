"""One entry of an audit log as it was read, and where; believes nothing of it."""

import re
from dataclasses import dataclass

from wattseal.core import audit_chain

# The one form of a line, as core.audit_chain describes it: a second account of it.
_TEXT = r'"([ !#-\[\]-~]{0,64})"'
_LINE = re.compile(
    rf'\{{(?:"ev":{_TEXT},)?"n":([1-9]\d{{0,9}}),(?:"new":{_TEXT},)?(?:"obj":{_TEXT},)?'
    rf'(?:"old":{_TEXT},)?"q":"([USIR])","t":(0|-?[1-9]\d{{0,15}})(?:,"who":{_TEXT})?\}}'
)


@dataclass(frozen=True)
class Place:
    """`line`: from 1, 0 for a file that is none. `frame`: from 1, in a message that has several;
    0 where a line is one."""

    file: str
    line: int
    frame: int = 0

    def __str__(self) -> str:
        said = f"line {self.line} of {self.file}" if self.line else self.file
        return f"frame {self.frame} in {said}" if self.frame else said


@dataclass(frozen=True)
class Entry:
    """`utc_s`, `state`: UTC second and OCMF's time state. `line`, `mac`: as bytes, as kept."""

    number: int
    utc_s: int
    state: str
    what: str
    who: str
    obj: str
    old: str
    new: str
    line: bytes
    mac: bytes


def read(raw: bytes) -> Entry | None:
    """Of a frame with its LF. None: it is damaged, or none of ours."""
    found = audit_chain.unframe(raw)
    if not found:
        return None
    line, mac = found
    parts = _LINE.fullmatch(line.decode("ascii", "replace"))
    if not parts:
        return None
    what, number, new, obj, old, state, utc_s, who = (part or "" for part in parts.groups())
    return Entry(int(number), int(utc_s), state, what, who, obj, old, new, line, mac)


def pruned_by(entry: Entry) -> tuple[int, bytes] | None:
    """(number, mac) of the last entry that a `pruned` one says is gone; None: another form."""
    try:
        mac = bytes.fromhex(entry.new)
    except ValueError:
        return None
    whole = len(mac) == 32 and entry.obj.isdecimal() and len(entry.obj) <= 10
    return (int(entry.obj), mac) if whole else None
