"""Lets the firmware be imported from the archive beside it; what staging puts before main.py."""

import module_vfs

module_vfs.begin("/modules.archive")
del module_vfs
