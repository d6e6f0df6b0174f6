"""What the interpreter of a soak run has frozen in, a manifest: the firmware and the harness.

And the start of a frozen image that takes updates, for host_tests/integration/test_image_start.py.
"""

include("$(MPY_DIR)/extmod/asyncio")
include("../../firmware")
package(
    "wattseal/hal",
    (
        "__init__.py", "block_flash.py", "stdin_lines.py", "ticks.py", "unix.py", "unix_pulses.py",
        "unix_serial.py", "unix_world.py",
    ),
    base_path="../../firmware",
)  # fmt: skip
for name in (
    "charge_world", "fakes", "virtual_board", "virtual_broker", "virtual_meter", "virtual_power",
    "virtual_time",
):  # fmt: skip
    module(name + ".py", base_path="../../host_tests/support")
for name in ("days", "device", "file_flash", "lives", "receiving"):
    module(name + ".py")
package("firmware", ("main.py",), base_path="../..")
module("board.py", base_path="../../boards/unix")
module("image_start.py", base_path="../../boards/ESP32_GENERIC/frozen")
module("module_vfs.py", base_path="../../firmware/stock")
