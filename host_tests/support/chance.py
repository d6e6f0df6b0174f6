"""Bytes by chance, the same ones on every interpreter and in every run."""

import hashlib


class Chance:
    """The same bytes on every interpreter."""

    def __init__(self, seed):
        self._state = b"%d" % seed

    def draw(self):
        """32 bytes."""
        self._state = hashlib.sha256(self._state).digest()
        return self._state
