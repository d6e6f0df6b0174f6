"""ECDSA as a textbook has it, on MicroPython: the bench's yardstick; must never sign a record.

Jacobian coordinates, double and add one bit of the nonce at a time, each line reduced by `%`, for
any curve y^2 = x^3 + a x + b, the way small pure-Python packages have it. No defence of any kind.
Formulae: Cohen, Miyaji, Ono, "Efficient elliptic curve exponentiation using mixed coordinates".
"""

from wattseal.core.ecdsa import finish
from wattseal.core.p256 import GX, GY, N, P, inverse_steps
from wattseal.core.rfc6979 import nonce_steps

A = P - 3


def sign(private_key: int, digest: bytes) -> tuple:
    """(r, s) by plain RFC 6979."""
    k = finish(nonce_steps(private_key, digest))
    x, _, z = multiply(k)
    r = x * finish(inverse_steps(z**2, P)) % P % N
    return r, (int.from_bytes(digest, "big") + r * private_key) * finish(inverse_steps(k, N)) % N


def multiply(k: int) -> tuple:
    """k * G, from the highest bit of k on."""
    generator = (GX, GY, 1)
    result = None
    for bit in range(255, -1, -1):
        if result:
            result = double(result)
        if k >> bit & 1:
            result = add(result, generator) if result else generator
    return result


def double(point: tuple) -> tuple:
    x, y, z = point
    yy = y**2 % P
    s = 4 * x * yy % P
    m = (3 * x**2 + A * z**4) % P
    x3 = (m**2 - 2 * s) % P
    y3 = (m * (s - x3) - 8 * yy**2) % P
    return x3, y3, 2 * y * z % P


def add(point: tuple, other: tuple) -> tuple:
    x1, y1, z1 = point
    x2, y2, z2 = other
    zz1 = z1**2 % P
    zz2 = z2**2 % P
    u1 = x1 * zz2 % P
    u2 = x2 * zz1 % P
    s1 = y1 * z2 * zz2 % P
    s2 = y2 * z1 * zz1 % P
    h = (u2 - u1) % P
    r = (s2 - s1) % P
    hh = h**2 % P
    hhh = h * hh % P
    v = u1 * hh % P
    x3 = (r**2 - hhh - 2 * v) % P
    y3 = (r * (v - x3) - s1 * hhh) % P
    return x3, y3, h * z1 * z2 % P
