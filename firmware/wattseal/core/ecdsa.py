"""ECDSA over P-256 with SHA-256 (FIPS 186-4): signing and verifying as generators; no I/O.

Run one with `next` until StopIteration, whose value is the result; each step is short, so that a
sampler can run in between. Python's integers are not constant-time: signing fixes the number of
point operations, randomises the coordinates, blinds the inversions and adds fresh randomness.
"""

from wattseal.core import der
from wattseal.core.p256 import (
    GX,
    GY,
    INFINITY,
    N,
    P,
    CurveError,
    add_affine,
    double,
    inverse_steps,
    is_public_key,
    on_curve,
)
from wattseal.core.p256_comb import multiply_steps
from wattseal.core.rfc6979 import nonce_steps


def sign_steps(
    private_key: int, digest: bytes, table: bytes, extra: bytes, blinding: bytes
) -> "object":
    """Generator whose result is (r, s).

    `extra`: 32 fresh random bytes, or b"" for plain RFC 6979; `blinding`: 96 random bytes, which
    change no bit of the result. CurveError when the arithmetic went wrong: then nothing is released.
    """
    z, blind_p, blind_n = [
        int.from_bytes(blinding[i : i + 32], "big") % (N - 1) + 1 for i in (0, 32, 64)
    ]
    k = yield from nonce_steps(private_key, digest, extra)
    # the comb wants odd numbers; N - k has the same x
    point = yield from multiply_steps(k if k & 1 else N - k, table, z)
    if not on_curve(point):
        raise CurveError("a fault in the signature's point")
    yield
    unblinded = yield from inverse_steps(point[2] * blind_p, P)
    r = point[0] * unblinded % P * blind_p % P % N
    inverse_k = yield from inverse_steps(k * blind_n, N)
    h = int.from_bytes(digest, "big")
    s = (h * blind_n + r * blind_n % N * private_key) % N * inverse_k % N
    if not r or not s:
        raise CurveError("a signature with a zero")
    return r, s


def verify_steps(public_key: bytes, digest: bytes, signature: bytes) -> "object":
    """Generator whose result is True or False. `public_key`: x and y, 64 bytes; `signature`: DER."""
    try:
        r, s = der.decode(signature)
    except der.DerError:
        return False
    result = yield from verify_numbers(public_key, digest, r, s)
    return result


def verify_numbers(public_key: bytes, digest: bytes, r: int, s: int) -> "object":
    """Like verify_steps for the bare numbers."""
    x = int.from_bytes(public_key[:32], "big")
    y = int.from_bytes(public_key[32:], "big")
    if len(public_key) != 64 or not is_public_key(x, y) or not (0 < r < N and 0 < s < N):
        return False
    w = yield from inverse_steps(s, N)
    u1 = int.from_bytes(digest, "big") * w % N
    u2 = r * w % N
    point = yield from _straus(u1, u2, x, y)
    if not point[2]:
        return False
    inverse = yield from inverse_steps(point[2], P)
    return point[0] * inverse % P % N == r


def _straus(u1: int, u2: int, x: int, y: int) -> "object":
    """u1 G + u2 Q bit by bit in one pass; nothing here is secret."""
    both = add_affine((x, y, 1, 1), GX, GY)
    if both[2]:
        zz = yield from inverse_steps(both[2], P)
        zzz = yield from inverse_steps(both[3], P)
        both = (both[0] * zz % P, both[1] * zzz % P, 1, 1)
    point = INFINITY
    for bit in range(255, -1, -1):
        point = double(point)
        of_g, of_q = u1 >> bit & 1, u2 >> bit & 1
        if of_g and of_q:
            if both[2]:  # Q = -G adds nothing
                point = add_affine(point, both[0], both[1])
        elif of_g:
            point = add_affine(point, GX, GY)
        elif of_q:
            point = add_affine(point, x, y)
        yield
    return point


def finish(steps: "object") -> "object":
    """Run a generator to its end at once; for tests and tools, not beside a sampler."""
    while True:
        try:
            next(steps)
        except StopIteration as done:
            return done.value
