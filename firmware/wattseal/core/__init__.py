"""Pure: bytes and integers in, bytes and integers out; no I/O, no clock, no floats, no state."""
