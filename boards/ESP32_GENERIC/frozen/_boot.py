"""Runs before anything else: frozen code alone from here on, files mounted, nothing formatted.

The watchdog runs before the first line of ours does: whatever hangs on the way is reset.
"""

import sys

from machine import WDT

WDT(timeout=120000)  # wattseal.hal.esp32_prompt has it too; hal.esp32 shortens it

# The standard path begins with the file system, where a file of the same name would come first.
sys.path[:] = [".frozen"]

import open_contactors  # noqa: E402, F401 - first: what follows may fail, or hang

from wattseal.hal import esp32_files, esp32_prompt  # noqa: E402 - not before the path is ours

esp32_files.mount()
try:
    import production  # noqa: F401 - in a production image; it never returns
except ImportError:
    # A tool may have asked for the prompt, where no main.py follows. One that does stops this.
    esp32_prompt.stay()
