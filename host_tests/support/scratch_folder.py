"""A folder of its own for each test, on the host's file system or on LittleFS; no tempfile."""

import binascii
import os

try:
    from vfs import VfsLfs2, mount, umount
except ImportError:
    VfsLfs2 = None  # CPython

_POINT = "/nor"


def on_host():
    """A new folder; /dev/shm spares the disk where there is one."""
    parent = "/dev/shm" if "shm" in os.listdir("/dev") else "/tmp"
    path = parent + "/wattseal-" + binascii.hexlify(os.urandom(6)).decode()
    os.mkdir(path)
    return path


def on_littlefs(flash, fresh=True, progsize=32):
    """Mount `flash` (nor_flash.NorFlash), formatted when it is fresh; returns a path on it."""
    if fresh:
        VfsLfs2.mkfs(flash, progsize=progsize)
    mount(VfsLfs2(flash, progsize=progsize), _POINT)
    return _POINT + "/journal"


def leave_littlefs():
    umount(_POINT)


def exists(path):
    parent, name = path.rsplit("/", 1)
    return name in os.listdir(parent)


def remove(path):
    for name in os.listdir(path):
        os.remove(path + "/" + name)
    os.rmdir(path)
