"""The nonce and k * G by the native module (tools/native); must agree with rfc6979 and p256_comb.

Whoever assembles the firmware hands the module in, or None where there is none. It works in
buffers made here, so that a signature leaves next to nothing to collect.
"""

from micropython import const

from wattseal.core.p256 import N

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Generator, Protocol

    from wattseal.core.p256 import Point

    class Native(Protocol):
        """What tools/native/module.c defines. An argument of another size is a ValueError."""

        def nonce(self, seed: bytes, out: bytearray) -> None: ...
        def start(self, state: bytearray, table: bytes, k: bytes, z: bytes) -> None: ...
        def add(self, state: bytearray, table: bytes, column: int) -> None: ...
        def double(self, state: bytearray) -> None: ...
        def finish(self, state: bytearray) -> bool: ...
        def inverse(self, number: bytearray, modulus: bytes) -> bool: ...


_STATE_BYTES = const(160)  # X, Y, ZZ, ZZZ, and the signs of the digits
_COLUMNS = const(16)  # per sub-table


def nonce(native: "Native", private_key: int, digest: bytes, extra: bytes) -> int:
    """k as rfc6979.nonce_steps makes it, in a millisecond on an RP2040."""
    h1 = int.from_bytes(digest, "big") % N
    out = bytearray(32)
    native.nonce(private_key.to_bytes(32, "big") + h1.to_bytes(32, "big") + extra, out)
    return int.from_bytes(out, "big")


def sum_steps(
    native: "Native", k: int, table: bytes, z: int
) -> "Generator[None, None, Point | None]":
    """Generator whose result is k * G for an odd k, with ZZ = 1; None when it is off the curve.

    Yields after each column, two additions and a doubling: half a millisecond on an RP2040.
    """
    state = bytearray(_STATE_BYTES)
    native.start(state, table, k.to_bytes(32, "big"), z.to_bytes(32, "big"))
    column = _COLUMNS - 1
    while True:
        native.add(state, table, _COLUMNS + column)
        yield
        if not column:
            break
        column -= 1
        native.double(state)
        native.add(state, table, column)
    if not native.finish(state):
        return None
    return int.from_bytes(state[:32], "big"), int.from_bytes(state[32:64], "big"), 1, 1
