"""Stands in for the boot.py that MicroPython would otherwise take from flash; does nothing."""
