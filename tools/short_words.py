"""Short words for the names that staging shortens; knows no module.

What MicroPython has in its image takes no room in the heap of a device that loads modules from
files: those words come first. One that a board's MicroPython has not costs what `_a` costs.

Nothing looks for any of them on an object, as it would for `read` or `close`: functions of math,
instructions of the assembler, pins and shapes, and the kinds of uctypes and framebuf.
"""

from collections.abc import Iterator, Set
from itertools import count, product
from string import ascii_lowercase, ascii_uppercase

# For what one module alone has, and for modules: their names are in RAM, hence the shortest first.
_SMALL = """\
bl bx pi asr clz cmp cos cts erf exp hex inf ldr lsl lsr mrs nan nop oct pow rts scl sda sin
sub tan tau wfi acos asin atan blit ceil cosh erfc fabs fmod ldrb ldrh log2 modf movt movw
poly rbit rect sdiv sinh sqrt strb strh tanh udiv vcmp vldr vmov vmrs vneg vstr acosh asinh
atan2 atanh cpsid cpsie expm1 frexp gamma hline isinf isnan ldexp ldrex log10 movwt pixel
strex trunc vline vsqrt lgamma scroll degrees ellipse isclose radians copysign isfinite"""
# For what modules give one another: other words than those, for both stand in a module.
_CAPITAL = """\
INT PTR ADC CTS GS8 I2C I2S LSB MSB PWM RAW RTS GP0 GP1 GP2 GP3 GP4 GP5 GP6 GP7 GP8 GP9 GP10 GP11
GP12 GP13 GP14 GP15 GP16 GP17 GP18 GP19 GP20 GP21 GP22 GP25 GP26 GP27 GP28 AUTO GZIP INT8 LONG
UINT VOID ZLIB ARRAY INT16 INT32 INT64 MVLSB UINT8 ULONG BFINT8 BF_LEN BF_POS RGB565 UINT16"""

ROM = f"{_SMALL}\n{_CAPITAL}"


def small(taken: Set[str]) -> Iterator[str]:
    """Without end, and without what is `taken`: by any text, for an object goes everywhere."""
    yield from (word for word in _SMALL.split() if word not in taken)
    yield from private(taken)


def private(taken: Set[str]) -> Iterator[str]:
    """Made ones that begin with _: so must a constant that mpy-cross puts in where it stands, and
    keeps no name of."""
    for size in count(1):
        for letters in product(ascii_lowercase, repeat=size):
            word = "_" + "".join(letters)
            if word not in taken:
                yield word


def capital(taken: Set[str]) -> Iterator[str]:
    """As `small`, and none of its words."""
    yield from (word for word in _CAPITAL.split() if word not in taken)
    for size in count(1):
        for first in ascii_uppercase:
            for rest in product(ascii_lowercase, repeat=size):
                word = first + "".join(rest)
                if word not in taken:
                    yield word
