"""k * Q for a point Q that is no generator; must never branch on k, which is a secret.

Signed digits of four bits, all of them odd, so that there is a fixed number of point operations:
Joye, Tunstall, "Exponent Recoding and Regular Exponentiation Algorithms" (AFRICACRYPT 2009),
algorithm 6. For a k that is used once; random coordinates hide its digits.
"""

from micropython import const

from wattseal.core.p256 import (
    CurveError,
    N,
    P,
    add,
    double,
    inverse_steps,
    is_public_key,
    on_curve,
)

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Generator

    from wattseal.core.p256 import Point

_TOP_BIT = const(252)  # the first digit is what lies above it, made odd
_ODD_MULTIPLES = const(8)  # 1, 3, .. 15


def multiply_steps(k: int, x: int, y: int, z: int) -> "Generator[None, None, int]":
    """Generator whose result is the x of k * (x, y), 0 < k < N; yields between point operations.

    `z`: random, not 0 modulo P; randomises the coordinates. CurveError for a point that is not on
    the curve, when the arithmetic went wrong, and for k = 2, whose last addition doubles.
    """
    if not is_public_key(x, y):
        raise CurveError("no point of P-256")
    multiples = yield from _odd_multiples_steps(x, y, z)
    odd = k if k & 1 else N - k  # N - k: the negative point, of the same x
    point = multiples[(odd >> _TOP_BIT) >> 1]
    for bit in range(_TOP_BIT - 4, -1, -4):
        digit = ((odd >> bit | 1) & 31) - 16
        for _ in range(4):
            yield
            point = double(point)
        yield
        px, py, zz, zzz = multiples[abs(digit) >> 1]
        point = add(point, (px, (P - py, py)[digit > 0], zz, zzz))
    if not on_curve(point):
        raise CurveError("a fault in k * Q")
    inverse = yield from inverse_steps(point[2], P)  # z has blinded it
    return point[0] * inverse % P


def _odd_multiples_steps(x: int, y: int, z: int) -> "Generator[None, None, list[Point]]":
    square = z * z % P
    cube = square * z % P
    points: list[Point] = [(x * square % P, y * cube % P, square, cube)]
    twice = double(points[0])
    while len(points) < _ODD_MULTIPLES:
        yield
        points.append(add(points[-1], twice))
    return points
