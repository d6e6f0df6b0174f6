"""Packs modules into an archive, the same bytes for the same modules; reads and writes no file.

The format is core/module_archive.py's, which judges what is packed here.
"""

import struct
from binascii import crc32
from collections.abc import Mapping
from pathlib import PurePosixPath

_MAGIC, _VERSION = b"WSMA", 1
_HEAD_BYTES, _ROW_BYTES, _BUCKETS = 52, 16, 16
_MOST = 0xFFFF


class PackFault(Exception):
    """These modules cannot be packed; the argument is one sentence."""


def pack(modules: Mapping[str, bytes]) -> bytes:
    """{path, ending in .mpy: bytes}. PackFault."""
    keys = {path: crc32(path.encode()) for path in sorted(modules)}
    if len(set(keys.values())) != len(keys):
        both = next(p for p in keys if list(keys.values()).count(keys[p]) > 1)
        raise PackFault(f"{both} and another module have the same CRC-32: name one otherwise")
    above = {str(folder) for path in keys for folder in PurePosixPath(path).parents}
    if both := sorted(f"{folder}.mpy" for folder in above if f"{folder}.mpy" in keys):
        raise PackFault(f"{both[0]} has the name of a folder: name one otherwise")
    folders = "".join(f"{folder}\n" for folder in sorted(above - {"."})).encode()
    names = "".join(f"{path}\n" for path in keys).encode()
    if len(names) > _MOST:
        raise PackFault(f"the names take {len(names):,} bytes; {_MOST:,} can be told")
    at = _HEAD_BYTES + len(folders) + _ROW_BYTES * len(keys) + len(names)
    rows = []
    for path, key in keys.items():
        data = modules[path]
        rows.append(struct.pack(">IIII", key, at, len(data), crc32(data, key)))
        at += len(data)
    rows.sort()
    ends = [sum(row[0] >> 4 <= nibble for row in rows) for nibble in range(_BUCKETS)]
    table = b"".join(rows)
    head = struct.pack(
        ">4sBBHHHI16H", _MAGIC, _VERSION, 0, len(keys), len(folders), len(names), at, *ends
    )
    crc = struct.pack(">I", crc32(head + folders + table))
    return head + crc + folders + table + names + b"".join(modules[path] for path in keys)
