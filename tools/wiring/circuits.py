"""The cells of the circuits between a controller and its charger; knows no board's pins itself.

(x, y) is a cell's upper left corner. Each gives its height. RS-485: TIA-485 and
MODBUS over serial line V1.02, 3.4 (120 ohm at both ends, 450 to 650 ohm of bias in one place).
"""

from collections.abc import Sequence

from tools.pin_facts import Use
from tools.wiring import filters
from tools.wiring.cell import LEFT, head_of
from tools.wiring.sheet import Sheet


def serial_line(sheet: Sheet, x: float, y: float, pins: Sequence[Use], head: str) -> int:
    """Transmit, receive, direction; transceiver, bias, termination."""
    tops = {"transmit": 52, "direction": 84, "receive": 128}
    for use in pins:
        sheet.pad(x + LEFT, y + tops[use.job], f"{use.pin} {use.job}", 96)
        sheet.wire((x + 108, y + tops[use.job]), (x + 180, y + tops[use.job]))
    sheet.box(x + 180, y + 36, 84, 108)
    for row, name in ((56, "DI"), (88, "DE, /RE"), (132, "RO")):
        sheet.text(x + 186, y + row, name)
    sheet.text(x + 222, y + 160, "THVD1400, fail-safe", "small", "middle")
    sheet.wire((x + 148, y + 84), (x + 148, y + 92))
    sheet.dot(x + 148, y + 84)
    sheet.resistor(x + 148, y + 92, "", upright=True)
    sheet.text(x + 140, y + 108, "10 kΩ", "small", "end")
    sheet.wire((x + 148, y + 116), (x + 148, y + 143))
    sheet.ground(x + 148, y + 143)
    # Silent while the line is driven: what floats there would be read.
    sheet.text(x + LEFT, y + 170, "RO: 10 kΩ to 3.3 V as well", "small")
    for row, name in ((66, "A"), (114, "B")):
        sheet.text(x + 252, y + row + 4, name, "", "end")
        sheet.wire((x + 264, y + row), (x + 366, y + row))
        sheet.dot(x + 290, y + row)
        sheet.dot(x + 330, y + row)
    sheet.text(x + 370, y + 70, "A (D+)")
    sheet.text(x + 370, y + 118, "B (D-)")
    sheet.supply(x + 290, y + 38, "3.3 V")
    sheet.resistor(x + 290, y + 40, "560 Ω", upright=True)
    sheet.wire((x + 290, y + 64), (x + 290, y + 66))
    sheet.resistor(x + 290, y + 118, "560 Ω", upright=True)
    sheet.wire((x + 290, y + 114), (x + 290, y + 118))
    sheet.ground(x + 290, y + 144)
    sheet.wire((x + 330, y + 66), (x + 330, y + 78))
    sheet.resistor(x + 330, y + 78, "120 Ω", upright=True)
    sheet.wire((x + 330, y + 102), (x + 330, y + 114))
    sheet.text(x + 412, y + 170, "120 Ω at the last meter as well", "small", "end")
    head_of(sheet, x, y, head)
    return 180


def inputs(sheet: Sheet, x: float, y: float, pins: Sequence[Use], unpulled: Sequence[int]) -> int:
    """Plug, pilot and offer: opto-couplers that pull low."""
    head_of(sheet, x, y, "Plug, pilot, offer: one of these for each pin")
    for row, use in enumerate(pins):
        mark = "*" if use.pin in unpulled else ""
        name = f"{use.pin}{mark} {use.job} {use.part.rpartition(' ')[2]}"
        sheet.pad(x + LEFT, y + 44 + 22 * row, name, 84)
    sheet.wire((x + 96, y + 44), (x + 110, y + 44), (x + 110, y + 66), (x + 190, y + 66))
    sheet.box(x + 190, y + 46, 92, 80)
    sheet.text(x + 236, y + 142, "PC817", "small", "middle")
    # the transistor
    sheet.wire((x + 190, y + 66), (x + 206, y + 66), (x + 206, y + 72), (x + 216, y + 80))
    sheet.wire((x + 216, y + 74), (x + 216, y + 98))
    sheet.wire((x + 216, y + 92), (x + 206, y + 100), (x + 206, y + 106), (x + 172, y + 106))
    sheet.wire((x + 172, y + 106), (x + 172, y + 118))
    sheet.ground(x + 172, y + 118)
    # the diode
    sheet.wire((x + 300, y + 66), (x + 258, y + 66), (x + 258, y + 74))
    sheet.diode(x + 258, y + 74)
    sheet.wire((x + 258, y + 98), (x + 258, y + 106), (x + 360, y + 106))
    sheet.resistor(x + 300, y + 66, "2.2 kΩ")
    sheet.wire((x + 324, y + 66), (x + 360, y + 66))
    sheet.text(x + 364, y + 70, "12 V: yes")
    sheet.text(x + 364, y + 110, "0 V")
    words = ["From the charge controller, never from CP itself."]
    words += ["* has no pull-up: 10 kΩ to 3.3 V beside it."] if unpulled else []
    for row, each in enumerate(words):
        sheet.text(x + 412, y + 158 + 16 * row, each, "small", "end")
    return 184


