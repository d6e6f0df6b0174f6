"""A TLS server that falls silent in the middle of every handshake; it never lets anybody in."""

import asyncio
import contextlib
import ssl

_MOST_BYTES = 16384


class StalledTls:
    """Of every second client it answers half the first flight. The others get all of it, do what
    takes a device longest, and wait in vain for the last."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        self._count = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._count += 1
        with contextlib.suppress(OSError, ssl.SSLError):
            flight = await self._first_flight(reader)
            writer.write(flight[: len(flight) // 2] if self._count % 2 else flight)
            while await reader.read(_MOST_BYTES):
                pass
        writer.close()

    async def _first_flight(self, reader: asyncio.StreamReader) -> bytes:
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = self._context.wrap_bio(incoming, outgoing, server_side=True)
        while not outgoing.pending:
            said = await reader.read(_MOST_BYTES)
            if not said:
                return b""
            incoming.write(said)
            with contextlib.suppress(ssl.SSLWantReadError):
                tls.do_handshake()
        return outgoing.read()
