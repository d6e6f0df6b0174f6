"""One MQTT connection at a time, for asyncio; never blocks, never reuses a stream after a fault.

Whatever goes wrong, the stream is closed, what was in flight is forgotten and MqttError tells why;
the caller connects again and resends from the journal. Waiting is wall time. An acknowledgement
only frees the window: brokers lose messages that they have acknowledged.
"""

import asyncio

from micropython import const

from . import mqtt_keepalive
from .mqtt_codec import MqttCodec, publish_bytes
from .mqtt_delivery import Deliveries, Subscribing
from .mqtt_incoming import Incoming
from .mqtt_link import MqttError, PacketLink, described
from .mqtt_packets import MqttProtocolError
from .mqtt_window import SendWindow

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any, Callable, Unpack

    from .mqtt_codec import Login
    from .mqtt_incoming import OnMessage
    from .mqtt_link import OpenStream


class MqttSession:
    """Connect, then `run` in a task of its own: subscriptions and acknowledgements need it.

    `on_message(topic, payload, retained)` and `on_puback(pid, tag)` are called from `run`, must
    not wait, and what they raise ends the connection and comes out of `run`. The buffers are
    allocated once; the session may be connected again after `run` has ended.
    """

    def __init__(
        self, open_stream: "OpenStream", client_id: bytes, *, window: int = 8,
        window_bytes: int = 4096, incoming_bytes: int = 1024, connect_timeout_ms: int = 15000,
        write_timeout_ms: int = 10000, on_message: "OnMessage | None" = None,
        on_puback: "Callable[[int, Any], None] | None" = None, **login: "Unpack[Login]",
    ) -> None:  # fmt: skip
        """`open_stream`: see mqtt_link.Stream; `login`: see mqtt_codec.MqttCodec."""
        self._codec = MqttCodec(client_id, **login)
        self._link = PacketLink(
            open_stream, incoming_bytes, write_timeout_ms, self._end, self._require_open
        )
        self._window = SendWindow(window, window_bytes)
        self._keepalive = mqtt_keepalive.Keepalive()
        self._step_s = self._codec.keepalive_s / mqtt_keepalive.STEPS
        self._connect_timeout_ms = connect_timeout_ms
        self._deliveries = Deliveries(self._window, on_puback)
        self._subscribing = Subscribing(self._window, write_timeout_ms)
        parts = (self._link, self._codec, self._deliveries, self._subscribing, self._keepalive)
        self._incoming = Incoming(*parts, on_message)
        self._over = asyncio.Event()
        self._leaving = self._logged_in = False
        self._in_use = False  # by `connect` or `run`, which close the stream themselves
        self._reason = ""

    @property
    def in_flight(self) -> int:
        """QoS 1 messages admitted and not yet acknowledged."""
        return self._window.count

    @property
    def strays(self) -> int:
        """Acknowledgements of nothing that was in flight."""
        return self._incoming.strays

    @property
    def connected(self) -> bool:
        """Logged in, and not over. Before that nobody else may write to the stream."""
        return self._logged_in and self._link.is_open and not self._over.is_set()

    async def connect(self) -> None:
        """Open the stream and log in, all within `connect_timeout_ms`. MqttError when it fails."""
        if self._in_use or self._link.is_open:
            raise MqttError("the MQTT session is in use")
        self._begin()
        done = False
        try:
            await asyncio.wait_for(
                self._link.log_in(self._codec.connect()), self._connect_timeout_ms / 1000
            )
            self._logged_in = True
            self._require_open()
            done = True
        except asyncio.TimeoutError:
            raise MqttError("no MQTT login within %d ms" % self._connect_timeout_ms)
        except (OSError, MqttProtocolError) as fault:
            raise MqttError("no MQTT login: %s" % described(fault))
        finally:
            self._in_use = False
            if not done:
                self._link.close()

    async def run(self) -> None:
        """Receive and ping until the connection is over, and leave it closed.

        Returns after `close` or `disconnect`, otherwise raises MqttError.
        """
        self._require_open()
        self._in_use = True
        tasks = (asyncio.create_task(self._receive()), asyncio.create_task(self._keep_alive()))
        try:
            await self._over.wait()
        finally:
            self._end("the MQTT task was stopped")
            try:
                for task in tasks:
                    task.cancel()
                for task in tasks:
                    await _ended(task)
            finally:
                await self._link.close_after_write()
                self._window.clear()
                self._in_use = False
        if self._reason:
            raise MqttError(self._reason)

    async def publish(
        self, topic: bytes, payload: bytes, qos: int = 0, retain: bool = False,
        dup: bool = False, tag: object = None,
    ) -> int:  # fmt: skip
        """Send one message when the window has room; returns its packet id, 0 with QoS 0, which is
        dropped while the broker is silent. `on_puback` gets `tag` back, maybe before this returns.
        ValueError for what cannot be sent at all, MqttError when the connection ends."""
        if not qos and self._keepalive.full:
            self._require_open()
            return 0
        size = publish_bytes(topic, payload)
        pid = await self._deliveries.admit(size, tag, self._require_open) if qos else 0
        sent = False
        try:
            await self._link.send(self._codec.publish, topic, payload, pid, retain, dup)
            sent = True
        finally:
            if not sent:
                self._deliveries.withdraw(pid)
        if self._keepalive.written() and not qos:  # else its PUBACK tells that the broker hears
            await self._link.send(self._codec.ping)
        return pid

    async def subscribe(self, topic: bytes, qos: int = 1) -> int:
        """Returns the QoS granted. A refusal, or none within the write deadline, is MqttError."""
        try:
            send, encode = self._link.send, self._codec.subscribe
            return await self._subscribing.request(send, encode, topic, qos)
        except MqttError as refusal:  # without acknowledgements and commands a device is no use
            self._end(refusal.args[0])
            raise MqttError(self._reason or refusal.args[0])

    async def disconnect(self) -> None:
        """Say goodbye, so that the broker does not publish the will, and end `run`."""
        self._leaving = True  # the broker may hang up before the write is seen to be done
        await self._link.send(self._codec.disconnect)
        self.close()

    def close(self) -> None:
        """End the connection without a word; the broker will publish the will."""
        self._end("")

    def _begin(self) -> None:
        self._in_use = True
        self._window.clear()
        self._keepalive.reset()
        self._over.clear()
        self._leaving = self._logged_in = False
        self._reason = ""

    def _end(self, reason: str) -> None:
        """Only the first reason counts; whoever waits is woken."""
        if self._over.is_set():
            return
        self._reason = "" if self._leaving else reason
        self._over.set()
        self._deliveries.wake()
        self._subscribing.wake()
        if not self._in_use:
            self._link.close()

    def _require_open(self) -> None:
        if not self.connected:
            raise MqttError(self._reason or "the MQTT session is not connected")

    async def _keep_alive(self) -> None:
        try:
            while True:
                await asyncio.sleep(self._step_s)
                reason = self._keepalive.step(self._window.count > 0)
                if reason:
                    return self._end(reason)
                if self._keepalive.ping_due():
                    await self._link.send(self._codec.ping)
        except MqttError:
            return None  # the reason was noted where it arose

    async def _receive(self) -> None:
        try:
            while True:
                kind = await self._link.receive()
                self._keepalive.heard()
                await self._incoming.take(kind)
                await asyncio.sleep(0)  # one packet a turn: a flood must not starve the sampler
        except (OSError, MqttProtocolError) as fault:
            self._end(described(fault))
        except MqttError:
            pass  # the reason was noted where it arose
        finally:
            self._end("a message from the broker could not be handled")


async def _ended(task: "asyncio.Task[None]") -> None:
    """Wait for a cancelled task; what an application's callback raised comes out here."""
    try:
        await task
    except asyncio.CancelledError:
        pass
