"""A key for the emulated board: signs commands or opens capsules, always the same; sends nothing.

Its counter begins anew with each scene and its signatures are RFC 6979's, so that a scene comes
out the same every time.
"""

import hashlib
from itertools import count

from cryptography.hazmat.primitives.asymmetric import ec

from tools import command_key, private_key
from tools.command_send import Order, payload

UTC_S = 1_800_000_000  # after the firmware's build date


class SceneKey:
    """tools.command_send.Signing."""

    def __init__(self, name: str = "a key for scenes alone") -> None:
        number = int.from_bytes(hashlib.sha256(name.encode()).digest(), "big") >> 1
        self.private = ec.derive_private_key(number, ec.SECP256R1())
        self._counters = count(1)

    @property
    def public(self) -> str:
        """As it stands in the configuration."""
        return private_key.public(self.private)

    def next_counter(self) -> int:
        return next(self._counters)

    def signed(self, message: bytes) -> bytes:
        return command_key.signed(self.private, message, repeatable=True)

    def command(self, verb: str, device: str, lifetime_s: int = 0, **values: int) -> bytes:
        """A payload. `lifetime_s`: counted from UTC_S; 0 for a `time` to a device that does not
        know the time, which takes only what never expires."""
        return payload(Order(verb, values, lifetime_s=lifetime_s), device, self, UTC_S)[1]

    def set_time(self, device: str) -> bytes:
        """It is UTC_S then."""
        return self.command("time", device, utc_s=UTC_S)
