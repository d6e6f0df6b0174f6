"""The QoS 1 messages sent and not yet acknowledged, and their packet ids; sends nothing itself."""

_LAST_PID = 65535  # a packet id is 16 bits and never 0 (MQTT 3.1.1 clause 2.3.1)


class SendWindow:
    """At most `count` messages and `window_bytes` in flight; a longer one travels alone.

    Nothing is allocated after the start. A slot with packet id 0 is free.
    """

    def __init__(self, count: int, window_bytes: int) -> None:
        if count < 1:
            raise ValueError("a send window of %d messages sends nothing" % count)
        self._pids = [0] * count
        self._sizes = [0] * count
        self._tags: list[object] = [None] * count
        self._limit_bytes = window_bytes
        self._bytes = 0
        self._last_pid = 0
        self._reserved = 0
        self.count = 0

    def clear(self) -> None:
        """Forget what is in flight; packet ids go on from where they were."""
        for slot in range(len(self._pids)):
            self._free(slot)
        self._reserved = 0

    def take(self, size: int, tag: object) -> int:
        """A packet id for a message of `size` bytes, or 0 when there is no room for it now."""
        if self.count == len(self._pids):
            return 0
        if self.count and self._bytes + size > self._limit_bytes:
            return 0
        pid = self._next_pid()
        slot = self._slot(0)
        self._pids[slot] = pid
        self._sizes[slot] = size
        self._tags[slot] = tag
        self._bytes += size
        self.count += 1
        return pid

    def reserve(self) -> int:
        """A packet id for the one SUBSCRIBE under way; no message gets it before `unreserve`."""
        self._reserved = self._next_pid()
        return self._reserved

    def unreserve(self) -> None:
        self._reserved = 0

    def is_reserved(self, pid: int) -> bool:
        return pid != 0 and pid == self._reserved

    def holds(self, pid: int) -> bool:
        return pid != 0 and self._slot(pid) >= 0

    def release(self, pid: int) -> object:
        """Free the slot of a packet id that `holds`; returns the message's tag."""
        slot = self._slot(pid)
        tag = self._tags[slot]
        self._free(slot)
        return tag

    def _free(self, slot: int) -> None:
        if self._pids[slot]:
            self.count -= 1
            self._bytes -= self._sizes[slot]
        self._pids[slot] = 0
        self._tags[slot] = None

    def _slot(self, pid: int) -> int:
        for slot in range(len(self._pids)):
            if self._pids[slot] == pid:
                return slot
        return -1

    def _next_pid(self) -> int:
        pid = self._last_pid
        while True:
            pid = 1 if pid == _LAST_PID else pid + 1
            if pid != self._reserved and self._slot(pid) < 0:
                self._last_pid = pid
                return pid
