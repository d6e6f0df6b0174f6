"""What the frozen image starts with and builds on, a manifest; holds nothing that is staged."""

include("$(MPY_DIR)/extmod/asyncio")
# machine.Counter, for S0 meters, is Python on this port (MicroPython 1.26).
module("machine.py", base_path="$(PORT_DIR)/modules")
package("wattseal/hal", ("esp32_files.py", "esp32_prompt.py"), base_path="../../../firmware")
module("_boot.py")
module("open_contactors.py", base_path="$(BOARD_DIR)/frozen")  # its pins are the board's
module("boot.py")
# The start asks for a slot first; the image's own firmware/main.py follows by this name.
module("main.py")
module("image_start.py")
package("firmware", ("main.py",), base_path="../../..")
module("module_vfs.py", base_path="../../../firmware/stock")
