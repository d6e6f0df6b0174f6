"""The cells of what many boards have on them: lamp, network, supply; knows no board's pins itself.

As in circuits: (x, y) is the upper left corner, and each gives its height.
"""

from collections.abc import Sequence

from tools.pin_facts import Use
from tools.wiring.cell import LEFT, head_of
from tools.wiring.sheet import Sheet


def lamp(sheet: Sheet, x: float, y: float, pin: "Use | None", on_board: bool) -> int:
    """Lit when high; on the board itself there is nothing to wire."""
    head_of(sheet, x, y, "Status lamp")
    if pin is None or on_board:
        where = "behind its radio" if pin is None else f"on pin {pin.pin}"
        sheet.text(x + LEFT, y + 48, f"The board's own LED, {where}: nothing to wire.")
        return 84
    sheet.pad(x + LEFT, y + 48, f"{pin.pin} lamp")
    sheet.wire((x + 96, y + 48), (x + 130, y + 48))
    sheet.resistor(x + 130, y + 48, "680 Ω")
    sheet.wire((x + 154, y + 48), (x + 190, y + 48))
    sheet.diode(x + 190, y + 48, light=True)
    sheet.ground(x + 190, y + 72)
    return 92


def network(sheet: Sheet, x: float, y: float, pins: Sequence[Use], head: str, words: str) -> int:
    """What the pins of a network's chip, or a gateway, are joined to."""
    head_of(sheet, x, y, head)
    for row, use in enumerate(pins):
        at = y + 44 + 22 * row
        sheet.pad(x + LEFT, at, f"{use.pin} {use.job}", 96)
        sheet.wire((x + 108, at), (x + 180, at))
    if pins:
        sheet.box(x + 180, y + 32, 84, 22 * len(pins) + 4)
        sheet.text(x + 222, y + 38 + 11 * len(pins), pins[0].part, "", "middle")
    sheet.text(x + LEFT, y + 54 + 22 * len(pins), words, "small")
    return 68 + 22 * len(pins)


def supply(sheet: Sheet, x: float, y: float, pin: str) -> int:
    """From the charger's 12 V."""
    head_of(sheet, x, y, "Supply")
    sheet.text(x + LEFT, y + 54, "12 V")
    sheet.wire((x + 44, y + 50), (x + 84, y + 50))
    sheet.box(x + 84, y + 36, 92, 28)
    sheet.text(x + 130, y + 54, "DC/DC 5 V, 1 A", "small", "middle")
    sheet.wire((x + 176, y + 50), (x + 232, y + 50))
    sheet.dot(x + 200, y + 50)
    sheet.capacitor(x + 200, y + 50, "")
    sheet.text(x + 188, y + 80, "470 µF", "small", "end")
    sheet.ground(x + 200, y + 74)
    sheet.pad(x + 232, y + 50, pin, 60)
    sheet.text(x + 412, y + 54, "one ground for all", "small", "end")
    return 92
