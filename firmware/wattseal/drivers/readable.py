"""A file of which a part may be unreadable: it is asked again, and what it refuses is counted.

Must not judge whether that is lost.
"""

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from io import BufferedIOBase
    from typing import Any, Callable

_EILSEQ = const(84)  # LittleFS: what leads to this part of the file is damaged, and stays so
TRIES = const(3)


class Readable:
    """What core.journal_frame.FrameScan reads: where nothing can be read, nothing comes."""

    def __init__(self, file: "BufferedIOBase", counters: "dict[str, int]") -> None:
        self._file = file
        self._counters = counters
        self._at = 0

    def seek(self, offset: int) -> int:
        self._at = offset
        self._tried(self._file.seek, offset)
        return offset

    def read(self, size: int) -> bytes:
        content = self._tried(self._file.read, size) or b""
        self._at += len(content)
        return content

    def readinto(self, buffer: memoryview) -> int:
        got = self._tried(self._file.readinto, buffer) or 0
        self._at += got
        return got

    def _tried(self, action: "Callable[[Any], Any]", argument: object) -> "Any":
        for again in range(TRIES):
            try:
                if again:
                    self._file.seek(self._at)
                return action(argument)
            except OSError as error:
                if error.errno == _EILSEQ:
                    return None
        self._counters["reads_refused"] += 1
        return None
