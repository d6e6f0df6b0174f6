"""What an earlier receiver of a device left in its folder; believes what the key signed."""

import json
from collections.abc import Iterator
from pathlib import Path

from tools import claims
from tools.records_file import CONFLICTS, RecordsFile
from tools.stored import Stored

KEY = "public_key.hex"


def key(folder: Path) -> str:
    """In hex; "" when none was stored. OSError."""
    path = folder / KEY
    return path.read_text(errors="replace").strip() if path.exists() else ""


def records(
    file: RecordsFile, device: str, public_key: str, alarms: list[str]
) -> Iterator[tuple[Stored, bytes]]:
    """Each with its message; `alarms` gets what is no record of the device's."""
    for line, topic, payload in file.rows():
        if topic and "/bill/" not in topic:
            continue
        record = _record(payload)
        if record is not None and claims.is_signed(record, device, public_key):
            yield record, payload
        else:
            alarms.append(f"line {line} of records.jsonl: not what the device signed")


def conflicts(file: RecordsFile) -> Iterator[tuple[int, bytes]]:
    """(pagination, message) of what came beside a record."""
    for _, _, payload in file.rows(CONFLICTS):
        record = _record(payload)
        if record is not None:
            yield record.pagination, payload


def _record(payload: bytes) -> Stored | None:
    try:
        return claims.record(json.loads(payload))
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
