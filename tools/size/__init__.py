"""What the firmware takes on each board, and whether that is within its budget."""
