"""Finds the frames that a command names: in folders, files, exported messages; judges none."""

import json
import re
from collections.abc import Iterator
from itertools import groupby, pairwise
from pathlib import Path

from tools.audit import entry as entries
from tools.audit.entry import Place
from tools.audit.following import PRUNED, Piece
from tools.bills.command import CommandFault

_NAME = re.compile(r"([0-9a-f]{8})\.aud")  # drivers.audit_log: the first entry's number
_FOLDER = "audit"
_TOPIC = re.compile(r"wattseal/v1/([^/]+)/audit")


def read(paths: list[Path], device: str | None) -> list[Piece]:
    """What all paths hold, in the order of their first entries. `device`: whose messages count,
    None where there is one. CommandFault."""
    found: list[Piece] = []
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            files += _files(path)
        elif _NAME.fullmatch(path.name):
            files.append(path)
        else:
            found += _of_file(path, device)
    for _, siblings in groupby(sorted(files), key=lambda path: path.parent):
        found += _of_files(list(dict.fromkeys(siblings)))
    return sorted(found, key=lambda piece: piece.first)


def pruned(pieces: list[Piece]) -> dict[int, bytes]:
    """By the number of the last entry that is gone, its mac: what all `pruned` entries say."""
    found: dict[int, bytes] = {}
    for piece in pieces:
        for _, raw in piece.rows:
            entry = entries.read(raw)
            told = entries.pruned_by(entry) if entry and entry.what == PRUNED else None
            if told:
                found[told[0]] = told[1]
    return found


def rows(name: str, content: bytes) -> list[tuple[Place, bytes]]:
    """The lines of a file of frames, each with its LF."""
    parts = content.split(b"\n")
    lines = [part + b"\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])
    return [(Place(name, number), line) for number, line in enumerate(lines, 1)]


def of_contents(contents: list[tuple[str, int, bytes]]) -> list[Piece]:
    """`contents`: (name, number of the first entry, bytes) of a device's files, in their order:
    of each, nothing counts from the number on that the next one begins with."""
    lasts = [later[1] - 1 for _, later in pairwise(contents)] + [0]
    return [
        Piece(Place(name, 1), first, rows(name, content), None, last)
        for (name, first, content), last in zip(contents, lasts, strict=True)
    ]


def objects(name: str) -> Iterator[tuple[int, dict]]:
    """(number, object) of the lines of a records.jsonl. CommandFault."""
    text = _content(Path(name)).decode(errors="replace")
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield number, _object(line, f"line {number} of {name}")


def messages(name: str) -> Iterator[tuple[int, str, dict]]:
    """(line, device, payload) of the `audit` messages of a records.jsonl. CommandFault."""
    for number, row in objects(name):
        topic = _TOPIC.fullmatch(str(row.get("topic", "")))
        if topic:
            where = f"the payload in line {number} of {name}"
            yield number, topic[1], _object(row.get("payload"), where)


def _files(folder: Path) -> list[Path]:
    for place in (folder, folder / _FOLDER):
        found = [path for path in place.glob("*.aud") if _NAME.fullmatch(path.name)]
        if found:
            return found
    raise CommandFault(f"{folder} holds no file of an audit log (.aud); name the device's data")


def _of_files(paths: list[Path]) -> list[Piece]:
    return of_contents([(str(path), int(path.name[:8], 16), _content(path)) for path in paths])


def _of_file(path: Path, device: str | None) -> list[Piece]:
    content = _content(path)
    if content.lstrip()[:1] == b"{":
        return _exported(str(path), device)
    found = rows(str(path), content)
    numbers = [
        (at, entry.number) for at, (_, raw) in enumerate(found) if (entry := entries.read(raw))
    ]
    if not numbers:
        raise CommandFault(f"{path} holds no frame that is whole; give a folder or records.jsonl")
    at, number = numbers[0]
    return [Piece(Place(str(path), 1), max(1, number - at), found)]


def _exported(name: str, device: str | None) -> list[Piece]:
    rows = [row for row in messages(name) if "frames" in row[2] and device in (None, row[1])]
    devices = sorted({row[1] for row in rows})
    if not devices:
        said = f" of {device}" if device else ""
        raise CommandFault(
            f"{name} holds no log{said}; ask the device for it: tools.command audit"
        )
    if len(devices) > 1:
        raise CommandFault(f"{name} holds logs of {', '.join(devices)}; choose by --device")
    found = [_message(name, line, payload) for line, _, payload in rows]
    return sorted(found, key=lambda piece: piece.first)


def _message(name: str, line: int, payload: dict) -> Piece:
    before, frames = payload.get("before"), payload["frames"]
    try:
        number, mac = int(before[0]), bytes.fromhex(before[1])  # type: ignore[index]
        if (
            payload.get("v") != 1
            or number < 0
            or len(mac) != 32
            or not all(isinstance(each, str) for each in frames)
        ):
            raise ValueError
    except (TypeError, ValueError, LookupError, OverflowError):  # JSON's Infinity is no number
        raise CommandFault(
            f"line {line} of {name} is no `audit` message of version 1; remove it"
        ) from None
    placed = [
        (Place(name, line, at), each.encode(errors="replace") + b"\n")
        for at, each in enumerate(frames, 1)
    ]
    return Piece(Place(name, line, 1), number + 1, placed, mac)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise CommandFault(
            f"{path} cannot be read ({fault.strerror}); name another file"
        ) from fault


def _object(text: object, where: str) -> dict:
    try:
        found = json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise CommandFault(f"{where} is no JSON object; repair or remove it")
    return found
