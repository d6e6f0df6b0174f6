"""What the frozen image starts with and builds on, a manifest; holds nothing that is staged."""

# Start-up is the plain Pico's: our own _boot.py, which formats nothing.
include("../../RPI_PICO/frozen")
package(
    "wattseal/hal",
    ("block_flash.py", "rp2_flash.py", "rp2_prompt.py"),
    base_path="../../../firmware",
)
