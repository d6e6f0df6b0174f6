"""Where a meter shows its mains voltage and frequency, for commissioning alone; judges nothing.

A line is function, the voltage of phase L1 (address, kind, order, mV of a count), the frequency
(address, kind, order, mHz of a count; - where no source has it), then the models. Sources: those
of the models' rows. The SDM72D-M shows neither. Iskra's T5 is a T6 without a sign.
"""

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Sequence

    from wattseal.core.models import Field

_REGISTERS = """\
3 23296 u32 ABCD 100 23340 u16 ABCD 10 b21 b23 b24
4 8 u32 ABCD 100 44 u32 ABCD 10 mpm3pm
3 1024 u32 ABCD 1 1077 u16 ABCD 100 ds100
4 0 i32 CDAB 100 15 u16 ABCD 100 em111 em112
4 0 i32 CDAB 100 51 u16 ABCD 100 em330 em340 em540 em580 em24e1 gnm3d
4 0 i32 CDAB 100 55 u16 ABCD 100 em24
3 8198 f32 ABCD 100 8260 f32 ABCD 10 dtsu666
3 4 u32 ABCD 10 18 u32 ABCD 1 dvh4013
4 0 f32 ABCD 1000 70 f32 ABCD 1000 sdm120 sdm230 sdm630 sdm72v2
4 0 u32 ABCD 10 - - - - dsz15d
4 2500 f32 ABCD 1000 2584 f32 ABCD 1000 finder7m38
3 20482 f32 ABCD 1000 20488 f32 ABCD 1000 pro1 pro380
4 107 t6 ABCD 1000 105 t6 ABCD 1000 wm3m4
4 1 u32 ABCD 10 49 u32 ABCD 1 dmg610
3 14 f32 ABCD 1000 20 f32 ABCD 1000 we516 we517
4 0 u16 ABCD 100 7 u16 ABCD 100 pzem004t pzem016
3 3027 f32 ABCD 1000 3109 f32 ABCD 1000 iem3155
4 1 f32 ABCD 1000 55 f32 ABCD 1000 pac2200"""


def fields(key: str) -> "tuple[Field | None, Field | None]":
    """(voltage in mV, frequency in mHz) of a model; None for what it does not show."""
    for row in _REGISTERS.split("\n"):
        function, *words = row.split()
        if key in words[8:]:
            return _field(function, words[:4]), _field(function, words[4:8])
    return None, None


def _field(function: str, words: "Sequence[str]") -> "Field | None":
    address, kind, order, factor = words
    if address == "-":
        return None
    return int(function), int(address), kind, order, int(factor), 1  # pyright: ignore
