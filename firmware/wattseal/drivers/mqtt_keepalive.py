"""Counts when to ping, to spare and to give up a broker; sends nothing and reads no clock."""

from micropython import const

STEPS = const(8)  # call `step` this often in each keepalive
_PING = const(4)
_SILENT = const(12)
_UNACKED = const(8)
_UNHEARD = const(8)


class Keepalive:
    """Ping at half the keepalive; no packet for one and a half: dead. Pings go out even while we
    publish, since a broker need not answer QoS 0. One that answers pings but acknowledges nothing
    for a whole keepalive is dead too: the record has to go by another connection.

    Nor may more than a few messages go to one that is silent, QoS 0 too: with its 32 segments gone
    lwIP's send waits inside C for 10 s, longer than a watchdog.
    """

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self._steps = 0
        self._silent = 0
        self._unacked = 0
        self._unheard = 0

    @property
    def full(self) -> bool:
        """So much was written since anything came that QoS 0 has to be dropped."""
        return self._unheard >= _UNHEARD

    def written(self) -> bool:
        """A message was; whether to ping now, so that a broker that lives is heard in time."""
        self._unheard += 1
        return self._unheard == _UNHEARD // 2

    def heard(self) -> None:
        """A whole packet came from the broker (a dribble of bytes is no sign of life)."""
        self._silent = self._unheard = 0

    def acknowledged(self) -> None:
        self._unacked = 0

    def step(self, waiting: bool) -> str:
        """An eighth has passed; `waiting` for acknowledgements or not. Why it is dead, or ""."""
        self._steps += 1
        self._silent += 1
        self._unacked = self._unacked + 1 if waiting else 0
        if self._silent >= _SILENT:
            return "the broker is silent"
        if self._unacked >= _UNACKED:
            return "the broker acknowledges nothing"
        return ""

    def ping_due(self) -> bool:
        return self._steps % _PING == 0
