"""Starts the firmware of a slot, else that in MICROPYPATH, as firmware/stock/main.py on a chip.

Imports nothing of a version before it is chosen.
"""

import os
import sys

import module_vfs
import slot_loader

state = slot_loader.DEPLOYED
_SLOTS = (os.getenv("WATTSEAL_DIR") or ".") + "/update"
try:
    os.stat(_SLOTS)
except OSError:
    pass  # nothing was ever updated
else:
    state = slot_loader.start(_SLOTS, module_vfs.begin)
again = slot_loader.again if state == slot_loader.TRIAL else None
del slot_loader, sys.modules["slot_loader"]  # the version that runs has its own
try:
    import main  # noqa: F401 - firmware/main.py
finally:
    if again:
        again()
