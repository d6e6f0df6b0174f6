"""Runs before anything else: frozen code alone from here on, files mounted, nothing formatted."""

import sys

# The standard path begins with the file system, where a file of the same name would come first.
sys.path[:] = [".frozen"]

from wattseal.hal import esp32_files  # noqa: E402 - not before the path is ours

esp32_files.mount()
try:
    import production  # noqa: F401 - in a production image; it never returns
except ImportError:
    pass  # MicroPython runs main.py, and a prompt follows
