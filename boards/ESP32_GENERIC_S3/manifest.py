"""What this board carries, in MicroPython's manifest format; for freezing and staging."""

# What only the image holds; staging passes it over, for a device that it serves boots already.
include("$(BOARD_DIR)/frozen")
include("../../firmware")
module("board.py")
package(
    "wattseal/hal",
    (
        "__init__.py",
        "block_flash.py",
        "board.py",
        "clock.py",
        "esp32.py",
        "esp32_pulses.py",
        "ethernet.py",
        "host_name.py",
        "lamp.py",
        "no_link.py",
        "pins.py",
        "rs485.py",
        "stdin_lines.py",
        "ticks.py",
        "uart_line.py",
        "watchdog.py",
        "wifi.py",
    ),
    base_path="../../firmware",
)
