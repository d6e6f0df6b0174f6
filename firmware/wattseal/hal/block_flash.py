"""Raw flash through MicroPython's block device of a chip: contracts.RawFlash; knows no format."""

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any

_COUNT = const(4)  # the operations of a block device's ioctl
_SIZE = const(5)
_ERASE = const(6)
_EIO = const(5)


class BlockFlash:
    """`page_bytes`: what the chip's driver programs at once. The rest of a page is FF then, which
    flash leaves as it is."""

    def __init__(self, device: "Any", page_bytes: int) -> None:
        self._device = device
        self._page = bytearray(page_bytes)
        self.sector_bytes = device.ioctl(_SIZE, 0)
        self.sectors = device.ioctl(_COUNT, 0)

    def read_into(self, at: int, buffer: "bytearray | memoryview") -> None:
        sector = at // self.sector_bytes
        self._device.readblocks(sector, buffer, at % self.sector_bytes)

    def program(self, at: int, data: "bytes | bytearray | memoryview") -> None:
        if len(self._page) < 2:
            self._write(at, data)
            return
        view, page, done = memoryview(data), self._page, 0
        while done < len(data):
            first = (at + done) % len(page)
            part = view[done : done + len(page) - first]
            for i in range(len(page)):
                page[i] = 0xFF
            page[first : first + len(part)] = part
            self._write(at + done - first, page)
            done += len(part)

    def erase(self, sector: int) -> None:
        if self._device.ioctl(_ERASE, sector):
            raise OSError(_EIO)

    def _write(self, at: int, data: "bytes | bytearray | memoryview") -> None:
        # With an offset the device programs only; without one it would erase before.
        self._device.writeblocks(at // self.sector_bytes, data, at % self.sector_bytes)
