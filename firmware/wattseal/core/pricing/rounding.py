"""Rounding of money, half away from zero, and parts that add up; knows no tariff."""

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    Part = tuple[str, int]


def half_away(numerator: int, denominator: int) -> int:
    """The nearest whole number; of two the one farther from zero."""
    if numerator < 0:
        return -half_away(-numerator, denominator)
    return (2 * numerator + denominator) // (2 * denominator)


def apportion(parts: "list[Part]", total: int, unit: int) -> "list[int]":
    """`total`, a multiple of `unit`, in the proportion of the parts, each in whole units.

    What is left after rounding down goes to the largest remainders, of equal ones by name; what
    is taken back is shared as it was given.
    """
    if total < 0:
        return [-amount for amount in apportion(parts, -total, unit)]
    whole = sum([amount for _, amount in parts])
    if whole == 0:
        return [0] * len(parts)
    sign = -1 if whole < 0 else 1
    shares = [sign * amount * total for _, amount in parts]
    each = sign * whole * unit
    units = [share // each for share in shares]
    order = sorted(range(len(parts)), key=lambda i: (-(shares[i] % each), parts[i][0]))
    for i in order[: total // unit - sum(units)]:
        units[i] += 1
    return [count * unit for count in units]
