"""Finds the records and the key that a command names: files, stdin, hex; judges none of them."""

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from tools.verify import signature

_RECORD = re.compile(r"^OCMF\|", re.MULTILINE)
_BESIDE = re.compile("([^/]+/){3}(load|stat)(/|$)")  # what a records.jsonl has beside `bill`
STDIN = "-"


class SourceFault(Exception):
    """One sentence: what is wrong, where, and what to do."""


class NoRecords(SourceFault):
    """A file in order, with no record in it yet: empty, or with what else a device sends."""


@dataclass(frozen=True)
class Message:
    """One `bill` message: what stands outside the signature, and the record."""

    line: int
    payload: str
    device: str
    connector: int
    kind: str
    pagination: int
    session: str
    reason: str
    text: str
    capsule: str = ""  # of a begin record: the sealed identification, base64


def read(name: str) -> list[str] | list[Message]:
    """The records of a text file, or the messages of a records.jsonl. SourceFault."""
    text = _text(name)
    if text.lstrip().startswith("OCMF|"):
        return _records(text.strip())
    if text.lstrip().startswith("{"):
        return _messages(name, text)
    raise SourceFault(
        f"{_called(name)} holds no OCMF record; give a text that starts with OCMF| or a "
        "records.jsonl of `make run`"
    )


def key(option: str | None, files: list[str]) -> str:
    """The public key that was given, or that lies beside the first file. SourceFault."""
    if option is None:
        beside = Path(files[0]).with_name("public_key.hex")
        if files[0] == STDIN or not beside.is_file():
            if files[0] != STDIN:
                _raw(files[0])  # one that is not there wants no key
            raise SourceFault(
                "no public key: give --key with the key in hex or its file, for there is no "
                f"public_key.hex beside {_called(files[0])}"
            )
        option = str(beside)
    if signature.key_bytes(option):
        return option
    if not _is_file(option):
        raise SourceFault(
            f"--key {_shortened(option)} is neither a public key (SubjectPublicKeyInfo in hex) "
            "nor a file; copy the key from the charger or from public_key.hex"
        )
    text = _raw(option).decode(errors="replace").strip()
    if not signature.key_bytes(text):
        raise SourceFault(
            f"{option} holds no public key; it must be a SubjectPublicKeyInfo in hex, as in "
            "public_key.hex"
        )
    return text


def payload(text: str) -> dict:
    """Of a record that verifies; ValueError, LookupError for what has none."""
    found = json.loads(text.split("|")[1])
    if not isinstance(found, dict):
        raise ValueError
    return found


def _text(name: str) -> str:
    """What the file holds. SourceFault."""
    try:
        raw = sys.stdin.buffer.read() if name == STDIN else _raw(name)
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        bad = bytes(fault.object)
        line = bad.count(b"\n", 0, fault.start) + 1
        if not bad.startswith(b"{") or b"\0" in bad:
            text = "\0"
        else:
            raise SourceFault(
                f"line {line} of {_called(name)} has a byte that is no UTF-8 "
                f"(0x{bad[fault.start]:02x}); repair or remove it"
            ) from fault
    if "\0" in text:
        raise SourceFault(f"{_called(name)} is no text file; give an OCMF record or records.jsonl")
    if not text.strip():
        raise NoRecords(f"{_called(name)} is empty; give an OCMF record or records.jsonl")
    return text


def _raw(name: str) -> bytes:
    """Of a file. SourceFault."""
    if not name:
        raise SourceFault("a file's name is empty; name a records.jsonl or a record's file")
    try:
        return Path(name).read_bytes()
    except OSError as fault:
        why = fault.strerror or "no file"
        raise SourceFault(f"{name} cannot be read ({why}); name another file") from fault
    except ValueError:  # a NUL in the name
        return b"\0"


def _records(text: str) -> list[str]:
    starts = [found.start() for found in _RECORD.finditer(text)]
    return [
        text[start:end].rstrip("\r\n")
        for start, end in zip(starts, [*starts[1:], len(text)], strict=True)
    ]


def _messages(name: str, text: str) -> list[Message]:
    found, is_ours = [], True
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        row, message = line_of(line, number, f"line {number} of {_called(name)}")
        if message:
            found.append(message)
        is_ours = is_ours and bool(_BESIDE.match(str(row.get("topic"))))
    if not found:
        kind = NoRecords if is_ours else SourceFault
        raise kind(f"{_called(name)} holds no `bill` message; give a records.jsonl")
    return found


def line_of(line: str, number: int, where: str) -> tuple[dict, Message | None]:
    """A line of records.jsonl, and its `bill` message. SourceFault."""
    row = _object(line, where)
    is_bill = row and "/bill/" in str(row.get("topic", "/bill/"))
    return row, _message(row, number, where) if is_bill else None


def _message(row: dict, number: int, where: str) -> Message:
    """`row`: a line of records.jsonl, or a `bill` message alone."""
    payload = row.get("payload", json.dumps(row))
    bill = _object(payload if isinstance(payload, str) else "", "the payload in " + where)
    message = Message(
        number, payload, bill.get("device", ""), bill.get("connector", 0), bill.get("kind", ""),
        bill.get("pg", 0), bill.get("session", ""), bill.get("reason", ""), bill.get("ocmf", ""),
        bill.get("capsule", ""),
    )  # fmt: skip
    texts = (
        message.device, message.kind, message.session, message.reason, message.text,
        message.capsule,
    )  # fmt: skip
    numbers = (message.connector, message.pagination)
    if not (all(isinstance(x, str) for x in texts) and all(type(x) is int for x in numbers)):
        raise SourceFault(f"{where} has a field of the wrong type; it is no `bill` message")
    if not message.text:
        raise SourceFault(f"{where} has no `ocmf`; every line must be a `bill` message")
    return message


def _object(text: str, where: str) -> dict:
    try:
        row = json.loads(text)
    except (ValueError, RecursionError):
        row = None
    if not isinstance(row, dict):
        raise SourceFault(f"{where} is no JSON object; repair or remove it")
    return row


def _is_file(name: str) -> bool:
    try:
        return Path(name).is_file()
    except (OSError, ValueError):  # a name too long, or with a NUL
        return False


def _called(name: str) -> str:
    return "standard input" if name == STDIN else name


def _shortened(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "..."
