"""Puts a board's circuits on one sheet, two columns of them; draws none itself."""

from collections.abc import Callable
from functools import partial

from tools import boards, pin_facts
from tools.pin_facts import Use
from tools.wiring import cell as cell_frame
from tools.wiring import circuits, own_circuits
from tools.wiring.sheet import Sheet

PULSE_MS = 10  # the configuration's own value
_GAP, _TOP = 8, 62
WIDTH = 2 * cell_frame.WIDTH + 3 * _GAP
_INPUTS = ("plug", "pilot", "offer")
_UNPULLED = {"ESP32": range(34, 40)}  # hal/esp32.py gives them no pull-up either
_ON_BOARD = {"rp2": 25}  # the pin of a Pico's own LED
_SUPPLIED = {"rp2": "VSYS", "esp32": "5V"}

Cell = Callable[[Sheet, float, float], int]


def drawn(board: str) -> str:
    """The SVG of a board. BoardFault, PinFault."""
    facts, pins = boards.facts(board), pin_facts.uses(board)
    sheet = Sheet(WIDTH)
    sheet.text(_GAP, 28, f"{board}: {facts.module}", "title")
    sheet.text(_GAP, 48, _says(board), "small")
    cells = _cells(board, facts, pins)
    # Measured on a sheet of its own: a cell's ground has to lie below what is on it.
    tall = [cell(Sheet(WIDTH), 0, 0) for cell in cells]
    ends = [float(_TOP), float(_TOP)]
    for cell, height in zip(cells, tall):
        column = ends.index(min(ends))
        x, y = _GAP + column * (cell_frame.WIDTH + _GAP), ends[column]
        sheet.box(x, y, cell_frame.WIDTH, height, "cell")
        cell(sheet, x, y)
        ends[column] += height + _GAP
    return sheet.svg(int(max(ends)))


def _says(board: str) -> str:
    if "_MDC" in pin_facts.constants(board):
        return "With Wi-Fi in the configuration. White on blue: GPIO numbers of board.py."
    return "White on blue: GPIO numbers, as board.py has them."


def _cells(board: str, facts: boards.Facts, pins: list[Use]) -> list[Cell]:
    def of(*jobs: str) -> list[Use]:
        return [use for use in pins if use.job in jobs and use.part != "gateway"]

    parts = dict.fromkeys(use.part for use in pins if use.part.startswith("line "))
    lines = [
        partial(
            circuits.serial_line, pins=[use for use in pins if use.part == part],
            head=f"Meters: RS-485, {part.replace('line', 'bus')}",
        )
        for part in parts
    ]  # fmt: skip
    unpulled = [use.pin for use in of(*_INPUTS) if use.pin in _UNPULLED.get(facts.chip, ())]
    light = of("lamp")
    own = bool(light) and light[0].pin == _ON_BOARD.get(facts.family)
    return [
        *lines,
        partial(circuits.inputs, pins=of(*_INPUTS), unpulled=unpulled),
        partial(circuits.pulse, pins=of("pulse"), chip_measures=facts.family == "rp2",
                pulse_ms=PULSE_MS),
        partial(circuits.contactor, pins=of("contactor")),
        partial(own_circuits.lamp, pin=light[0] if light else None, on_board=own),
        partial(own_circuits.supply, pin=_SUPPLIED[facts.family]),
        *_networks(board, pins),
    ]  # fmt: skip


def _networks(board: str, pins: list[Use]) -> list[Cell]:
    found = []
    chip = [use for use in pins if use.part == "W5500"]
    if chip:
        own = board.startswith("W5500")  # MicroPython names a board by the chip that is on it
        words = "On the board already." if own else "SPI at 20 MHz: wires of 10 cm at most."
        found.append(partial(own_circuits.network, pins=chip, head="Ethernet: W5500", words=words))
    gateway = [use for use in pins if use.part == "gateway"]
    if gateway:
        words = "115,200 baud, 3.3 V, transmit to receive; it has the network."
        found.append(partial(own_circuits.network, pins=gateway, head="Gateway", words=words))
    if "_MDC" in pin_facts.constants(board):
        found.append(_own_mac(board))
    if not found:
        found.append(
            partial(
                own_circuits.network,
                pins=[],
                head="Network: the board's own Wi-Fi",
                words="Keep its aerial out of a metal box, 15 mm from all metal.",
            )
        )
    return found  # fmt: skip


def _own_mac(board: str) -> Cell:
    """What is another where the configuration has no Wi-Fi."""
    wired = pin_facts.uses(board, ethernet=True)
    moved = {use.job: use.pin for use in wired if use.part in ("lamp", "connector 2")}
    words = (
        "Connectors change places; no bus 2; lamp on %(lamp)d, second S0 on %(pulse)d."
    ) % moved
    pins = [use for use in wired if use.part == "Ethernet"]
    pins = [Use(use.pin, "LAN8720", use.job) for use in pins]
    head = "Without Wi-Fi: LAN8720, as on a WT32-ETH01"
    return partial(own_circuits.network, pins=pins, head=head, words=words)
