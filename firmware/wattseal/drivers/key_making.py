"""Makes a device's key on the device, as key_copies reads it; must never show or replace one.

For commissioning alone: imported by tools.provision over the REPL, never by the firmware.
"""

import binascii
import hashlib
import os
import struct

from micropython import const

from wattseal.core import ecdsa, p256
from wattseal.core.ecdsa import KeyFault
from wattseal.core.p256_comb import check_table, multiply_steps
from wattseal.drivers.durable import write_durably

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable

    from wattseal.core.p256_native import Native

_ENOENT = const(2)


def make(
    path: str, table: bytes, random_bytes: "Callable[[int], bytes]",
    native: "Native | None" = None,
) -> str:  # fmt: skip
    """Write `path` and `path`.2; returns the device id. KeyFault if either is there, CurveError.

    `table`: of p256_comb, in RAM; `random_bytes(n)`: os.urandom or better. It takes seconds.
    """
    copies = (path, path + ".2")
    for copy in copies:
        _refuse_any(copy)
    check_table(table)
    private = _number(random_bytes)
    blinding = 1 + int.from_bytes(random_bytes(31), "big")
    point = ecdsa.finish(multiply_steps(private, table, blinding, native))
    public = _coordinate(point[0], point[2], native) + _coordinate(point[1], point[3], native)
    if not ecdsa.finish(
        ecdsa.key_pair_steps(private, public, table, random_bytes(32), native)
    ):  # a fault in memory: such a key would sign nothing
        raise KeyFault("the new key's halves differ; try again")
    device_id = "w" + binascii.hexlify(random_bytes(8)).decode()[1:]
    raw = struct.pack(
        ">4s16s32s64s", b"WSK1", device_id.encode(), private.to_bytes(32, "big"), public
    )
    raw += binascii.crc32(raw).to_bytes(4, "big")
    for copy in copies:
        with open(copy, "wb") as file:
            write_durably(file, raw)
    return device_id


def _refuse_any(path: str) -> None:
    """Also of one that cannot be read: a new one would orphan every record of it. KeyFault."""
    try:
        os.stat(path)
    except OSError as fault:
        if fault.errno == _ENOENT:
            return
        raise KeyFault("%s cannot be read (error %s); make no new key" % (path, fault.errno))
    raise KeyFault("%s exists, and a key is never overwritten" % path)


def _number(random_bytes: "Callable[[int], bytes]") -> int:
    """0 < number < N, with 256 bits to spare against a bias (FIPS 186-5, A.2.1). Drawn in parts,
    and hashed: a chip's bits may lean to one side (RP2040: a ring oscillator's)."""
    pool = b"".join([random_bytes(64) for _ in range(8)])
    digits = b"".join([hashlib.sha256(b"key %d " % i + pool).digest() for i in range(2)])
    return 1 + int.from_bytes(digits, "big") % (p256.N - 1)


def _coordinate(number: int, scale: int, native: "Native | None") -> bytes:
    inverse = ecdsa.finish(p256.inverse_steps(scale, p256.P, native))
    return (number * inverse % p256.P).to_bytes(32, "big")
