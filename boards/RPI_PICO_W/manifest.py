"""What this board carries, in MicroPython's manifest format; for freezing and staging."""

# The standard image's own modules: a frozen image needs them, staging finds them on the device.
include("$(PORT_DIR)/boards/RPI_PICO_W/manifest.py")
include("../../firmware")
module("board.py")
package(
    "wattseal/hal",
    (
        "__init__.py",
        "board.py",
        "clock.py",
        "rp2.py",
        "rp2_image.py",
        "rp2_pulses.py",
        "ethernet.py",
        "lamp.py",
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
