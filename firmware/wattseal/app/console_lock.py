"""Judges who may have a console level, by challenge and answer; knows no command, keeps no key.

Wrong answers in a row are counted in a checkpoint before they are judged, so neither a restart nor
a power cut between answer and verdict gives a try for nothing.
"""

from binascii import hexlify, unhexlify

from micropython import const

from wattseal.core.hmac_sha256 import hmac_sha256, same

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable

    from wattseal.contracts import Audit, Checkpoints, Clock, Signer

_NAME = "unlocks"
_ANSWER_MS = const(120000)
_IDLE_MS = const(600000)
_TRIES = const(5)
_LOCKED_MS = const(60000)
_MOST_LOCKED_MS = const(3600000)
_MOST_DOUBLED = const(6)  # from here on it is an hour
_BYTES = const(16)
_HEX = "0123456789abcdef"


class Lock:
    """`level`: 0 to 3, as it is now. `audit()`: who takes unlocks down, None for nobody."""

    def __init__(
        self, clock: "Clock", checkpoints: "Checkpoints", signer: "Signer",
        audit: "Callable[[], Audit | None]",
    ) -> None:  # fmt: skip
        self._clock = clock
        self._checkpoints = checkpoints
        self._signer = signer
        self._audit = audit
        self._level = 0
        self._used_ms = 0
        self._nonce = b""  # the one that is good, and for which level and how long
        self._asked, self._until_ms = 0, 0
        self._wrong = self._kept()
        self._free_ms = _locked_ms(self._wrong)  # from the start: a reset shortens nothing

    @property
    def level(self) -> int:
        if self._level and self._clock.now_ms() - self._used_ms >= _IDLE_MS:
            self._level = 0
        return self._level

    def used(self) -> None:
        """Somebody is there: the level holds for ten minutes more."""
        self._used_ms = self._clock.now_ms()

    def close(self) -> None:
        self._level, self._nonce = 0, b""

    def challenge(self, level: int) -> str:
        """For levels 1 to 3; the one before is void."""
        left_ms = self._free_ms - self._clock.now_ms()
        if left_ms > 0:
            return "refused: locked out for %d s" % ((left_ms + 999) // 1000)
        self._nonce = self._signer.fresh(b"console")[:_BYTES]
        self._asked, self._until_ms = level, self._clock.now_ms() + _ANSWER_MS
        return "challenge %d %s" % (level, hexlify(self._nonce).decode())

    def judge(self, digits: str) -> str:
        """An answer in hex; the challenge is used up by it. OSError: nothing is unlocked."""
        if len(digits) != 2 * _BYTES or any(digit not in _HEX for digit in digits):
            return "refused: an answer has 32 hex digits"
        nonce, self._nonce = self._nonce, b""
        if not nonce or self._clock.now_ms() >= self._until_ms:
            return "refused: there is no challenge; say unlock LEVEL"
        self._level = 0
        self._wrong += 1
        self._keep()
        if not same(self._answer(nonce), unhexlify(digits)):
            return self._refuse()
        self._wrong = 0
        self._keep()
        self._level = self._asked
        self.used()
        self._note("unlock")
        return "level %d, until ten minutes without a line that needs one" % self._level

    def _answer(self, nonce: bytes) -> bytes:
        key = self._signer.derived(b"wattseal console level %d" % self._asked)
        device = self._signer.device_id.encode()
        told = b"unlock1\0" + device + b"\0" + bytes([self._asked]) + nonce
        return hmac_sha256(key, told)[:_BYTES]

    def _refuse(self) -> str:
        locked_ms = _locked_ms(self._wrong)
        if locked_ms:
            self._free_ms = self._clock.now_ms() + locked_ms
        self._note("unlock_failed")
        if locked_ms:
            self._note("locked_out")
        return "refused: wrong answer"

    def _note(self, what: str) -> None:
        audit = self._audit()
        if audit is not None:
            audit.note(what, obj=str(self._asked), who="console")

    def _kept(self) -> int:
        """Wrong answers in a row before this start; what cannot be read locks out as well."""
        try:
            blob = self._checkpoints.load(_NAME)
            damaged = self._checkpoints.damaged(_NAME)
        except OSError:
            return _TRIES
        if blob is not None and len(blob) != 1:
            return _TRIES
        count = blob[0] if blob else 0
        return max(count, _TRIES) if damaged else count

    def _keep(self) -> None:
        self._wrong = min(self._wrong, 255)
        self._checkpoints.save(_NAME, bytes([self._wrong]))


def _locked_ms(wrong: int) -> int:
    """How long nobody may try after so many wrong answers in a row."""
    if wrong < _TRIES:
        return 0
    return min(_LOCKED_MS << min(wrong - _TRIES, _MOST_DOUBLED), _MOST_LOCKED_MS)
