"""What gives a person a console level, and answers at it; nothing in here is loaded at a start."""
