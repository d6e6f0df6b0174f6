"""Every board's pins against what its chip's data sheet forbids, read from board.py itself.

ESP32: Series Datasheet v4.8, 2.2 and 3 (strapping, input only, flash). ESP32-S3: Series Datasheet
v2.0, 2.2 to 2.3.5 and 3, and ESP32-S3-WROOM-1 Datasheet v1.4, 3.2. RP2040: Datasheet, 1.4.3; Pico,
Pico W and W5500-EVB-Pico: what the board itself uses.
"""

from dataclasses import dataclass, field

import pytest

from tools import boards, pin_facts
from tools.pin_facts import Use


@dataclass(frozen=True)
class Chip:
    """`never`: {pins: why}. `inputs`: those without an output. `low`: must be low while the chip
    starts: an output with a pull-down resistor alone. `restless`: driven, or high, at start: no
    output that switches anything. `unpulled`: without a pull-up, and a firmware that knows."""

    pins: range
    never: dict
    inputs: range = range(0)
    low: tuple = ()
    restless: tuple = ()
    unpulled: range = field(default=range(0))


ESP32 = Chip(
    range(40),
    {(20, 24, 28, 29, 30, 31): "does not exist", tuple(range(6, 12)): "the flash",
     (1, 3): "the console", (37, 38): "not led out of a module", (0,): "what chooses the start"},
    inputs=range(34, 40), low=(2, 12), restless=(0, 1, 3, 5, 14, 15), unpulled=range(34, 40),
)  # fmt: skip
ESP32_S3 = Chip(
    range(49),
    {(22, 23, 24, 25): "does not exist", tuple(range(26, 38)): "the flash or PSRAM",
     (43, 44): "the console", (19, 20): "USB", (0, 3, 45, 46): "what chooses the start",
     (38, 48): "a DevKit's colour LED"},
    restless=(18, 19, 20),
)  # fmt: skip
PICO = Chip(range(30), {(23, 24, 29): "the board's own supply"})
PICO_W = Chip(range(30), {(23, 24, 25, 29): "the radio"})
# The W5500's interrupt comes in on 21, whether somebody listens or not.
W5500_PICO = Chip(range(30), {(21, 23, 24, 29): "the board's own"})
CHIPS = {
    "ESP32_GENERIC": ESP32, "ESP32_GENERIC_S3": ESP32_S3, "RPI_PICO": PICO,
    "RPI_PICO_W": PICO_W, "W5500_EVB_PICO": W5500_PICO,
}  # fmt: skip
# An ESP32's own MAC: RMII's data and clock, and MDC and MDIO.
RMII = (0, 19, 21, 22, 25, 26, 27)


def wrong(chip, found):
    """A sentence for each pin that cannot do what it is to do."""
    told = []
    for use in found:
        told += [
            "%d is %s" % (use.pin, why) for pins, why in chip.never.items() if use.pin in pins
        ]
        if use.pin not in chip.pins:
            told.append("%d is none of the chip's pins" % use.pin)
        if use.driven and use.pin in chip.inputs:
            told.append("%d cannot be driven" % use.pin)
        if use.pin in chip.low and use.job not in ("direction", "lamp"):
            told.append("%d must be low at start, and %s may be high" % (use.pin, use.job))
        if use.job in ("contactor", "direction") and use.pin in chip.restless:
            told.append("%d moves at start, and %s with it" % (use.pin, use.job))
    pins = [use.pin for use in found]
    return told + ["%d has two jobs" % pin for pin in sorted(set(pins)) if pins.count(pin) > 1]


def test_every_board_with_pins_has_its_chip_here():
    assert sorted(CHIPS) == [name for name in boards.names() if boards.facts(name).chip]


@pytest.mark.parametrize("ethernet", [False, True])
@pytest.mark.parametrize("board", CHIPS)
def test_no_pin_does_what_the_data_sheet_forbids(board, ethernet):
    found = pin_facts.uses(board, ethernet)
    assert wrong(CHIPS[board], found) == []
    assert {use.job for use in found} >= {"transmit", "direction", "contactor", "plug", "pulse"}
    assert len([use for use in found if use.job == "direction"]) == (
        1 if board == "ESP32_GENERIC" and ethernet else boards.facts(board).bus_lines
    )


