"""What this board carries, in MicroPython's manifest format; for freezing and staging."""

# The standard image's own modules: a frozen image needs them, staging finds them on the device.
include("$(PORT_DIR)/variants/manifest.py")
include("../../firmware")
module("main.py", base_path="../../firmware")
module("board.py")
package(
    "wattseal/hal",
    (
        "__init__.py",
        "stdin_lines.py",
        "unix.py",
        "unix_pulses.py",
        "unix_serial.py",
        "unix_world.py",
    ),
    base_path="../../firmware",
)
