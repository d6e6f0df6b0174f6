"""k * G by a signed comb with 8 teeth and 2 sub-tables; must never branch on the size of k.

The table (16,384 bytes, made by tools.comb) is handed in and must lie in RAM: read from flash,
its index, and with it the nonce, would show on the flash bus. All digits are +1 or -1, so there
is a fixed number of point operations. reference: Feng, Zhu, Zhao, Li, "Signed MSB-Set Comb
Method for Elliptic Curve Point Multiplication" (ISPEC 2006).
"""

import hashlib
from binascii import unhexlify

from micropython import const

from wattseal.core.p256 import CurveError, P, add_affine, double

TABLE_BYTES = const(16384)
TABLE_SHA256 = unhexlify("42e44c043b60b19753fe92d78d7fe1985d930d2cf27bf607992a79747cfd3b17")
_COLUMNS = const(16)  # per sub-table
_ENTRIES = const(128)
_ENTRY_BYTES = const(64)


def check_table(table: bytes) -> None:
    """CurveError unless it is the very table: one wrong bit can give the key away."""
    if hashlib.sha256(table).digest() != TABLE_SHA256:
        raise CurveError("the P-256 table is damaged")


def multiply_steps(k: int, table: bytes, z: int) -> "object":
    """Generator whose result is the XYZZ point k * G for odd k; yields between point operations.

    `z`: random, not 0 modulo P; randomises the coordinates.
    """
    signs = ((k + (1 << 256) - 1) >> 1).to_bytes(32, "little")
    x, y = _entry(signs, _COLUMNS - 1, 0, table)
    zz = z * z % P
    zzz = zz * z % P
    point = (x * zz % P, y * zzz % P, zz, zzz)
    x, y = _entry(signs, _COLUMNS - 1, 1, table)
    point = add_affine(point, x, y)
    for column in range(_COLUMNS - 2, -1, -1):
        yield
        point = double(point)
        for sub_table in (0, 1):
            x, y = _entry(signs, column, sub_table, table)
            point = add_affine(point, x, y)
            yield
    if not point[2]:
        raise CurveError("the comb met infinity")
    return point


def _entry(signs: bytes, column: int, sub_table: int, table: bytes) -> tuple:
    """The affine point for one column: tooth t has the sign of bit 32 t + column."""
    column += sub_table * _COLUMNS
    i, s = column >> 3, column & 7
    teeth = (
        signs[i] >> s & 1
        | (signs[i + 4] >> s & 1) << 1
        | (signs[i + 8] >> s & 1) << 2
        | (signs[i + 12] >> s & 1) << 3
        | (signs[i + 16] >> s & 1) << 4
        | (signs[i + 20] >> s & 1) << 5
        | (signs[i + 24] >> s & 1) << 6
    )
    plus = signs[i + 28] >> s & 1  # the table holds the half with the last tooth positive
    if not plus:
        teeth ^= _ENTRIES - 1
    at = (sub_table * _ENTRIES + teeth) * _ENTRY_BYTES
    x = int.from_bytes(table[at : at + 32], "big")
    y = int.from_bytes(table[at + 32 : at + 64], "big")
    return x, (y if plus else P - y)
