"""The curve P-256 (FIPS 186-4 D.1.2.3) in XYZZ coordinates; pure arithmetic, no keys, no I/O.

x = X / ZZ, y = Y / ZZZ, ZZ^3 = ZZZ^2. A point is a tuple (X, Y, ZZ, ZZZ); infinity has ZZ = 0.
Formulae: Explicit-Formulas Database, shortw-xyzz (add-2008-s, madd-2008-s, dbl-2008-s-1). Sums
stay unreduced and each product is reduced once: on a board any extra big-integer operation costs
30 us, and `%` beats reduction by shifts and masks sixfold.
"""

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Generator

    from wattseal.core.p256_native import Native

    Point = tuple[int, int, int, int]

P = const(0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF)
N = const(0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551)
B = const(0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B)
GX = const(0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296)
GY = const(0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)

INFINITY = (1, 1, 0, 0)


class CurveError(Exception):
    """A point that is not on the curve, or a number without an inverse."""


def double(point: "Point") -> "Point":
    """2 * point. Infinity stays infinity; P-256 has no point of order two."""
    x, y, zz, zzz = point
    u = 2 * y
    v = u * u % P
    w = u * v % P
    s = x * v % P
    m = 3 * (x - zz) * (x + zz) % P
    x = (m * m - 2 * s) % P
    return x, (m * (s - x) - w * y) % P, v * zz % P, w * zzz % P


def add_affine(point: "Point", x2: int, y2: int) -> "Point":
    """point + (x2, y2), all cases."""
    x, y, zz, zzz = point
    if not zz:
        return x2, y2, 1, 1
    p = (x2 * zz - x) % P
    r = (y2 * zzz - y) % P
    if not p:
        return INFINITY if r else double(point)
    pp = p * p % P
    ppp = p * pp % P
    q = x * pp % P
    x = (r * r - ppp - 2 * q) % P
    return x, (r * (q - x) - y * ppp) % P, zz * pp % P, zzz * ppp % P


def add(point: "Point", other: "Point") -> "Point":
    """The sum of two finite points that are neither equal nor opposite."""
    x, y, zz, zzz = point
    x2, y2, zz2, zzz2 = other
    u = x * zz2 % P
    s = y * zzz2 % P
    p = x2 * zz - u
    r = y2 * zzz - s
    pp = p * p % P
    ppp = p * pp % P
    q = u * pp % P
    x = (r * r - ppp - 2 * q) % P
    return x, (r * (q - x) - s * ppp) % P, zz * zz2 % P * pp % P, zzz * zzz2 % P * ppp % P


def on_curve(point: "Point") -> bool:
    """The point is finite, Y^2 = X^3 - 3 X ZZ^2 + b ZZ^3 and ZZ^3 = ZZZ^2."""
    x, y, zz, zzz = point
    square = zz * zz % P
    cube = square * zz % P
    right = (x * x % P * x - 3 * x * square + B * cube) % P
    return bool(zz) and y * y % P == right and zzz * zzz % P == cube


def is_public_key(x: int, y: int) -> bool:
    """A valid public key: in range and on the curve (the group's order is prime)."""
    return 0 <= x < P and 0 <= y < P and on_curve((x, y, 1, 1))


def inverse_steps(
    number: int, modulus: int, native: "Native | None" = None
) -> "Generator[None, None, int]":
    """Generator whose result is 1 / number; yields every few steps. CurveError for 0 or a fault.

    Without a native module its running time depends on the number: blind it.
    """
    if native:
        yield
        inverse = _native_inverse(native, number, modulus)
    else:
        inverse = yield from _euclid_steps(number, modulus)
    if number * inverse % modulus != 1:
        raise CurveError("no inverse")
    return inverse


def _native_inverse(native: "Native", number: int, modulus: int) -> int:
    buffer = bytearray((number % modulus).to_bytes(32, "big"))
    native.inverse(buffer, modulus.to_bytes(32, "big"))
    return int.from_bytes(buffer, "big")


def _euclid_steps(number: int, modulus: int) -> "Generator[None, None, int]":
    """Euclid's way, six times faster than Fermat's here.

    `pow(number, -1, modulus)` is none at all: MicroPython answers 0 without a word.
    """
    u, v = number % modulus, modulus
    a, b = 1, 0
    while u and v:
        yield
        for _ in range(16):
            v -= u  # first, because two quotients in five are 1
            b -= a
            if v >= u:
                q, v = divmod(v, u)
                b -= q * a
            if not v:
                break
            u -= v
            a -= b
            if u >= v:
                q, u = divmod(u, v)
                a -= q * b
            if not u:
                break
    return (a if u else b) % modulus
