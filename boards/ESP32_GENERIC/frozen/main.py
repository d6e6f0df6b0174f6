"""Starts a slot's firmware, else that of this image; imports nothing of a version itself."""

import image_start
from machine import WDT, reset

from wattseal.hal import esp32_prompt

# The firmware's own watchdog (hal/esp32.py) begins once all has started, and takes this one over.
# A person who stops a slot on trial has so long at the prompt.
_START_MS = 120000
esp32_prompt.leave()  # a slot that hangs must not be fed
try:
    image_start.run("/data/update", lambda: WDT(timeout=_START_MS))  # below DATA_DIR of board.py
except SystemExit:
    # A trial has ended. A soft reset would take a W5500's interrupt away, and its driver, which
    # outlives one, would hear nothing in the next life.
    reset()
