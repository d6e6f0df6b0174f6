"""k * G by a signed comb with 8 teeth and 2 sub-tables; must never branch on the size of k.

The table (16,384 bytes, made by tools.comb) is handed in and must lie in RAM: read from flash,
its index, and with it the nonce, would show on the flash bus. All digits are +1 or -1, so there
is a fixed number of point operations. reference: Feng, Zhu, Zhao, Li, "Signed MSB-Set Comb
Method for Elliptic Curve Point Multiplication" (ISPEC 2006).
"""

import hashlib
from binascii import unhexlify

from micropython import const

from wattseal.core.p256 import CurveError, N, P, on_curve

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Generator

    from wattseal.core.p256 import Point
    from wattseal.core.p256_native import Native

TABLE_BYTES = const(16384)
TABLE_SHA256 = unhexlify("42e44c043b60b19753fe92d78d7fe1985d930d2cf27bf607992a79747cfd3b17")


def check_table(table: bytes) -> None:
    """CurveError unless it is the very table: one wrong bit can give the key away."""
    if hashlib.sha256(table).digest() != TABLE_SHA256:
        raise CurveError("the P-256 table is damaged")


def multiply_steps(
    k: int, table: bytes, z: int, native: "Native | None" = None
) -> "Generator[None, None, Point]":
    """Generator whose result is the XYZZ point k * G, 0 < k < N; yields between point operations.

    `z`: random, not 0 modulo P; randomises the coordinates. CurveError when the result is off the
    curve: a fault in memory or table, and whatever comes of such a point gives the key away.
    """
    odd = k & 1
    number = k if odd else N - k
    # Imported late: a device has room for one of the two.
    if native:
        from wattseal.core import p256_native

        point = yield from p256_native.sum_steps(native, number, table, z)
    else:
        from wattseal.core import p256_bytecode

        point = yield from p256_bytecode.sum_steps(number, table, z)
        point = point if on_curve(point) else None
    if not point:
        raise CurveError("a fault in k * G")
    x, y, zz, zzz = point
    return x, (y if odd else P - y), zz, zzz
