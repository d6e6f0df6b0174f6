"""aiomqtt's client, with what version 2.5.1 lacks where a connection is lost; nothing else.

Only what paho and aiomqtt themselves call is replaced here.
"""

import asyncio
from collections.abc import Awaitable
from typing import Any

import aiomqtt


class Client(aiomqtt.Client):
    def _on_socket_register_write(self, client: Any, userdata: Any, sock: Any) -> None:
        """paho has something to send. We may be in the thread that connects: the loop comes later.

        Until then the socket may have been closed, and its number be another's. aiomqtt kept the
        number: the loop reported a bad file descriptor, or watched somebody else's file.
        """

        def write() -> None:
            try:
                client.loop_write()
            except OSError as fault:  # the connection broke: a loop would call again and again
                if not self._disconnected.done():
                    self._disconnected.set_exception(fault)

        def watch() -> None:
            if sock.fileno() != -1:
                self._loop.add_writer(sock, write)

        self._loop.call_soon_threadsafe(watch)

    def _on_socket_close(self, client: Any, userdata: Any, sock: Any) -> None:
        """Of a client that is thrown away behind its loop, as after Ctrl-C in a connect, nobody is
        left to be told: paho showed a traceback."""
        if not self._loop.is_closed():
            super()._on_socket_close(client, userdata, sock)

    def _on_disconnect(
        self, client: Any, userdata: Any, flags: Any, reason_code: Any, properties: Any = None
    ) -> None:
        """A broker that goes before its CONNACK ends the wait for it; aiomqtt waited 10 s."""
        super()._on_disconnect(client, userdata, flags, reason_code, properties)
        if not (self._connected.done() or self._disconnected.done()):
            self._connected.set_exception(aiomqtt.MqttCodeError(reason_code, "no CONNACK came"))
            self._connected.exception()  # whoever waited in time has been told; else nobody asks

    async def _wait_for(self, fut: Awaitable[Any], timeout: float | None) -> Any:
        """An answer; MqttError when the connection is lost first, where aiomqtt waited 10 s."""
        if fut is self._connected or fut is self._disconnected:
            return await super()._wait_for(fut, timeout)
        answer = asyncio.ensure_future(super()._wait_for(fut, timeout))
        try:
            await asyncio.wait({answer, self._disconnected}, return_when=asyncio.FIRST_COMPLETED)
            if answer.done():
                return answer.result()
        finally:
            answer.cancel()
        raise aiomqtt.MqttError("the connection was lost") from self._disconnected.exception()
