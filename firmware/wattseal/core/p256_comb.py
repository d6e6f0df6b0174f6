"""k * G by a signed comb with 8 teeth and 2 sub-tables; must never branch on the size of k.

The table (16,384 bytes, made by tools.comb) is handed in and must lie in RAM: read from flash,
its index, and with it the nonce, would show on the flash bus. All digits are +1 or -1, so there
is a fixed number of point operations. reference: Feng, Zhu, Zhao, Li, "Signed MSB-Set Comb
Method for Elliptic Curve Point Multiplication" (ISPEC 2006).
"""

import hashlib
from binascii import unhexlify

from micropython import const

from wattseal.core import p256_native
from wattseal.core.p256 import CurveError, N, P, double, on_curve

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Generator

    from wattseal.core.p256 import Point
    from wattseal.core.p256_native import Native

TABLE_BYTES = const(16384)
TABLE_SHA256 = unhexlify("42e44c043b60b19753fe92d78d7fe1985d930d2cf27bf607992a79747cfd3b17")
_COLUMNS = const(16)  # per sub-table
_HALF_BYTES = const(8192)  # of one sub-table
_LAST_TOOTH = const(0x80)
_OTHER_TEETH = const(0x7F)

_ALL_MINUS = (1 << 256) - 1  # the sum of 2^i: a number with every digit -1 is its negative
_BY_COLUMN = bytes([4 * tooth + block for block in range(4) for tooth in range(8)])
_SWAPS = tuple(  # (shift, mask) that transpose 8 x 8 bits, four blocks at once (Warren, 7-3)
    (shift, int.from_bytes(unhexlify(mask) * 4, "big"))
    for shift, mask in (
        (7, "00aa00aa00aa00aa"),
        (14, "0000cccc0000cccc"),
        (28, "00000000f0f0f0f0"),
    )
)


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
    if native:
        point = yield from p256_native.sum_steps(native, number, table, z)
    else:
        point = yield from _sum_steps(_digits(number), table, z)
        point = point if on_curve(point) else None
    if not point:
        raise CurveError("a fault in k * G")
    x, y, zz, zzz = point
    return x, (y if odd else P - y), zz, zzz


def _sum_steps(digits: bytes, table: bytes, z: int) -> "Generator[None, None, Point]":
    """Generator: the sum over all columns, by p256's formulae written out in one loop.

    Calls and tuples would cost 4 % of a signature. No digit is 0 and no sum meets its own entry
    but with negligible chance, which the check on the curve then finds: no cases to tell apart.
    """
    p, number = P, int.from_bytes
    x, y = _entry(digits[_COLUMNS - 1], 0, table)
    zz = z * z % p
    zzz = zz * z % p
    x, y = x * zz % p, y * zzz % p
    column, sub_table = _COLUMNS - 1, 1
    while True:
        digit = digits[column + _COLUMNS * sub_table]
        plus = digit & _LAST_TOOTH
        at = _HALF_BYTES * sub_table + ((digit if plus else ~digit) & _OTHER_TEETH) * 64
        h = (number(table[at : at + 32], "big") * zz - x) % p
        r = number(table[at + 32 : at + 64], "big") * zzz
        # Minus the entry is done on y's side: as many big numbers either way, so no time tells.
        r = (r - y if plus else r + y) % p
        hh = h * h % p
        hhh = h * hh % p
        q = x * hh % p
        x = (r * r - hhh - 2 * q) % p
        y = (r * (q - x if plus else x - q) - y * hhh) % p
        zz = zz * hh % p
        zzz = zzz * hhh % p
        yield
        sub_table ^= 1
        if sub_table:
            continue
        if not column:
            return x, y, zz, zzz
        column -= 1
        x, y, zz, zzz = double((x, y, zz, zzz))
        yield


def _digits(k: int) -> bytes:
    """For odd k, 32 columns: bit t of column c says that digit 32 t + c is +1, else it is -1."""
    signs = ((k + _ALL_MINUS) >> 1).to_bytes(32, "little")
    bits = int.from_bytes(bytes([signs[i] for i in _BY_COLUMN]), "little")
    for shift, mask in _SWAPS:
        moved = (bits ^ bits >> shift) & mask
        bits ^= moved ^ moved << shift
    return bits.to_bytes(32, "little")


def _entry(digit: int, sub_table: int, table: bytes) -> "tuple[int, int]":
    """The affine point of one column; the table holds the half with the last tooth positive."""
    plus = digit & _LAST_TOOTH
    at = sub_table + ((digit if plus else ~digit) & _OTHER_TEETH) * 64
    x = int.from_bytes(table[at : at + 32], "big")
    y = int.from_bytes(table[at + 32 : at + 64], "big")
    return x, (y if plus else P - y)
