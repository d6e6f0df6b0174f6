"""What the frozen image starts with and builds on, a manifest; holds nothing that is staged."""

include("$(MPY_DIR)/extmod/asyncio")
# MicroPython's own: the assembler of the PIO program that counts pulses.
module("rp2.py", base_path="$(PORT_DIR)/modules")
module("_boot.py")
module("boot.py")
module("main.py", base_path="../../../firmware")
