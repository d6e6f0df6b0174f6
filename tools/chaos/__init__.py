"""A device and its broker killed again and again, and what the receiver has in the end.

`device.py` runs on MicroPython, everything else here.
"""