def test_an_esp32s_own_ethernet_keeps_its_pins():
    found = pin_facts.uses("ESP32_GENERIC", ethernet=True)
    assert not {use.pin for use in found} & set(RMII)
    assert {use.pin for use in found if use.part == "Ethernet"} == {23, 18, 16}


def test_what_has_no_pull_up_of_its_own_is_what_the_firmware_takes_for_such(bench):
    import machine

    module, seen = bench.load("esp32"), []
    for number in (33, 34, 39, 40):
        pin = module.input_pin(number)
        seen.append(pin.pull == machine.Pin.PULL_UP)
    assert seen == [True, False, False, True]
    taken = {use.pin for use in pin_facts.uses("ESP32_GENERIC_S3") if not use.driven}
    assert not taken & set(ESP32.unpulled)


@pytest.mark.parametrize(
    ("chip", "use", "sentence"),
    [
        (ESP32, Use(6, "line 1", "transmit"), "6 is the flash"),
        (ESP32, Use(34, "connector 1", "contactor"), "34 cannot be driven"),
        (ESP32, Use(12, "connector 1", "plug"), "12 must be low at start, and plug may be high"),
        (ESP32, Use(15, "connector 1", "contactor"), "15 moves at start, and contactor with it"),
        (ESP32_S3, Use(45, "lamp", "lamp"), "45 is what chooses the start"),
        (ESP32_S3, Use(36, "line 1", "receive"), "36 is the flash or PSRAM"),
        (ESP32_S3, Use(18, "line 1", "direction"), "18 moves at start, and direction with it"),
        (PICO_W, Use(25, "lamp", "lamp"), "25 is the radio"),
        (PICO, Use(30, "lamp", "lamp"), "30 is none of the chip's pins"),
    ],
)
def test_the_judge_finds_what_is_wrong(chip, use, sentence):
    assert wrong(chip, [use]) == [sentence]


def test_the_judge_finds_a_pin_with_two_jobs():
    found = pin_facts.uses("RPI_PICO")
    assert wrong(PICO, [*found, Use(found[0].pin, "lamp", "lamp")]) == ["4 has two jobs"]


# RP2040 Datasheet, 1.4.3: which pins carry what; an ESP32 leads either to any pin.
UARTS = {0: ((0, 12, 16, 28), (1, 13, 17, 29)), 1: ((4, 8, 20, 24), (5, 9, 21, 25))}
SPIS = {  # clock, data out, data in
    0: ((2, 6, 18, 22), (3, 7, 19, 23), (0, 4, 16, 20)),
    1: ((10, 14, 26), (11, 15, 27), (8, 12, 24, 28)),
}


def misled(told):
    """Each UART, and SPI, of a board's constants that its chip does not lead to these pins."""
    rows = [("UART", row, UARTS) for row in (*told["_LINES"], told.get("_UPLINK")) if row]
    rows += [("SPI", told["_W5500"], SPIS)] if "_W5500" in told else []
    return [
        "%s%d has no pin %d there" % (kind, row[0], pin)
        for kind, row, table in rows
        for pin, pins in zip(row[1:], table[row[0]])
        if pin not in pins
    ]


@pytest.mark.parametrize("board", [n for n in CHIPS if boards.facts(n).chip == "RP2040"])
def test_the_chip_leads_each_uart_and_spi_to_its_pins(board):
    assert misled(pin_facts.constants(board)) == []


def test_a_uart_at_another_s_pins_is_found():
    lines = ((0, 2, 3, 6), (1, 4, 5, 7))
    assert misled({"_LINES": lines}) == ["UART0 has no pin 2 there", "UART0 has no pin 3 there"]
    assert misled({"_LINES": (), "_W5500": (1, 18, 11, 8, 9, 20)}) == ["SPI1 has no pin 18 there"]
