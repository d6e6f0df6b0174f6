"""The curve P-256 (FIPS 186-4 D.1.2.3) in XYZZ coordinates; pure arithmetic, no keys, no I/O.

x = X / ZZ, y = Y / ZZZ, ZZ^3 = ZZZ^2. A point is a tuple (X, Y, ZZ, ZZZ); infinity has ZZ = 0.
Formulae: Explicit-Formulas Database, shortw-xyzz (madd-2008-s, dbl-2008-s-1). Sums stay unreduced
and each product is reduced once: on a board any extra big-integer operation costs 30 us.
"""

from binascii import unhexlify


def _number(text: str) -> int:
    return int.from_bytes(unhexlify(text), "big")


P = _number("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff")
N = _number("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551")
B = _number("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b")
GX = _number("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296")
GY = _number("4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5")

INFINITY = (1, 1, 0, 0)


class CurveError(Exception):
    """A point that is not on the curve, or a number without an inverse."""


def double(point: tuple) -> tuple:
    """2 * point. Infinity stays infinity; P-256 has no point of order two."""
    x, y, zz, zzz = point
    u = 2 * y
    v = u * u % P
    w = u * v % P
    s = x * v % P
    m = 3 * (x - zz) * (x + zz) % P
    x = (m * m - 2 * s) % P
    return x, (m * (s - x) - w * y) % P, v * zz % P, w * zzz % P


def add_affine(point: tuple, x2: int, y2: int) -> tuple:
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


def on_curve(point: tuple) -> bool:
    """The finite point satisfies Y^2 = X^3 - 3 X ZZ^2 + b ZZ^3 and ZZ^3 = ZZZ^2."""
    x, y, zz, zzz = point
    cube = zz * zz % P * zz % P
    right = (x * x % P * x - 3 * x * (zz * zz % P) + B * cube) % P
    return bool(zz) and y * y % P == right and zzz * zzz % P == cube


def is_public_key(x: int, y: int) -> bool:
    """A valid public key: in range and on the curve (the group's order is prime)."""
    return 0 <= x < P and 0 <= y < P and on_curve((x, y, 1, 1))


def inverse_steps(number: int, modulus: int) -> "object":
    """Generator whose result is 1 / number; yields every few steps. CurveError for 0.

    Euclid: six times faster than Fermat here. Its running time depends on the number: blind it.
    """
    u, v = number % modulus, modulus
    a, b = 1, 0
    steps = 0
    while u:
        q = v // u
        v -= q * u
        b -= q * a
        if not v:
            break
        q = u // v
        u -= q * v
        a -= q * b
        steps += 1
        if not steps & 15:
            yield
    if u + v != 1:
        raise CurveError("no inverse")
    return a % modulus if u else b % modulus
