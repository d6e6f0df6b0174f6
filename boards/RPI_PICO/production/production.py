"""Runs the firmware from MicroPython's own start-up on; never gives a Python prompt.

Imported by _boot.py of every board. What runs there cannot be interrupted: Ctrl-C is a byte as any
other, from power-on to power-off; what MicroPython runs after it can be. So main.py is not left to
MicroPython here, and whatever ends the firmware ends in a reset: production.h has it too.
"""

import sys
import time

import machine

_TELL_S = 60  # what a person must put right is said again after so long

try:
    import main  # noqa: F401 - the firmware; returns when a person must put something right

    time.sleep(_TELL_S)
except (ImportError, MemoryError, OSError, RuntimeError) as fault:
    sys.print_exception(fault)
finally:
    machine.reset()
