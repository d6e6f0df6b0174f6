"""A NOR flash in a file of the host, outside the heap; must not be kinder than a real one."""

from array import array

_BLOCK_BYTES = 4096
_ERASED = b"\xff" * 256


class FileFlash:
    """A MicroPython block device. `worn`: erases of each block since it was opened."""

    def __init__(self, path, blocks, fresh=True):
        self._file = open(path, "w+b" if fresh else "r+b")
        self._before = bytearray(256)
        self._blocks = blocks
        self.worn = array("H", [0] * blocks)
        self.erases = 0
        for block in range(blocks if fresh else 0):
            self._erase(block)

    def readblocks(self, block, buffer, offset=0):
        self._file.seek(block * _BLOCK_BYTES + offset)
        self._file.readinto(buffer)

    def writeblocks(self, block, buffer, offset=0):
        """Programming clears bits and sets none."""
        at, data = block * _BLOCK_BYTES + offset, memoryview(buffer)
        for start in range(0, len(data), len(self._before)):
            self._program(at + start, data[start : start + len(self._before)])

    def ioctl(self, operation, block):
        if operation == 4:
            return self._blocks
        if operation == 5:
            return _BLOCK_BYTES
        if operation == 6:
            self.erases += 1
            self.worn[block] += 1
            self._erase(block)
        return 0

    def _program(self, at, data):
        before = memoryview(self._before)[: len(data)]
        self._file.seek(at)
        self._file.readinto(before)
        if before != _ERASED[: len(data)]:
            for i in range(len(data)):
                before[i] &= data[i]
            data = before
        self._file.seek(at)
        self._file.write(data)

    def _erase(self, block):
        self._file.seek(block * _BLOCK_BYTES)
        for _ in range(_BLOCK_BYTES // len(_ERASED)):
            self._file.write(_ERASED)
