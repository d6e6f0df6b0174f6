"""Starts the firmware that lies in an archive beside it; knows nothing of what it does."""

import module_vfs

module_vfs.mount("/modules.archive")

import main  # noqa: E402, F401 - firmware/main.py
