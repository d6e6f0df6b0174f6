"""A wire in memory, which umqtt.simple takes for its socket; sends nothing anywhere."""

from micropython import const

_USUAL_BYTES = const(2048)  # a session's record without a change of state has half of it


class Wire:
    """What umqtt.simple takes for its socket, and for the module that makes sockets.

    `capacity` bounds what is written; the buffer is as long as the longest packet so far.
    """

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self._out = memoryview(bytearray(min(capacity, _USUAL_BYTES)))
        self._length = 0
        self._reply = b""
        self._position = 0

    def begin(self, reply: "bytes | bytearray | memoryview" = b"") -> None:
        """Forget what was written; the next reads give `reply`."""
        self._length = 0
        self._reply = reply
        self._position = 0

    def written(self) -> memoryview:
        """Everything written since `begin`; valid until the next one."""
        return self._out[: self._length]

    def write(self, data: bytes, size: "int | None" = None) -> int:
        size = len(data) if size is None else size
        end = self._length + size
        if end > self.capacity:
            raise ValueError("MQTT packet longer than its buffer of %d bytes" % self.capacity)
        self.make_room(end)
        self._out[self._length : end] = data if size == len(data) else memoryview(data)[:size]
        self._length = end
        return size

    def make_room(self, size: int) -> None:
        """For a packet of so many bytes, at once rather than piece by piece. MemoryError."""
        if size > len(self._out):
            longer = memoryview(bytearray(size))
            longer[: self._length] = self._out[: self._length]
            self._out = longer

    def read(self, size: int) -> bytes:
        start = self._position
        self._position = start + size
        return bytes(self._reply[start : self._position])

    def socket(self) -> "Wire":
        return self

    def getaddrinfo(self, _host: str, _port: int) -> "tuple[tuple[None]]":
        return ((None,),)

    def connect(self, _address: None) -> None:
        """There is nobody to connect to."""

    def setblocking(self, _flag: bool) -> None:
        """Reads and writes in memory never block."""

    def settimeout(self, _seconds: None) -> None:
        """Reads and writes in memory never block."""

    def close(self) -> None:
        """The real stream is closed by the session."""
