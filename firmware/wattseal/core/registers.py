"""Register words -> exact integers in milli-units; never through a float.

The boards' floats are single precision and the unix port's are double: a value that went through
one would not be the same on both. IEEE 754 is decoded here by shifts.
"""

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Literal

    Kind = Literal["u16", "i16", "u32", "i32", "u64", "i64", "f32", "f64", "t6"]

# kind -> (registers, decoder's letter); t6 is Iskra's: a power of ten in the first byte, a signed
# count in the other three
KINDS = {
    "u16": (1, "u"), "i16": (1, "i"), "u32": (2, "u"), "i32": (2, "i"),
    "u64": (4, "u"), "i64": (4, "i"), "f32": (2, "f"), "f64": (4, "f"),
    "t6": (2, "t"),
}  # fmt: skip
# word and byte orders of one value, for the bytes A B C D
BIG = "ABCD"  # most significant word first, the Modbus way
LITTLE_WORDS = "CDAB"
SWAPPED_BYTES = "BADC"
LITTLE = "DCBA"
_FRACTION_BITS = {4: 23, 8: 52}


def decode(
    data: "bytes | bytearray | memoryview", at: int, kind: str, order: str, numerator: int,
    denominator: int = 1, invalid: "tuple[int, ...]" = (),
) -> "int | None":  # fmt: skip
    """The value at byte `at`, times numerator / denominator, rounded once, half away from zero.

    For milli-units the factor holds the 1000. None for NaN, infinity and the raw codes in
    `invalid` (unsigned). KeyError for an unknown kind or order.
    """
    registers, letter = KINDS[kind]
    size = 2 * registers
    raw = _raw(data, at, size, order)
    if raw in invalid:
        return None
    if letter == "f":
        return _float(raw, size, numerator, denominator)
    if letter == "t":
        return _decimal(raw, numerator, denominator)
    if letter == "i" and raw >> (8 * size - 1):
        raw -= 1 << (8 * size)
    return _round(raw * numerator, denominator)


def _raw(data: "bytes | bytearray | memoryview", at: int, size: int, order: str) -> int:
    value = 0
    # No `in`: a tuple of these would be allocated for each value.
    little = order == LITTLE
    little_words = little or order == LITTLE_WORDS
    swapped = 1 if little or order == SWAPPED_BYTES else 0
    if not (little_words or swapped or order == BIG):
        raise KeyError(order)
    for i in range(size):
        j = i
        if little_words:
            j = size - 2 - (i & ~1) + (i & 1)
        value = value << 8 | data[at + (j ^ swapped)]
    return value


def _float(raw: int, size: int, numerator: int, denominator: int) -> "int | None":
    """IEEE 754 binary32 or binary64 by integers."""
    fraction_bits = _FRACTION_BITS[size]
    exponent_bits = 8 * size - 1 - fraction_bits
    fraction = raw & ((1 << fraction_bits) - 1)
    top = (1 << exponent_bits) - 1
    exponent = raw >> fraction_bits & top
    if exponent == top:
        return None
    if exponent:
        fraction |= 1 << fraction_bits
    else:
        exponent = 1
    shift = exponent - (top >> 1) - fraction_bits
    value = fraction * numerator
    if shift >= 0:
        value <<= shift
    else:
        denominator <<= -shift
    return _round(-value if raw >> (8 * size - 1) else value, denominator)


def _decimal(raw: int, numerator: int, denominator: int) -> int:
    exponent, count = raw >> 24, raw & 0xFFFFFF
    exponent -= exponent >> 7 << 8
    count -= count >> 23 << 24
    numerator, denominator = times_ten(numerator, denominator, exponent)
    return _round(count * numerator, denominator)


def times_ten(numerator: int, denominator: int, exponent: int) -> "tuple[int, int]":
    """The fraction times 10^exponent."""
    if exponent < 0:
        return numerator, denominator * 10**-exponent
    return numerator * 10**exponent, denominator


def _round(value: int, denominator: int) -> int:
    half = denominator >> 1
    if value < 0:
        return -((-value + half) // denominator)
    return (value + half) // denominator
