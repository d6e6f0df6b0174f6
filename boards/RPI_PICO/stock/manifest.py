"""The manifest of the stock image: MicroPython's own modules, none of ours."""

# Of MicroPython's manifest for this port the part that needs no micropython-lib: without the
# drivers onewire, ds18x20, dht and neopixel.
freeze("$(PORT_DIR)/modules")
include("$(MPY_DIR)/extmod/asyncio")
