"""u1 * G + u2 * Q for verifying; variable time, so it must never see a secret.

Both numbers in width-5 non-adjacent form (HMV, "Guide to Elliptic Curve Cryptography", algorithms
3.35 and 3.51), interleaved over one chain of doublings: about as fast as a comb for G, no table.
"""

from micropython import const

from wattseal.core.p256 import GX, GY, INFINITY, P, add, add_affine, double, inverse_steps

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Generator

    from wattseal.core.p256 import Point

    Affine = tuple[int, int]

_WIDTH = const(5)
_BITS = const(257)  # the form can be one digit longer than the number
_ODD_MULTIPLES = const(8)  # 1, 3, .. 15
_ZERO = const(16)  # a digit is stored as a byte, this much higher


def double_multiply_steps(u1: int, u2: int, x: int, y: int) -> "Generator[None, None, Point]":
    """Generator whose result is the XYZZ point u1 * G + u2 * (x, y); 0 <= u1, u2 < 2^256."""
    points = yield from _odd_multiples_steps(GX, GY)
    points += yield from _odd_multiples_steps(x, y)
    points = yield from _affine_steps(points)
    of_g = yield from _digits_steps(u1)
    of_q = yield from _digits_steps(u2)
    point = INFINITY
    for bit in range(_BITS - 1, -1, -1):
        yield
        point = double(point)
        for first, stored in ((0, of_g[bit]), (_ODD_MULTIPLES, of_q[bit])):
            digit = stored - _ZERO
            if digit:
                x, y = points[first + (abs(digit) >> 1)]
                point = add_affine(point, x, y if digit > 0 else P - y)
    return point


def _odd_multiples_steps(x: int, y: int) -> "Generator[None, None, list[Point]]":
    points = [(x, y, 1, 1)]
    twice = double(points[0])
    for _ in range(_ODD_MULTIPLES - 1):
        points.append(add(points[-1], twice))
        yield
    return points


def _affine_steps(points: "list[Point]") -> "Generator[None, None, list[Affine]]":
    """Generator whose result is [(x, y)]; one inversion for all (Montgomery's trick)."""
    before: list[int] = []
    product = 1
    for _, _, _, zzz in points:
        before.append(product)
        product = product * zzz % P
    yield
    inverse = yield from inverse_steps(product, P)
    affine: list[Affine] = []
    while points:
        x, y, zz, zzz = points.pop()
        of_zzz = inverse * before.pop() % P
        inverse = inverse * zzz % P
        of_z = of_zzz * zz % P
        affine.append((x * (of_z * of_z % P) % P, y * of_zzz % P))
        yield
    affine.reverse()
    return affine


def _digits_steps(u: int) -> "Generator[None, None, bytearray]":
    """Generator whose result is the digits, lowest first: 0, or -15 to 15 and then four 0.

    As bytes: a list of so many would need 1 KB in one piece.
    """
    digits = bytearray(b"\x10" * _BITS)
    half = 1 << (_WIDTH - 1)
    for i in range(_BITS):
        if not i & 15:
            yield
        if u & 1:
            digit = u & (2 * half - 1)
            if digit > half:
                digit -= 2 * half
            digits[i] = digit + _ZERO
            u -= digit
        u >>= 1
    return digits
