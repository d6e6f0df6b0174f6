"""Small named blobs, replaced as a whole or not at all; keeps no history, knows no meaning.

Each name has two copies, each a frame (core.journal_frame) whose sequence counts the saves. A save
rewrites the older copy, so whatever happens on the way (a power cut, a full disk, an exception
whose clean-up commits half a file) the newer one is untouched.
"""

import os

from micropython import const

from wattseal.core import journal_frame
from wattseal.drivers.durable import write_durably

_ENOENT = const(2)
_KIND = const(0)
_TRIES = const(3)


class Checkpoints:
    """The blobs of one folder, which must exist, as files NAME.0 and NAME.1."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._newest: dict[str, tuple[int, int]] = {}  # name: (generation, which copy)

    def save(self, name: str, blob: bytes) -> None:
        """Durable when it returns. OSError: the blob saved before is still there. ValueError
        beyond 8192 bytes."""
        if name not in self._newest:
            self.load(name)
        generation, copy = self._newest[name]
        frame = journal_frame.encode(_KIND, generation + 1, blob)
        with open(self._path(name, 1 - copy), "wb") as file:
            write_durably(file, frame)
        self._newest[name] = (generation + 1, 1 - copy)

    def load(self, name: str) -> "bytes | None":
        """The blob saved last; where that copy is damaged the one before; else None. OSError:
        a copy cannot be read, and there is no other."""
        newest, blob, refused = (0, 1), None, None
        for copy in (0, 1):
            try:
                content = journal_frame.decode(self._read(name, copy))
            except OSError as fault:
                refused = fault
                continue
            if content and content[1] > newest[0]:
                newest, blob = (content[1], copy), content[2]
        if blob is None and refused:
            raise refused
        self._newest[name] = newest
        return blob

    def damaged(self, name: str) -> bool:
        """A copy is no frame, so what `load` gives, if anything, may not be what was saved last.

        A power cut in a save does not do that: LittleFS keeps the old file until the new one is
        whole, and elsewhere an empty file is left. OSError.
        """
        contents = [self._read(name, copy) for copy in (0, 1)]
        return any(content and not journal_frame.decode(content) for content in contents)

    def remove(self, name: str) -> None:
        """Forget the blob. The older copy goes first: a cut in between must not bring it back."""
        self.load(name)
        _, copy = self._newest.pop(name)
        for path in (self._path(name, 1 - copy), self._path(name, copy)):
            try:
                os.remove(path)
            except OSError as error:
                if error.errno != _ENOENT:
                    raise

    def _read(self, name: str, copy: int) -> bytes:
        """OSError, once it was asked again and again."""
        tries = _TRIES
        while True:
            try:
                with open(self._path(name, copy), "rb") as file:
                    return file.read()
            except OSError as error:
                if error.errno == _ENOENT:
                    return b""
                tries -= 1
                if not tries:
                    raise

    def _path(self, name: str, copy: int) -> str:
        return "{}/{}.{}".format(self._folder, name, copy)
