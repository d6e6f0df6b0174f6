"""Whether the journal that a device tells of is the one whose records are here; stores nothing.

A board that gets the key of another begins at T1 again: an acknowledgement that counts the other
one's records would let go of records that nobody has. So after each connection the journal has
to show that it is the same, where a record could be lost: it sends one again that is here.
"""

import hashlib

_PROBED = 4  # of the newest, for one of them may be damaged there
_FIRST_PAUSE_S, _LAST_PAUSE_S = 5.0, 300.0
_FEW = 4  # requests in vain: more than a minute


class Life:
    """`anew`: the number of a record that came with another content, 0 while there is none."""

    def __init__(self) -> None:
        self.anew = 0
        self._digests: dict[int, bytes] = {}  # of the signed payload, by pagination
        self._newest = 0
        self._in_doubt = 0  # the newest record when the doubt began; 0: there is none
        self._heard = False  # a status since then
        self._asked = 0
        self._next_s = 0.0

    @property
    def is_sure(self) -> bool:
        return not (self.anew or self._in_doubt)

    @property
    def asked_in_vain(self) -> bool:
        return not self.anew and self._asked >= _FEW

    def doubt(self) -> None:
        """Of another connection, which another board may have."""
        self.anew, self._in_doubt = 0, self._newest
        self._heard, self._asked, self._next_s = False, 0, 0.0

    def hear(self, before: dict, status: dict) -> None:
        """`status`, after `before`. A journal that has nothing of what is here to be acknowledged
        loses nothing by it."""
        fell = any(status.get(name, 1) < before.get(name, 1) for name in ("oldest", "next"))
        if fell or status.get("state") == "offline":
            self.doubt()
        elif status.get("oldest", 1) > self._in_doubt:
            self._believe()
        self._heard = True

    def store(self, number: int, ocmf: str) -> None:
        self._digests[number] = _digest(ocmf)
        self._newest = max(self._newest, number)

    def compare(self, number: int, ocmf: str) -> bool:
        """Whether a record, signed, is the one that is here under its number. A signature made
        anew is no other record."""
        same = self._digests[number] == _digest(ocmf)
        if not same:
            self.anew = number
        elif number <= self._in_doubt:
            self._believe()
        return same

    def due(self, now_s: float) -> tuple[int, int] | None:
        """The range to ask the device for now, if any."""
        if self.anew or not (self._in_doubt and self._heard) or now_s < self._next_s:
            return None
        self._next_s = now_s + min(_FIRST_PAUSE_S * 2**self._asked, _LAST_PAUSE_S)
        self._asked += 1
        return max(1, self._in_doubt - _PROBED + 1), self._in_doubt

    def _believe(self) -> None:
        self._in_doubt = self._asked = 0


def _digest(ocmf: str) -> bytes:
    return hashlib.sha256(ocmf.split("|")[1].encode()).digest()[:16]
