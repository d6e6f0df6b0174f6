"""The messages in which each pagination came, by their digests; keeps no message itself."""

import hashlib

_MOST = 8  # of one pagination: the envelope is not signed, and anybody may make more


class Versions:
    """By pagination."""

    def __init__(self) -> None:
        self._digests: dict[int, list[bytes]] = {}

    def add(self, number: int, payload: bytes) -> None:
        if not self.has(number, payload):  # what was erased from may be the same as another now
            self._digests.setdefault(number, []).append(_digest(payload))

    def has(self, number: int, payload: bytes) -> bool:
        return _digest(payload) in self._digests.get(number, ())

    def has_room(self, number: int) -> bool:
        return len(self._digests.get(number, ())) < _MOST

    def conflicts(self) -> list[int]:
        """The paginations that came with different bytes."""
        return sorted(n for n, versions in self._digests.items() if len(versions) > 1)


def _digest(payload: bytes) -> bytes:
    return hashlib.sha256(payload).digest()
