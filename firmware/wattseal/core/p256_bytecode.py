"""k * G in bytecode, where no native module is; must never branch on the size of k.

The comb is p256_comb's, and so is the check of the result.
"""

from binascii import unhexlify

from micropython import const

from wattseal.core.p256 import P, double

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Generator

    from wattseal.core.p256 import Point

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


def sum_steps(k: int, table: bytes, z: int) -> "Generator[None, None, Point]":
    """Generator whose result is the XYZZ point k * G for an odd k, not checked.

    The sum over all columns, by p256's formulae written out in one loop.

    Calls and tuples would cost 4 % of a signature. No digit is 0 and no sum meets its own entry
    but with negligible chance, which the check on the curve then finds: no cases to tell apart.
    """
    digits = _digits(k)
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
