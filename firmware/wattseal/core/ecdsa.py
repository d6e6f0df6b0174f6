"""ECDSA over P-256 with SHA-256 (FIPS 186-4): signing and verifying as generators; no I/O.

Run one with `next` until StopIteration, whose value is the result; each step is short, so that a
sampler can run in between. Python's integers are not constant-time: signing fixes the number of
point operations, randomises the coordinates, blinds the inversions and adds fresh randomness.
"""

from micropython import const

from wattseal.core import der
from wattseal.core.p256 import CurveError, N, P, inverse_steps, is_public_key
from wattseal.core.p256_comb import multiply_steps

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Generator, TypeVar

    from wattseal.core.p256_native import Native

    Result = TypeVar("Result")


class KeyFault(Exception):
    """The key cannot be used; the argument is one sentence."""


def sign_steps(
    private_key: int, digest: bytes, table: bytes, extra: bytes, blinding: bytes,
    native: "Native | None" = None,
) -> "Generator[None, None, tuple[int, int]]":  # fmt: skip
    """Generator whose result is (r, s).

    `extra`: 32 fresh random bytes, or b"" for plain RFC 6979; `blinding`: 64 random bytes, which
    change no bit of the result; `native`: what computes, or None for bytecode. CurveError when the
    arithmetic went wrong; nothing is released.
    """
    z, blind = _nonzero(blinding[:32]), _nonzero(blinding[32:])
    if native:
        from wattseal.core import p256_native  # imported late, as in p256_comb

        k = p256_native.nonce(native, private_key, digest, extra)
    else:
        from wattseal.core import rfc6979

        k = yield from rfc6979.nonce_steps(private_key, digest, extra)
    x, _, zz, _ = yield from multiply_steps(k, table, z, native)
    if zz != 1:
        x = x * (yield from inverse_steps(zz, P)) % P  # z has blinded it
    r = x % N
    inverse = yield from inverse_steps(k * blind, N, native)
    h = int.from_bytes(digest, "big")
    s = (h * blind + r * blind % N * private_key) % N * inverse % N
    if not r or not s:
        raise CurveError("a signature with a zero")
    return r, s


def key_pair_steps(
    private_key: int, public_key: bytes, table: bytes, blinding: bytes,
    native: "Native | None" = None,
) -> "Generator[None, None, bool]":  # fmt: skip
    """Generator whose result says whether the two halves of a key are valid and belong together.

    `public_key`: x and y, 64 bytes; `blinding`: 32 random bytes. CurveError on a fault.
    """
    x, y = _halves(public_key)
    if not 0 < private_key < N or len(public_key) != 64 or not is_public_key(x, y):
        return False
    point = yield from multiply_steps(private_key, table, _nonzero(blinding), native)
    return (x * point[2] - point[0]) % P == 0 and (y * point[3] - point[1]) % P == 0


def verify_steps(
    public_key: bytes, digest: bytes, signature: bytes
) -> "Generator[None, None, bool]":
    """Generator: True or False. `public_key`: x and y, 64 bytes; `signature`: DER."""
    try:
        r, s = der.decode(signature)
    except der.DerError:
        return False
    result = yield from verify_numbers(public_key, digest, r, s)
    return result


def verify_p1363_steps(
    public_key: bytes, digest: bytes, signature: bytes
) -> "Generator[None, None, bool]":
    """Like verify_steps for a signature as IEEE P1363 has it: r and s, 64 bytes."""
    if len(signature) != 64:
        return False
    r, s = _halves(signature)
    result = yield from verify_numbers(public_key, digest, r, s)
    return result


def verify_numbers(
    public_key: bytes, digest: bytes, r: int, s: int
) -> "Generator[None, None, bool]":
    """Like verify_steps for the bare numbers."""
    x, y = _halves(public_key)
    if len(public_key) != 64 or not is_public_key(x, y) or not (0 < r < N and 0 < s < N):
        return False
    from wattseal.core.p256_wnaf import double_multiply_steps  # imported late: few devices verify

    w = yield from inverse_steps(s, N)
    u1 = int.from_bytes(digest, "big") * w % N
    x, _, zz, _ = yield from double_multiply_steps(u1, r * w % N, x, y)
    if not zz:
        return False
    # r is the point's x modulo N, and x may lie between N and P
    return (x - r * zz) % P == 0 or (r + N < P and (x - (r + N) * zz) % P == 0)


def finish(steps: "Generator[None, None, Result]") -> "Result":
    """Run a generator to its end at once; where nothing else needs the processor."""
    while True:
        try:
            next(steps)
        except StopIteration as done:
            return done.value


def _halves(public_key: bytes) -> "tuple[int, int]":
    return int.from_bytes(public_key[:32], "big"), int.from_bytes(public_key[32:], "big")


def _nonzero(random: bytes) -> int:
    """1 to N - 1, so not 0 modulo P either."""
    return int.from_bytes(random, "big") % (N - 1) + 1
