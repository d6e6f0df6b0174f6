"""What the frozen image starts with and builds on, a manifest; holds nothing that is staged."""

include("$(MPY_DIR)/extmod/asyncio")
package("wattseal/hal", ("esp32_files.py",), base_path="../../../firmware")
module("_boot.py")
module("boot.py")
