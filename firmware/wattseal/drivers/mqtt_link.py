"""A byte stream to a broker as MQTT packets: one writer at a time, with a deadline; no policy."""

import asyncio

from micropython import const

from .mqtt_packets import CONNACK, MqttProtocolError, PacketReader

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any, Awaitable, Callable, Protocol

    from wattseal.contracts import Link, Uplink
    from wattseal.drivers.tcp_stream import TlsContext

    class Stream(Protocol):
        async def read_into(self, view: memoryview) -> int:
            """Wait for data; how many bytes came, 0 when the peer has closed. OSError."""
            ...

        async def write(self, data: memoryview) -> None:
            """Everything, or OSError."""
            ...

        def close(self) -> None: ...

    OpenStream = Callable[[], Awaitable[Stream]]


_REFUSALS = (  # return codes of CONNACK, MQTT 3.1.1 table 3.1
    "",
    "it does not speak MQTT 3.1.1",
    "the client id is not allowed",
    "it is not available",
    "the user name or password is wrong",
    "this device is not authorised",
)


class MqttError(Exception):
    """The connection is over, or never began; the argument is one sentence."""


def opener(
    uplink: "Uplink | None", link: "Link", host: str, port: int, tls: "TlsContext | None"
) -> "OpenStream":
    """What opens one stream after another: by the board's line to a gateway, or by a socket."""
    if uplink is not None:
        from .serial_stream import open_serial  # imported late: one of the two

        return lambda: open_serial(uplink)

    from . import name_client, tcp_stream

    return tcp_stream.opener(host, port, tls, name_client.finder(link.name_server))


class PacketLink:
    """One stream after another, with the packet reader that stays.

    `on_broken(reason)` is called when a packet could not be sent whole. The stream is of no more
    use then, for what follows would be read as the rest of that packet: from there on
    `require_open()` must raise MqttError, for those who wait to send.
    """

    def __init__(
        self, open_stream: "OpenStream", incoming_bytes: int, write_timeout_ms: int,
        on_broken: "Callable[[str], None]", require_open: "Callable[[], None]",
    ) -> None:  # fmt: skip
        self._open_stream = open_stream
        self._write_timeout_ms = write_timeout_ms
        self._on_broken = on_broken
        self._require_open = require_open
        self._writing = asyncio.Lock()
        self._stream: Stream | None = None
        self.packets = PacketReader(incoming_bytes)

    @property
    def is_open(self) -> bool:
        return self._stream is not None

    async def log_in(self, connect_packet: memoryview) -> None:
        """Open the stream, send CONNECT, await CONNACK; the caller sets the deadline.

        MqttError when the broker refuses; OSError, MqttProtocolError.
        """
        self.packets.reset()
        self._stream = await self._open_stream()
        await self._stream.write(connect_packet)
        if await self.receive() != CONNACK:
            raise MqttProtocolError("the broker's first packet is not CONNACK")
        code = self.packets.code
        if code:
            known = _REFUSALS[code] if code < len(_REFUSALS) else "code %d" % code
            raise MqttError("the broker refused the connection: %s" % known)

    async def receive(self) -> int:
        """First byte of the next packet, which is in `packets`. OSError, MqttProtocolError."""
        while True:
            kind = self.packets.next()
            if kind:
                return kind
            count = await self._opened().read_into(self.packets.space())
            if not count:
                raise MqttProtocolError("the broker closed the connection")
            self.packets.received(count)

    async def send(self, encode: "Callable[..., memoryview]", *arguments: "Any") -> None:
        """Send `encode(*arguments)` with one write. MqttError, ValueError of the encoder."""
        async with self._writing:  # round the encoding too: there is one packet buffer
            self._require_open()
            await self._write(encode(*arguments))

    def close(self) -> None:
        """Close at once; nobody may be sending or receiving."""
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.close()

    async def close_after_write(self) -> None:
        """Close when a write under way is over; its deadline bounds the wait."""
        try:
            async with self._writing:
                self.close()
        finally:
            self.close()

    def _opened(self) -> "Stream":
        if self._stream is None:
            raise MqttError("the connection to the broker is closed")
        return self._stream

    async def _write(self, packet: memoryview) -> None:
        reason = "a write to the broker was interrupted"
        try:
            await asyncio.wait_for(self._opened().write(packet), self._write_timeout_ms / 1000)
            reason = ""
        except asyncio.TimeoutError:
            reason = "the broker took no data for %d ms" % self._write_timeout_ms
            raise MqttError(reason)
        except OSError as fault:
            reason = "a write to the broker failed: %s" % described(fault)
            raise MqttError(reason)
        finally:
            if reason:
                self._on_broken(reason)


def described(fault: Exception) -> str:
    """The words of an exception, its name when it has none."""
    return str(fault) or type(fault).__name__
