"""An emulated RP2040 board: its machine is JavaScript (*.mjs), what prepares and drives it Python.

`rig.Rig` is the way in; `make emulator` fetches what it needs. Nothing here knows the firmware.
"""
