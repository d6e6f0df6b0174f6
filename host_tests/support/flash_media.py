"""What a watched chip holds: LittleFS alone, or a small one with a raw-flash ring behind it.

A medium mounts its file system, and says what the assembly's `storage` is to be given. The sizes
are as small as a scenario can do with; the code is the shipped one.
"""

import scratch_folder

from wattseal import storage
from wattseal.hal.block_flash import BlockFlash

BLOCK_BYTES = 4096
_CONFIG_BLOCKS = 8  # of LittleFS where the rest is a ring's: configuration and key
_KEY_SECTORS = 2  # as storage.key_region has them
_on_files, _on_flash = storage.on_files, storage.on_flash  # virtual_power puts others there


def small_journal(segment_bytes, limit_bytes):
    """Few records until it is full; what is acknowledged is deleted soon."""

    def made(folder, second):
        return _on_files(folder, segment_bytes, limit_bytes, keep_acked=4, second=second)

    return made


class Files:
    """All of it in LittleFS. `journal`: makes one from its folder, None for the shipped one."""

    blocks = 40

    def __init__(self, progsize=32, journal=None):
        self.progsize = progsize
        self.stores = {"journal": journal}  # arguments of virtual_power.Power

    def mount(self, flash, fresh=False):
        scratch_folder.on_littlefs(flash, fresh, self.progsize)

    def raw(self, flash):
        return None


class Ring:
    """Journal and checkpoints on raw flash, programmed in pages when LittleFS is. `spare`: sectors
    that neither takes, the last of them for keys. `config_blocks`: of LittleFS, an audit log too.
    """

    def __init__(
        self, progsize=32, areas=4, area_sectors=4, checkpoint_sectors=16, keep_acked=200, spare=0,
        config_blocks=_CONFIG_BLOCKS,
    ):  # fmt: skip
        def made(flash, second=None):
            return _on_flash(flash, checkpoint_sectors, area_sectors, keep_acked, second)

        self.progsize = progsize
        self.stores = {"ring": made}
        self._sectors = areas * area_sectors + spare + checkpoint_sectors
        self.first = config_blocks
        self.blocks = config_blocks + self._sectors
        self.keys_at = (self.blocks - checkpoint_sectors - _KEY_SECTORS) * BLOCK_BYTES

    def mount(self, flash, fresh=False):
        part = Part(flash, 0, self.first)
        scratch_folder.on_littlefs(part, fresh, self.progsize)

    def raw(self, flash):
        """contracts.RawFlash."""
        page_bytes = self.progsize if self.progsize == 256 else 1
        return BlockFlash(Part(flash, self.first, self._sectors), page_bytes)

    def key_sectors(self, image):
        """What a chip's image has where keys are."""
        return bytes(image[self.keys_at : self.keys_at + _KEY_SECTORS * BLOCK_BYTES])


class Part:
    """Some blocks of a chip as a block device of their own."""

    def __init__(self, flash, first, blocks):
        self._flash = flash
        self._first = first
        self._blocks = blocks

    def readblocks(self, block, buffer, offset=0):
        self._flash.readblocks(self._first + block, buffer, offset)

    def writeblocks(self, block, buffer, offset=0):
        self._flash.writeblocks(self._first + block, buffer, offset)

    def ioctl(self, operation, block):
        if operation == 4:
            return self._blocks
        return self._flash.ioctl(operation, self._first + block)


def small_ring(progsize):
    """Three areas of 16 KB, the least in which a session may begin; few checkpoints' sectors."""
    return Ring(progsize, areas=3, area_sectors=4, checkpoint_sectors=4, keep_acked=4)
