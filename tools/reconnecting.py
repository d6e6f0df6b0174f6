"""How long to wait before the next connection to a broker, and who seems to end ours; no MQTT.

A broker that takes the certificate's name for the client's, as `make broker`'s does, lets a name
in once: a second client with it ends the first one's connection, and neither is told why.
"""

import time
from collections.abc import Callable

ELSEWHERE = (
    "the broker ends our connection each time soon after it let us in, as it does where another "
    "client has our name; end that one, or give this one a name and certificate of its own"
)
_BESIDE_S = 5  # that a connection outlasts the other's longest pause by, where nobody ends it
_FEW = 2  # connections in a row: a broker that restarts ends one, and is away for a moment


class Pauses:
    """`began` with each connection, `ended` with its end or where there was none."""

    def __init__(
        self, first_s: float, longest_s: float, now_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._first_s, self._longest_s, self._now_s = first_s, longest_s, now_s
        self._pause_s = first_s
        self._began_s: float | None = None
        self._brief = 0  # connections in a row that were

    @property
    def is_elsewhere(self) -> bool:
        """Somebody else seems to have our name: ELSEWHERE."""
        return self._brief >= _FEW

    def began(self) -> None:
        self._began_s = self._now_s()

    def ended(self) -> float:
        """Seconds until the next one is tried. Two of us must not end each other's without an
        end: the pause grows while connections are brief, as it does while there is none."""
        began_s, self._began_s = self._began_s, None
        if began_s is None:
            self._brief = 0
            self._pause_s = min(2 * self._pause_s, self._longest_s)
        elif self._now_s() - began_s < 2 * self._longest_s + _BESIDE_S:
            self._brief += 1
            grows = self._brief >= _FEW
            self._pause_s = min(2 * self._pause_s, self._longest_s) if grows else self._first_s
        else:
            self._brief, self._pause_s = 0, self._first_s
        return self._pause_s
