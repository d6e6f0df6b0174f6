"""Runs before anything else: frozen code alone from here on, files mounted, nothing formatted.

The watchdog runs before the first line of ours does: whatever hangs on the way is reset.
"""

import sys

from machine import WDT

WDT(timeout=8388)  # the most that the chip counts; wattseal.hal.rp2 has it too

# The standard path begins with the file system, where a file of the same name would come first.
sys.path[:] = [".frozen"]

from wattseal.hal import rp2_flash, rp2_prompt  # noqa: E402 - not before the path is ours

rp2_flash.mount()
try:
    import production  # noqa: F401 - in a production image; it never returns
except ImportError:
    # A tool may have asked for the prompt, where no main.py follows. One that does stops this.
    rp2_prompt.stay()
