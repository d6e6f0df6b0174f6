"""What the device keeps retained at the broker: its status and its public key; sends nothing."""

import binascii
import json

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable, Iterable

    from wattseal.app.reserve import Reserve
    from wattseal.app.sampler import Sampler
    from wattseal.contracts import Clock, Journal, Signer

    Told = Callable[[], tuple[dict[str, int], dict[str, object]]]

# SubjectPublicKeyInfo of an uncompressed P-256 point without the point (RFC 5480)
_SPKI = binascii.unhexlify("3059301306072A8648CE3D020106082A8648CE3D03010703420004")


class Greeting:
    """Nothing in it tells a place or a person."""

    def __init__(
        self, journal: "Journal", signer: "Signer", samplers: "list[Sampler]", clock: "Clock",
        version: str, reserve: "Reserve", told: "Told" = lambda: ({}, {}),
    ) -> None:  # fmt: skip
        """`told()`: what went wrong, by name, only what did; and how the firmware itself is."""
        self._journal = journal
        self._signer = signer
        self._samplers = samplers
        self._clock = clock
        self.version = version
        self._reserve = reserve
        self._told = told
        # whole topics and what else is retained there: Home Assistant's, where it is asked for
        self.discovery: Callable[[], Iterable[tuple[bytes, bytes]]] = tuple

    def key(self) -> bytes:
        spki = binascii.hexlify(_SPKI + self._signer.public_key()).decode().upper()
        return json.dumps({"v": 1, "spki": spki, "history": [spki]}).encode()

    def status(self, connected: bool = True) -> bytes:
        """`connected`: to the broker, which is told this."""
        journal = self._journal
        try:
            counts, life = self._told()
        except MemoryError:  # the rest is told all the same
            counts, life = {}, {}
            counts["status_no_memory"] = 1
        status = {
            "v": 1,
            # Decoded, for a stock Pico has few names left.
            "state": "online" if connected else b"offline".decode(),
            "fw": self.version,
            "oldest": journal.oldest,
            "next": journal.next,
            "lost": journal.lost,
            "time": self._clock.state(),
            "late_max_ms": max([s.late_max_ms for s in self._samplers] + [0]),
            "missed": sum([s.missed for s in self._samplers]),
            "counts": counts,
        }
        status.update(self._reserve.told())
        status.update(life)
        return json.dumps(status).encode()
