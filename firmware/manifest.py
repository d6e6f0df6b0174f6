"""What every board carries, in MicroPython's manifest format: the firmware without the hal."""

# main.py: an image begins as its frozen/manifest.py says, and tools/stage.py puts it on a device.
# contracts.py, store_contracts.py, board_contract.py and clock_contract.py stay behind: only type
# checkers read them.
module("slot_loader.py")
module("wattseal/__init__.py")
module("wattseal/assembly.py")
module("wattseal/comb_table.py")
module("wattseal/late.py")
module("wattseal/metering.py")
module("wattseal/starting.py")
module("wattseal/storage.py")
module("wattseal/timekeeping.py")
module("wattseal/trouble.py")
module("wattseal/unconfigured.py")
package("wattseal/commanding")
package("wattseal/console")
package("wattseal/privacy")
package("wattseal/tariffs")
package("wattseal/statistics")
package("wattseal/core")
package("wattseal/app")
package("wattseal/drivers")
package("umqtt", base_path="../build/lib")
module("p256_table.py", base_path="../build/comb")
