"""Opens this board's contactors before anything else of the image runs; importing it does that.

An ESP32's outputs keep their level through a reset, and what follows may find no configuration,
or hang. board.py has the pins, but it is a slot's where one runs.
"""

from machine import Pin

for number in (21, 47):
    Pin(number, Pin.OUT, value=0)
