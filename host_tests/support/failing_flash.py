"""Lets every call of a raw flash fail, one after another; its file calls are failing_files'."""

from failing_files import Faults


class FailingFlash(Faults):
    """contracts.RawFlash over a nor_flash.RawNor; a failed call has done `done` of its work."""

    def __init__(self, flash):
        super().__init__()
        self._flash = flash
        self.sector_bytes, self.sectors = flash.sector_bytes, flash.sectors

    def read_into(self, at, buffer):
        def some(size):
            self._flash.read_into(at, memoryview(buffer)[:size])

        self._call(some, len(buffer))

    def program(self, at, data):
        self._call(lambda size: self._flash.program(at, memoryview(data)[:size]), len(data))

    def erase(self, sector):
        def some(size):
            if size == self.sector_bytes:
                self._flash.erase(sector)
            elif size:
                self._flash.replay_torn(("erase", sector * size * 2, None), "half")

        self._call(some, self.sector_bytes)

    def _call(self, some, size):
        if not self.strikes():
            some(size)
            return
        some({"nothing": 0, "half": size // 2, "all": size}[self.done])
        raise self.error
