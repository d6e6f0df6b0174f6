"""Gives the firmware statistics where they are switched on; imports none of its modules."""
