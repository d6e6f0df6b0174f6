"""A file of which a part may be unreadable; must not hide any other fault of the medium."""

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from io import BufferedIOBase

_EILSEQ = const(84)  # LittleFS: what leads to this part of the file is damaged, and stays so


class Readable:
    """What core.journal_frame.FrameScan reads: where nothing can be read, nothing comes."""

    def __init__(self, file: "BufferedIOBase") -> None:
        self._file = file

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def read(self, size: int) -> bytes:
        try:
            return self._file.read(size)
        except OSError as error:
            _unless_damaged(error)
            return b""

    def readinto(self, buffer: memoryview) -> int:
        try:
            return self._file.readinto(buffer) or 0
        except OSError as error:
            _unless_damaged(error)
            return 0


def _unless_damaged(error: OSError) -> None:
    if error.errno != _EILSEQ:
        raise error
