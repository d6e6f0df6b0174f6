"""u1 * G + u2 * Q for verifying; variable time, so it must never see a secret.

Both numbers in width-5 non-adjacent form (HMV, "Guide to Elliptic Curve Cryptography", algorithms
3.35 and 3.51), interleaved over one chain of doublings: about as fast as a comb for G. The few
multiples of G are constants, which a frozen image leaves in its flash.
"""

from micropython import const

from wattseal.core.p256 import INFINITY, P, add, add_affine, double, inverse_steps

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Generator

    from wattseal.core.p256 import Point

    Affine = tuple[int, int]

_WIDTH = const(5)
_BITS = const(257)  # the form can be one digit longer than the number
_ODD_MULTIPLES = const(8)  # 1, 3, .. 15
_ZERO = const(16)  # a digit is stored as a byte, this much higher
_OF_G = (  # 1 G, 3 G, .. 15 G
    (
        0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
        0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
    ),
    (
        0x5ECBE4D1A6330A44C8F7EF951D4BF165E6C6B721EFADA985FB41661BC6E7FD6C,
        0x8734640C4998FF7E374B06CE1A64A2ECD82AB036384FB83D9A79B127A27D5032,
    ),
    (
        0x51590B7A515140D2D784C85608668FDFEF8C82FD1F5BE52421554A0DC3D033ED,
        0xE0C17DA8904A727D8AE1BF36BF8A79260D012F00D4D80888D1D0BB44FDA16DA4,
    ),
    (
        0x8E533B6FA0BF7B4625BB30667C01FB607EF9F8B8A80FEF5B300628703187B2A3,
        0x73EB1DBDE03318366D069F83A6F5900053C73633CB041B21C55E1A86C1F400B4,
    ),
    (
        0xEA68D7B6FEDF0B71878938D51D71F8729E0ACB8C2C6DF8B3D79E8A4B90949EE0,
        0x2A2744C972C9FCE787014A964A8EA0C84D714FEAA4DE823FE85A224A4DD048FA,
    ),
    (
        0x3ED113B7883B4C590638379DB0C21CDA16742ED0255048BF433391D374BC21D1,
        0x9099209ACCC4C8A224C843AFA4F4C68A090D04DA5E9889DAE2F8EEFCE82A3740,
    ),
    (
        0x177C837AE0AC495A61805DF2D85EE2FC792E284B65EAD58A98E15D9D46072C01,
        0x63BB58CD4EBEA558A24091ADB40F4E7226EE14C3A1FB4DF39C43BBE2EFC7BFD8,
    ),
    (
        0xF0454DC6971ABAE7ADFB378999888265AE03AF92DE3A0EF163668C63E59B9D5F,
        0xB5B93EE3592E2D1F4E6594E51F9643E62A3B21CE75B5FA3F47E59CDE0D034F36,
    ),
)


def double_multiply_steps(u1: int, u2: int, x: int, y: int) -> "Generator[None, None, Point]":
    """Generator whose result is the XYZZ point u1 * G + u2 * (x, y); 0 <= u1, u2 < 2^256."""
    points = yield from _odd_multiples_steps(x, y)
    of_point = yield from _affine_steps(points)
    of_g = yield from _digits_steps(u1)
    of_q = yield from _digits_steps(u2)
    point = INFINITY
    for bit in range(_BITS - 1, -1, -1):
        yield
        point = double(point)
        for multiples, stored in ((_OF_G, of_g[bit]), (of_point, of_q[bit])):
            digit = stored - _ZERO
            if digit:
                x, y = multiples[abs(digit) >> 1]
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
