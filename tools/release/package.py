"""Packs files so that the same files give the same bytes; decides nothing of what goes in.

A zip without compression: what deflate makes differs between versions of zlib, and a signed or
published hash must not. No owner, mode or clock of this machine goes in.
"""

import io
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

_MODE, _UNIX = 0o100644, 3
_FIRST_DAY_S = 315532800  # 1980-01-01: a zip knows none before


def folder(path: Path) -> dict[str, bytes]:
    """{name below `path`: bytes}"""
    found = (p for p in path.rglob("*") if p.is_file())
    return {p.relative_to(path).as_posix(): p.read_bytes() for p in found}


def packed(files: Mapping[str, bytes], epoch_s: int) -> bytes:
    """The zip, each file of the same date: UTC, in steps of two seconds, as a zip has it."""
    when = datetime.fromtimestamp(max(epoch_s, _FIRST_DAY_S), UTC).timetuple()[:6]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, when)
            entry.create_system, entry.external_attr = _UNIX, _MODE << 16
            archive.writestr(entry, files[name])
    return out.getvalue()
