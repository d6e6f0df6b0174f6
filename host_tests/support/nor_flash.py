"""A NOR flash in RAM as a MicroPython block device; must not be kinder than a real one.

Programming can only clear bits, an erase sets a whole block to FF. `log` takes every operation, so
that a power cut can be replayed at any of them without running the scenario again.
"""

ERASE = "erase"
PROGRAM = "program"
# How the operation at which the power fails ends up.
TORN_MODES = ("nothing", "half", "all but the last", "garbage")

_MODES = len(TORN_MODES)
_BLANK = 512
_BLANKS = b"\xff" * _BLANK


def reaches_all(step, ways=_MODES):
    """Whether each `step`-th point reaches all of so many ways to end an operation: a divisor in
    common leaves out some of them for every operation there is."""
    return len({number * step % ways for number in range(ways)}) == ways


def check_step(step, ways=_MODES):
    """AssertionError, in a sentence, for a step that leaves ways out."""
    assert reaches_all(step, ways), (
        "step %d tears no operation in all of %d ways: take one without a divisor in common"
        % (step, ways)
    )


class NorFlash:
    def __init__(self, blocks, block_bytes=512, image=None):
        self.block_bytes = block_bytes
        self.blocks = blocks
        self.image = image or bytearray(b"\xff" * (blocks * block_bytes))
        self._view = memoryview(self.image)
        self.log = None
        self.erases = self.programmed_bytes = 0
        self.worn = [0] * blocks  # erases of each block

    def readblocks(self, block, buffer, offset=0):
        at = block * self.block_bytes + offset
        buffer[:] = self._view[at : at + len(buffer)]

    def writeblocks(self, block, buffer, offset=0):
        at = block * self.block_bytes + offset
        if self.log is not None:
            self.log.append((PROGRAM, at, bytes(buffer)))
        self.programmed_bytes += len(buffer)
        self._program(at, buffer)

    def ioctl(self, operation, block):
        if operation == 4:
            return self.blocks
        if operation == 5:
            return self.block_bytes
        if operation == 6:
            if self.log is not None:
                self.log.append((ERASE, block * self.block_bytes, None))
            self.erases += 1
            self.worn[block] += 1
            self._erase(block * self.block_bytes, self.block_bytes)
        return 0

    def replay(self, entry):
        """Do an operation of a log in full."""
        kind, at, data = entry
        if kind == ERASE:
            self._erase(at, self.block_bytes)
        else:
            self._program(at, data)

    def replay_torn(self, entry, mode, seed=0):
        """Do an operation of a log the way a power cut leaves it. `seed`: which garbage."""
        kind, at, data = entry
        size = self.block_bytes if kind == ERASE else len(data)
        if mode == "garbage":
            # Part of the bits have made it: every other one, in a pattern that `seed` fixes.
            for i in range(size):
                target = 0xFF if kind == ERASE else data[i]
                mask = (i * 151 + at * 7 + seed * (37 + 2 * i)) & 0xFF
                self.image[at + i] = (self.image[at + i] & ~mask) | (
                    (target if kind == ERASE else self.image[at + i] & target) & mask
                )
            return
        done = {"nothing": 0, "half": size // 2, "all but the last": size - 1}[mode]
        if kind == ERASE:
            self._erase(at, done)
        else:
            self._program(at, memoryview(data)[:done])

    def _program(self, at, data):
        image, size = self.image, len(data)
        if size <= _BLANK and image[at : at + size] == _BLANKS[:size]:
            image[at : at + size] = data
            return
        for i in range(size):
            image[at + i] &= data[i]

    def _erase(self, at, size):
        self.image[at : at + size] = b"\xff" * size


class RawNor(NorFlash):
    """The same chip as contracts.RawFlash; counts what is read."""

    read_bytes = 0

    @property
    def sector_bytes(self):
        return self.block_bytes

    @property
    def sectors(self):
        return self.blocks

    def read_into(self, at, buffer):
        self.read_bytes += len(buffer)
        buffer[:] = self._view[at : at + len(buffer)]

    def program(self, at, data):
        self.writeblocks(0, data, at)

    def erase(self, sector):
        self.ioctl(6, sector)


class DyingNor(RawNor):
    """Its sector `dead` programs no more: an error, or nothing at all."""

    dead, silent = -1, False

    def program(self, at, data):
        if at // self.block_bytes == self.dead:
            if self.silent:
                return
            raise OSError(5)
        super().program(at, data)
