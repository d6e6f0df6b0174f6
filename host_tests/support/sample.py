"""Which of many cases a test tries: all of them, or on a board a few, always the same ones."""

import sys

ON_A_BOARD = sys.platform in ("rp2", "esp32")


def of(cases, most):
    """`cases`, or on a board `most` of them."""
    return spread(cases, most) if ON_A_BOARD else cases


def spread(cases, most):
    """`most` of a sequence, at even distances from its first to its last; all if it has fewer."""
    last = len(cases) - 1
    if last < most:
        return list(cases)
    return [cases[i * last // (most - 1)] for i in range(most)]
