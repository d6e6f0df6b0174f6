"""What the interpreter of a soak run has frozen in, a manifest: the firmware and the harness."""

include("$(MPY_DIR)/extmod/asyncio")
include("../../firmware")
package("wattseal/hal", ("__init__.py", "ticks.py"), base_path="../../firmware")
for name in (
    "charge_world", "fakes", "virtual_board", "virtual_broker", "virtual_meter", "virtual_power",
    "virtual_time",
):  # fmt: skip
    module(name + ".py", base_path="../../host_tests/support")
for name in ("days", "device", "file_flash", "lives", "receiving"):
    module(name + ".py")