def pulse(
    sheet: Sheet, x: float, y: float, pins: Sequence[Use], chip_measures: bool, pulse_ms: int
) -> int:
    """S0 of each connector: pull-up, RC, and a Schmitt trigger where the chip has no filter."""
    head_of(sheet, x, y, "S0 pulses: one of these for each pin")
    for row, use in enumerate(pins):
        sheet.pad(x + LEFT, y + 52 + 22 * row, f"{use.pin} {use.part}", 104)
    found = filters.Filter(100) if chip_measures else filters.for_pulse(pulse_ms)
    begin = 116 if chip_measures else 168
    if not chip_measures:
        sheet.wire((x + 116, y + 52), (x + 138, y + 52))
        sheet.wire((x + 168, y + 36), (x + 168, y + 68), (x + 138, y + 52), (x + 168, y + 36))
        sheet.text(x + 164, y + 84, "74LVC1G17", "small", "middle")
    sheet.wire((x + begin, y + 52), (x + 240, y + 52))
    sheet.dot(x + 220, y + 52)
    sheet.wire((x + 220, y + 52), (x + 220, y + 60))
    sheet.capacitor(x + 220, y + 60, filters.told(found.capacitor_nf))
    sheet.ground(x + 220, y + 84)
    sheet.resistor(x + 240, y + 52, "10 kΩ")
    sheet.wire((x + 264, y + 52), (x + 360, y + 52))
    sheet.dot(x + 310, y + 52)
    sheet.supply(x + 310, y + 24, "3.3 V")
    sheet.resistor(x + 310, y + 26, "1 kΩ", upright=True)
    sheet.wire((x + 310, y + 50), (x + 310, y + 52))
    sheet.text(x + 364, y + 56, "S0+")
    sheet.wire((x + 330, y + 88), (x + 360, y + 88))
    sheet.wire((x + 330, y + 88), (x + 330, y + 96))
    sheet.ground(x + 330, y + 96)
    sheet.text(x + 364, y + 92, "S0-")
    for row, words in enumerate(_pulse_words(found, chip_measures, pulse_ms)):
        sheet.text(x + LEFT, y + 128 + 16 * row, words, "small")
    return 184 if chip_measures else 200


def _pulse_words(found: filters.Filter, chip_measures: bool, pulse_ms: int) -> list[str]:
    low = "S0+ closed: 0.4 V at most, at 3 mA (no Darlington)."
    if chip_measures:
        return [
            "The chip's pins are Schmitt triggers, and it measures `pulse_ms`",
            f"itself: the filter takes ringing below {found.never_ms:.1f} ms away.",
            low,
        ]
    rows = [(ms, filters.for_pulse(ms)) for ms in (5, pulse_ms, 30)]
    values = ", ".join(f"{ms} ms {filters.told(row.capacitor_nf)}" for ms, row in rows)
    return [
        f"For `pulse_ms` {pulse_ms}: {found.always_ms:.1f} ms always counts, "
        f"{found.never_ms:.1f} ms never does,",
        f"and a pause of {found.pause_ms:.1f} ms parts two pulses.",
        f"The capacitor: {values}.",
        low,
    ]


def contactor(sheet: Sheet, x: float, y: float, pins: Sequence[Use]) -> int:
    """A transistor with a pull-down resistor, a relay with a flyback diode."""
    head_of(sheet, x, y, "Contactor: one of these for each pin")
    for row, use in enumerate(pins):
        sheet.pad(x + LEFT, y + 94 + 22 * row, f"{use.pin} {use.part}", 104)
    sheet.wire((x + 116, y + 94), (x + 140, y + 94))
    sheet.resistor(x + 140, y + 94, "220 Ω")
    sheet.wire((x + 164, y + 94), (x + 206, y + 94))
    sheet.dot(x + 182, y + 94)
    sheet.wire((x + 182, y + 94), (x + 182, y + 104))
    sheet.resistor(x + 182, y + 104, "", upright=True)
    sheet.text(x + 174, y + 134, "10 kΩ", "small", "end")
    sheet.wire((x + 182, y + 128), (x + 182, y + 140))
    sheet.ground(x + 182, y + 140)
    # an n-channel MOSFET
    sheet.wire((x + 206, y + 84), (x + 206, y + 104))
    sheet.wire((x + 212, y + 80), (x + 212, y + 108))
    sheet.wire((x + 212, y + 84), (x + 230, y + 84), (x + 230, y + 72))
    sheet.wire((x + 212, y + 104), (x + 230, y + 104), (x + 230, y + 140))
    sheet.ground(x + 230, y + 140)
    sheet.text(x + 236, y + 100, "AO3400", "small")
    # relay and diode
    sheet.supply(x + 230, y + 36, "12 V")
    sheet.wire((x + 230, y + 36), (x + 230, y + 42))
    sheet.box(x + 216, y + 42, 28, 24)
    sheet.wire((x + 230, y + 66), (x + 230, y + 72), (x + 272, y + 72), (x + 272, y + 66))
    sheet.dot(x + 230, y + 72)
    sheet.wire((x + 230, y + 40), (x + 272, y + 40), (x + 272, y + 42))
    sheet.dot(x + 230, y + 40)
    sheet.diode(x + 272, y + 42, up=True)
    sheet.text(x + 286, y + 58, "1N4148", "small")
    sheet.text(x + 210, y + 58, "relay", "small", "end")
    sheet.text(x + 412, y + 124, "the relay's contact: contactor coil", "small", "end")
    sheet.text(x + 412, y + 140, "Low while the chip starts: open.", "small", "end")
    return 164
