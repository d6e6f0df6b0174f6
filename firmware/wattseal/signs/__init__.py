"""What the device shows of its faults, in a folder of its own: it comes late, or never."""
