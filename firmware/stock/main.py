"""Starts a slot's firmware, or lets that of the archive beside it be imported by what follows.

Staging puts it before firmware/main.py. Imports nothing of a version before it is chosen. A slot
has a main of its own. One on trial that ends, however it does, is started again, and that is
counted.
"""

import os
import sys

import module_vfs

_SLOTS = "/data/update"  # below DATA_DIR of every chip's board.py
try:
    os.stat(_SLOTS)
except OSError:
    pass  # nothing was ever updated
else:
    import machine
    import slot_loader

    _state = slot_loader.start(_SLOTS, module_vfs.begin)
    if _state != slot_loader.DEPLOYED:
        _again = None
        if _state == slot_loader.TRIAL:
            _again = slot_loader.again
            # It may hang before the firmware's own watchdog, which takes this one over. No stock
            # RP2040 takes firmware in slots: an ESP32 counts so long.
            machine.WDT(timeout=120000)
        del slot_loader, sys.modules["slot_loader"]  # the version that runs has its own
        try:
            import main  # noqa: F401 - the slot's firmware/main.py
        except KeyboardInterrupt:
            _again = None  # a person wants the prompt
            raise
        finally:
            if _again:
                try:
                    _again()
                finally:
                    machine.reset()  # a soft one would take a W5500's interrupt away for good
        raise RuntimeError("the slot's firmware has ended; a prompt follows")  # and not the rest

# MicroPython's own start has left it, with an assembler that only pulse meters need: 3 KB.
sys.modules.pop("rp2", None)
globals().pop("rp2", None)
module_vfs.begin("/modules.archive")
del module_vfs
