"""Reads the texts of a compiled module (.mpy, version 6); runs no code of it.

Staging shortens most names of a module, but no text: what is known of one is found by its form.
"""

_MAGIC = b"M\x06"
_HEAD_BYTES = 4
_ALONE = (0, 1, 2, 3, 4)  # objects without bytes: the table of functions, None, False, True, ...
_TEXT, _TUPLE = 5, 10


class NotCompiled(Exception):
    """This is no module that can be read here."""


def texts_of(module: bytes) -> set[str]:
    """All names and texts, but for those that the interpreter itself has. NotCompiled."""
    if not module.startswith(_MAGIC):
        raise NotCompiled
    reader = _Reader(module)
    try:
        names, objects = reader.number(), reader.number()
        found = [reader.name() for _ in range(names)]
        for _ in range(objects):
            found += reader.object()
    except IndexError as fault:
        raise NotCompiled from fault
    return {text.decode("utf-8", "replace") for text in found}


class _Reader:
    """Each method reads what comes next. IndexError."""

    def __init__(self, module: bytes) -> None:
        self._module = module
        self._at = _HEAD_BYTES

    def number(self) -> int:
        """Seven bits a byte, the highest first."""
        value, byte = 0, 128
        while byte & 128:
            byte = self._module[self._at]
            value, self._at = value << 7 | byte & 127, self._at + 1
        return value

    def name(self) -> bytes:
        length = self.number()
        return b"" if length & 1 else self._bytes(length >> 1, 1)

    def object(self) -> list[bytes]:
        """The texts in it."""
        kind = self.number()
        if kind in _ALONE:
            return []
        count = self.number()
        if kind == _TUPLE:
            return [text for _ in range(count) for text in self.object()]
        text = self._bytes(count, 1 if kind in (_TEXT, _TEXT + 1) else 0)
        return [text] if kind == _TEXT else []

    def _bytes(self, count: int, behind: int) -> bytes:
        start, self._at = self._at, self._at + count + behind
        if self._at > len(self._module):
            raise IndexError
        return self._module[start : start + count]
