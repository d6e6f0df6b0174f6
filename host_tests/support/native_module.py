"""Finds the native module, and numbers to try it with; the same ones on every interpreter."""

import sys
import unittest
from hashlib import sha256

import sample

from wattseal.core.p256 import P

_BUILT = __file__.rsplit("/", 3)[0] + "/build/native/x64"
_TOP = (1 << 256) - 1
_WORDS = (0, 1, 0xFFFFFFFF, 0xFFFFFFFE, 0x80000000, 0xFFFF, 0xFFFF0000, 0x10000)
EDGES = (
    0, 1, 2, 3, 5, P - 2, P - 1, P, P + 1, _TOP - 1, _TOP, 1 << 255, (1 << 255) - 1, 1 << 224,
    (1 << 224) - 1, 1 << 192, (1 << 192) - 1, 1 << 96, (1 << 96) - 1, 1 << 128, (1 << 128) - 1,
    _TOP ^ ((1 << 128) - 1), _TOP ^ 0xFFFFFFFF, P >> 1, (P >> 1) + 1, _TOP - P, _TOP - P + 1,
)  # fmt: skip


class NativeCase(unittest.TestCase):
    """A test of it. micropython-lib takes a skip from a test alone, not from setUp."""

    def native(self):
        if sys.implementation.name == "cpython":
            raise unittest.SkipTest("CPython has no native modules")
        if not sample.ON_A_BOARD and _BUILT not in sys.path:
            sys.path.append(_BUILT)
        try:
            import wattseal_p256
        except (ImportError, ValueError):
            raise unittest.SkipTest("no native module; run: make native")
        return wattseal_p256


def octets(number):
    return number.to_bytes(32, "big")


def number(i):
    """256 bits, the same ones for the same i."""
    return int.from_bytes(sha256(b"%d" % i).digest(), "big")


def lumpy(i):
    """The same with words that carry and borrow often: half of them are all ones, a bit, 0 .."""
    random, made = number(i), 0
    for _ in range(8):
        word = random & 0xFFFFFFFF
        made = made << 32 | (_WORDS[word >> 1 & 7] if word & 1 else word)
        random >>= 32
    return made
